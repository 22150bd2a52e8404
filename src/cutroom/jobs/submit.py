"""Submitting a job, or a failed one again: admitted, estimated and queued in the caller's transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cutroom.base.errors import Limited
from cutroom.database import Connection, Row, execute, fetch_all
from cutroom.jobs import change, estimate
from cutroom.jobs.kind import Kind, Request, ai_kinds
from cutroom.jobs.resources import Resources
from cutroom.notify import webhooks


async def submit(
    connection: Connection,
    resources: Resources,
    kind: Kind[Any],
    owner_id: UUID,
    request: Request,
) -> Row:
    """Make a job in the caller's transaction; a worker starts it milliseconds after the commit.

    Raises:
        CutroomError: What the kind's `admit` refuses.
        Limited: With code `too_many_jobs` when the owner has too many unfinished AI jobs.
    """
    if request.webhook_url is not None:
        webhooks.check_address(request.webhook_url, resources.settings.allowed_hosts)
    admission = await kind.admit(connection, owner_id, request, resources.settings)
    placement = change.Placement(
        priority=request.priority,
        run_at=request.start_at,
        estimated_seconds=await estimate.seconds(connection, kind, admission.work_seconds),
        webhook_url=request.webhook_url,
    )
    if kind.is_ai:
        # From here on the owner's submissions wait for each other: as little as possible follows.
        await _hold_place(connection, resources, owner_id)
    return await change.insert(connection, resources.tickets, kind.name, owner_id, admission, placement)


async def retry(
    connection: Connection, resources: Resources, owner_id: UUID, job_id: UUID, from_step: str | None = None
) -> Row:
    """Start a failed job again, under the same limit as a new one.

    Raises:
        CutroomError: What `change.retry` refuses.
        Limited: As `submit`.
    """
    row = await change.retry(connection, resources.tickets, owner_id, job_id, from_step)
    if row["kind"] in ai_kinds():
        await _hold_place(connection, resources, owner_id, besides=job_id)
    return row


async def _hold_place(
    connection: Connection, resources: Resources, owner_id: UUID, besides: UUID | None = None
) -> None:
    """Make sure that the owner may have one AI job more, until the transaction ends."""
    await execute(connection, "jobs.lock_owner", owner_id=owner_id)
    limit = resources.settings.max_unfinished_ai_jobs
    rows = await fetch_all(
        connection, "jobs.unfinished", owner_id=owner_id, kinds=ai_kinds(), limit=limit + 1
    )
    _refuse_above(limit, [row["id"] for row in rows if row["id"] != besides][:limit])


def _refuse_above(limit: int, unfinished: list[UUID]) -> None:
    if len(unfinished) < limit:
        return
    names = ", ".join(str(job_id) for job_id in unfinished)
    raise Limited(
        f"You have {len(unfinished)} unfinished AI jobs and the limit is {limit}: "
        f"wait for one of them or cancel it ({names}).",
        code="too_many_jobs",
        details={
            "policy": "unfinished-ai-jobs",
            "limit": limit,
            "remaining": 0,
            "jobIds": [str(job_id) for job_id in unfinished],
        },
        retry_after=5,
    )
