"""Webhooks: the secret that signs them, and what was sent."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import Request
from pydantic import Field

from cutroom.api.model import Answer, Moment, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.base.clock import to_iso
from cutroom.base.ids import parse_id
from cutroom.database import Row
from cutroom.gate import Caller, Router, platform_of, success
from cutroom.notify import webhooks

router = Router(prefix="/api/webhooks", tags=["webhooks"])


class Secret(Answer):
    """What verifies your webhooks, with any library of the Standard Webhooks specification."""

    secret: str = Field(
        description="`whsec_` and base64.", examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
    )
    rotated_at: Moment


class Delivery(Answer):
    """One message and what became of it."""

    delivery_id: UUID = Field(description="The `webhook-id` of every attempt.")
    job_id: UUID
    url: str
    event: str = Field(examples=["job.completed"])
    state: Literal["pending", "delivered", "failed"]
    attempts: int
    next_at: Moment | None = Field(None, description="When it is tried again; left out when it is over.")
    answer: int | None = Field(None, description="The HTTP status of the last attempt.")
    problem: str | None = Field(None, description="Why the last attempt failed.")
    created_at: Moment
    ended_at: Moment | None = None


class DeliveryList(Answer):
    """Messages, newest first."""

    deliveries: list[Delivery]
    next_cursor: str | None = None


class OneDelivery(Answer):
    """One message under its noun."""

    delivery: Delivery


@router.get("/secret", response_model=Success[Secret])
async def get_webhook_secret(request: Request, user: Caller) -> Any:
    """Read the secret that signs your webhooks; it is made at the first look."""
    async with platform_of(request).database.transaction() as connection:
        row = await webhooks.secret_of(connection, user.user_id)
    return success(**_secret_view(row))


@router.post("/secret/rotate", response_model=Success[Secret])
async def rotate_webhook_secret(request: Request, user: Caller) -> Any:
    """Get another secret; for a day every message is signed with the former one too."""
    async with platform_of(request).database.transaction() as connection:
        row = await webhooks.rotate(connection, user.user_id)
    return success(**_secret_view(row))


@router.get("/deliveries", response_model=Success[DeliveryList])
async def list_deliveries(request: Request, user: Caller, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """List what was sent to you, newest first."""
    before = read_cursor(cursor)
    async with platform_of(request).database.transaction() as connection:
        rows = await webhooks.deliveries(connection, user.user_id, limit + 1, before)
    shown, next_cursor = cut_page(rows, limit, _view)
    return success(deliveries=shown, nextCursor=next_cursor)


@router.post("/deliveries/{deliveryId}/retry", response_model=Success[OneDelivery], responses=errors(404))
async def retry_delivery(deliveryId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Send a message once more, with the id it had."""
    delivery_id = parse_id(deliveryId, "deliveryId")
    async with platform_of(request).database.transaction() as connection:
        row = await webhooks.send_again(connection, user.user_id, delivery_id)
    return success(delivery=_view(row))


def _secret_view(row: Row) -> dict[str, Any]:
    return {"secret": row["secret"], "rotatedAt": to_iso(row["rotated_at"])}


def _view(row: Row) -> dict[str, Any]:
    view: dict[str, Any] = {
        "deliveryId": str(row["id"]),
        "jobId": str(row["job_id"]),
        "url": row["url"],
        "event": row["event"],
        "state": row["state"],
        "attempts": row["attempts"],
        "nextAt": to_iso(row["next_at"]) if row["state"] == "pending" else None,
        "answer": row["answer"],
        "problem": row["problem"],
        "createdAt": to_iso(row["created_at"]),
        "endedAt": to_iso(row["ended_at"]) if row["ended_at"] else None,
    }
    return {name: value for name, value in view.items() if value is not None}
