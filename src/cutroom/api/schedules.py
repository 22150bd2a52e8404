"""Schedules: the same job again and again, by a cron expression."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ConfigDict, Field, JsonValue

from cutroom.api.jobs import resources_of
from cutroom.api.model import Answer, Body, Moment, Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.base.ids import parse_id
from cutroom.database import Connection
from cutroom.gate import Caller, Router, Single, platform_of, success
from cutroom.jobs import schedules

router = Router(prefix="/api/schedules", tags=["jobs"])

_EXAMPLE: dict[str, JsonValue] = {
    "type": "noise-removal",
    "request": {
        "assetId": "0199aa00-0000-7000-8000-000000000003",
        "projectId": "0199aa00-0000-7000-8000-000000000002",
    },
    "cron": "30 6 * * 1-5",
    "timezone": "Europe/Berlin",
}


class NewSchedule(Body):
    """What is done, and when."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    type: str = Field(max_length=60, description="A job kind, as `noise-removal`.")
    request: dict[str, Any] = Field(description="The body of that kind's POST.")
    cron: str = Field(max_length=100, description="Minute, hour, day of month, month, day of week.")
    timezone: str = Field("UTC", max_length=60, description="An IANA time zone; daylight saving is followed.")


class Schedule(Answer):
    """A schedule."""

    schedule_id: UUID
    type: str
    request: dict[str, Any]
    cron: str
    timezone: str
    next_at: Moment
    last_job_id: UUID | None = None
    last_error: str | None = Field(None, description="Why the last turn made no job.")
    created_at: Moment


class OneSchedule(Answer):
    """One schedule under its noun."""

    schedule: Schedule


class ScheduleList(Answer):
    """Schedules, newest first."""

    schedules: list[Schedule]
    next_cursor: str | None = None


@router.post("", status_code=201, response_model=Success[OneSchedule], responses=errors(404, 409, 429, 501))
async def create_schedule(new: NewSchedule, request: Request, user: Caller, once: Single) -> Any:
    """Make a schedule; its request is checked now, as if the job were made."""

    async def make(connection: Connection) -> dict[str, Any]:
        row = await schedules.add(
            connection, resources_of(request), user.user_id, new.type, new.request, new.cron, new.timezone
        )
        return success(schedule=schedules.view(row))

    return await once.run(make)


@router.get("", response_model=Success[ScheduleList])
async def list_schedules(request: Request, user: Caller, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """List your schedules, newest first."""
    before = read_cursor(cursor)
    async with platform_of(request).database.transaction() as connection:
        rows = await schedules.many(connection, user.user_id, limit + 1, before)
    shown, following = cut_page(rows, limit, schedules.view)
    return success(schedules=shown, nextCursor=following)


@router.delete("/{scheduleId}", response_model=Success[Nothing], responses=errors(404))
async def delete_schedule(scheduleId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete a schedule; the jobs it made stay."""
    async with platform_of(request).database.transaction() as connection:
        await schedules.remove(connection, user.user_id, parse_id(scheduleId, "scheduleId"))
    return success()
