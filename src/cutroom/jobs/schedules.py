"""Jobs by a clock: a cron expression in a time zone submits the same request again and again.

A turn is taken and the schedule advanced in one transaction, so two workers never take the same.
The next time is counted from now: after a pause there is one turn, not a storm of missed ones.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import ValidationError

from cutroom.base.clock import now, to_iso
from cutroom.base.errors import CutroomError, Failed, Limited, NotFound, Refused
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.jobs.kind import kinds
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import Output
from cutroom.jobs.submit import submit
from cutroom.notify import webhooks

MOST = 100
"""Schedules of one owner."""

_LATER = timedelta(days=1)  # when a schedule is tried again that no longer says when

logger = logging.getLogger(__name__)


async def add(
    connection: Connection,
    resources: Resources,
    owner_id: UUID,
    kind: str,
    request: Output,
    cron: str,
    zone: str,
) -> Row:
    """Make a schedule; its request is tried out now, without making a job.

    Args:
        connection: An open transaction.
        resources: The open rooms.
        owner_id: Whose jobs it makes.
        kind: A job kind's name.
        request: The body of the kind's POST.
        cron: Five fields: minute, hour, day of month, month, day of week.
        zone: An IANA time zone, as Europe/Berlin; daylight saving is followed.

    Raises:
        Refused: With code `invalid_cron`, `invalid_timezone`, `unknown_kind` or `invalid_request`.
        Limited: With code `too_many_schedules`.
        CutroomError: What the kind refuses.
    """
    next_at = next_time(cron, zone)
    wanted = _read(kind, request)
    if wanted.webhook_url is not None:
        webhooks.check_address(wanted.webhook_url, resources.settings.allowed_hosts)
    await kinds.load(kind).admit(connection, owner_id, wanted, resources.settings)
    count = await fetch_row(connection, "schedules.count", owner_id=owner_id)
    if count["schedules"] >= MOST:
        raise Limited(
            f"You have {MOST} schedules, the most there can be; delete one.", code="too_many_schedules"
        )
    return await fetch_row(
        connection,
        "schedules.insert",
        schedule_id=new_id(),
        owner_id=owner_id,
        kind=kind,
        request=request,
        cron=cron,
        timezone=zone,
        next_at=next_at,
    )


async def many(connection: Connection, owner_id: UUID, limit: int, before: UUID | None = None) -> list[Row]:
    """Return an owner's schedules, newest first."""
    return await fetch_all(connection, "schedules.list", owner_id=owner_id, limit=limit, before=before)


async def remove(connection: Connection, owner_id: UUID, schedule_id: UUID) -> None:
    """Delete a schedule; the jobs it made stay.

    Raises:
        NotFound: When the owner has no such schedule.
    """
    if not await execute(connection, "schedules.delete", schedule_id=schedule_id, owner_id=owner_id):
        raise NotFound("Schedule not found", code="schedule_not_found")


async def take_turns(resources: Resources) -> int:
    """Submit the jobs of every schedule that is due; return how many there were."""
    turns = 0
    while await _take_turn(resources):
        turns += 1
    return turns


async def _take_turn(resources: Resources) -> bool:
    """Take one turn in a transaction of its own; False when none is due."""
    async with resources.database.transaction() as connection:
        schedule = await fetch_one(connection, "schedules.due")
        if schedule is None:
            return False
        job_id, problem, next_at = None, None, now() + _LATER
        try:
            async with connection.transaction():  # a savepoint: the schedule advances whatever happens
                next_at = next_time(schedule["cron"], schedule["timezone"])
                job_id = await _submit(connection, resources, schedule)
        except CutroomError as error:
            problem = error.message
        except Exception:
            logger.exception("A schedule met a bug.", extra={"schedule": schedule["id"]})
            problem = Failed().message
        if problem is not None:
            extra = {"schedule": schedule["id"], "reason": problem, "user": schedule["owner_id"]}
            logger.warning("A schedule made no job.", extra=extra)
        await execute(
            connection,
            "schedules.advance",
            schedule_id=schedule["id"],
            next_at=next_at,
            last_job_id=job_id,
            last_error=problem,
        )
        return True


async def _submit(connection: Connection, resources: Resources, schedule: Row) -> UUID:
    kind = kinds.load(schedule["kind"])
    request = _read(schedule["kind"], schedule["request"])
    return (await submit(connection, resources, kind, schedule["owner_id"], request))["id"]


def next_time(cron: str, zone: str, after: datetime | None = None) -> datetime:
    """Return the next time of a cron expression, in UTC.

    Raises:
        Refused: With code `invalid_cron` or `invalid_timezone`.
    """
    try:
        place = ZoneInfo(zone)
    except (KeyError, OSError, ValueError):
        message = f"timezone is {zone[:60]!r}; name one of the IANA list, as Europe/Berlin or UTC."
        raise Refused(message, code="invalid_timezone", details={"field": "timezone"}) from None
    try:
        found = next(CronSim(cron, (after or now()).astimezone(place)))
    except (CronSimError, StopIteration):
        message = f"cron is {cron[:60]!r}; it needs five fields, as '30 6 * * 1-5' for 6:30 on weekdays."
        raise Refused(message, code="invalid_cron", details={"field": "cron"}) from None
    return found.astimezone(UTC)


def view(row: Row) -> Output:
    """Return a schedule as the API shows it; fields without a value are left out."""
    shown: dict[str, Any] = {
        "scheduleId": str(row["id"]),
        "type": row["kind"],
        "request": row["request"],
        "cron": row["cron"],
        "timezone": row["timezone"],
        "nextAt": to_iso(row["next_at"]),
        "lastJobId": str(row["last_job_id"]) if row["last_job_id"] else None,
        "lastError": row["last_error"],
        "createdAt": to_iso(row["created_at"]),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _read(kind: str, request: Output) -> Any:
    try:
        return kinds.load(kind).request.model_validate(request, by_alias=True, by_name=False)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"])
        message = f"request.{field}: {problem['msg']}."
        raise Refused(message, code="invalid_request", details={"field": f"request.{field}"}) from None
