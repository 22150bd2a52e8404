"""Webhooks: what an owner's own server is told, signed by the Standard Webhooks specification, durably.

A delivery is a row, written in the transaction of what it tells of, and sent again and again until the
server takes it. Its id is the `webhook-id` of every attempt, so that a receiver can tell repetitions.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from standardwebhooks import Webhook

from cutroom.base.clock import now, to_iso
from cutroom.base.errors import CutroomError, NotFound, Refused, Unavailable
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.network import AllowList, NetworkLimits, connect, network_errors, read_retry_after
from cutroom.network.addresses import is_public
from cutroom.network.fetch import parse_url

WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between the attempts, as Standard Webhooks 1.0 advises: ten attempts in three days."""
LEASE = timedelta(seconds=90)
"""Longer than any attempt."""
_LIMITS = NetworkLimits(seconds=20, connect_seconds=5, idle_seconds=15, max_bytes=1 << 16)
_SECRET_BYTES = 32
_FORMER_SIGNS = timedelta(hours=24)
_GONE = 410
_TOLD = range(200, 300)


@dataclass(frozen=True)
class Answer:
    """What became of one attempt.

    Attributes:
        status: The HTTP status; None: there was no answer.
        problem: Why the delivery was not taken; None: it was.
        is_final: Whether no other attempt makes sense.
        wait: Seconds that the receiver asked for before the next one.
    """

    status: int | None
    problem: str | None = None
    is_final: bool = False
    wait: float | None = None


def check_address(url: str, allowed_hosts: Sequence[str]) -> None:
    """Refuse an address that can never be told anything; names are looked up when it is called.

    Raises:
        Refused: With code `bad_webhook_url`.
    """
    try:
        place = parse_url(url)
    except Refused as error:
        raise Refused(f"webhookUrl: {error.message}", code="bad_webhook_url") from error
    try:
        address = ipaddress.ip_address(place.host)
    except ValueError:
        return
    port = place.port or {"http": 80}.get(place.scheme, 443)
    if not is_public(address) and not AllowList(allowed_hosts).permits(place.host, port, address):
        message = f"webhookUrl names the private address {address}, which is not called from here."
        raise Refused(message, code="bad_webhook_url", hint="The operator can allow it by name.")


async def announce(
    connection: Connection, *, owner_id: UUID, job_id: UUID, url: str, event: str, content: dict[str, Any]
) -> None:
    """Write a delivery in the caller's transaction; a worker sends it within a second of the commit."""
    await execute(
        connection,
        "webhooks.announce",
        delivery_id=new_id(),
        owner_id=owner_id,
        job_id=job_id,
        url=url,
        event=event,
        content=content,
    )


async def secret_of(connection: Connection, owner_id: UUID) -> Row:
    """Return the row of an owner's secret, made at the first look: `secret`, `former`, `rotated_at`."""
    await execute(connection, "webhooks.insert_secret", owner_id=owner_id, secret=_new_secret())
    return await fetch_row(connection, "webhooks.find_secret", owner_id=owner_id)


async def rotate(connection: Connection, owner_id: UUID) -> Row:
    """Give an owner another secret; the former one signs too for a day, so that no delivery is lost."""
    await secret_of(connection, owner_id)
    return await fetch_row(connection, "webhooks.rotate", owner_id=owner_id, secret=_new_secret())


async def deliveries(
    connection: Connection, owner_id: UUID, limit: int, before: UUID | None = None
) -> list[Row]:
    """Return an owner's deliveries without their content, newest first."""
    return await fetch_all(connection, "webhooks.list", owner_id=owner_id, limit=limit, before=before)


async def send_again(connection: Connection, owner_id: UUID, delivery_id: UUID) -> Row:
    """Send a delivery once more, under its old id; one that is still pending stays as it is.

    Raises:
        NotFound: When the owner has no such delivery.
    """
    again = await fetch_one(connection, "webhooks.again", delivery_id=delivery_id, owner_id=owner_id)
    row = again or await fetch_one(connection, "webhooks.find", delivery_id=delivery_id, owner_id=owner_id)
    if row is None:
        raise NotFound("Delivery not found", code="delivery_not_found")
    return row


async def take_due(
    connection: Connection, limit: int, per_owner: int, under_way: Mapping[UUID, int]
) -> list[Row]:
    """Take deliveries whose time has come; nobody else gets them before `LEASE` is over.

    Args:
        connection: An open transaction.
        limit: The most of all owners.
        per_owner: The most of one owner, those under way included.
        under_way: How many of each owner the caller is sending already.
    """
    counts = {str(owner_id): count for owner_id, count in under_way.items()}
    return await fetch_all(
        connection, "webhooks.take_due", lease=LEASE, limit=limit, per_owner=per_owner, under_way=counts
    )


async def settle(connection: Connection, row: Row, answer: Answer) -> None:
    """Write what became of an attempt, and when the next one is."""
    attempt: int = row["attempts"]
    state, wait = "delivered", 0.0
    if answer.problem is not None:
        is_last = answer.is_final or attempt > len(WAITS)
        state = "failed" if is_last else "pending"
        wait = 0.0 if is_last else max(WAITS[attempt - 1], answer.wait or 0.0)
    await execute(
        connection,
        "webhooks.settle",
        delivery_id=row["id"],
        attempts=attempt,
        state=state,
        answer=answer.status,
        problem=answer.problem,
        wait=timedelta(seconds=wait),
    )


def body_of(row: Row, data: dict[str, Any]) -> str:
    """Return the JSON text of a delivery."""
    said = {"type": row["event"], "timestamp": to_iso(row["created_at"]), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def signed(secret: Row, delivery_id: UUID, body: str, moment: datetime | None = None) -> dict[str, str]:
    """Return the headers of an attempt.

    Args:
        secret: From `secret_of`.
        delivery_id: The message's id.
        body: What is sent, to the letter.
        moment: When; None: now.
    """
    moment = moment or now()
    keys = [secret["secret"]]
    if secret["former"] and moment - secret["rotated_at"] < _FORMER_SIGNS:
        keys.append(secret["former"])
    signatures = [Webhook(key).sign(str(delivery_id), moment, body) for key in keys]
    return {
        "Content-Type": "application/json",
        "webhook-id": str(delivery_id),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def post(url: str, headers: dict[str, str], body: str, allowed_hosts: Sequence[str]) -> Answer:
    """Make one attempt. Blocking, 20 seconds at most; redirects are not followed."""
    limits = NetworkLimits(
        seconds=_LIMITS.seconds,
        connect_seconds=_LIMITS.connect_seconds,
        idle_seconds=_LIMITS.idle_seconds,
        max_bytes=_LIMITS.max_bytes,
        allowed_hosts=tuple(allowed_hosts),
    )
    try:
        place = parse_url(url)
        with (
            connect(limits) as client,
            network_errors(place.host),
            # What the receiver says besides its status is of no interest and is not read.
            client.stream("POST", place, content=body.encode(), headers=headers) as response,
        ):
            status = response.status_code
            wait = read_retry_after(response.headers.get("Retry-After"))
    except Unavailable as error:
        return Answer(None, error.message)
    except CutroomError as error:  # a private address, a name that nobody has
        return Answer(None, error.message, is_final=error.code_word != "unknown_host")
    if status in _TOLD:
        return Answer(status)
    return Answer(status, f"{place.host} answered {status}.", is_final=status == _GONE, wait=wait)


async def sweep(connection: Connection) -> int:
    """Forget deliveries that ended a month ago; return how many."""
    return await execute(connection, "webhooks.expire")


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")
