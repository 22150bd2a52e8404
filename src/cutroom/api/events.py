"""Live events as server-sent events; a client that comes back says what it saw last.

Each event is the whole job as it is now, with the version of its row as the event's id. So a gap
is closed by reading every job whose version is newer (WHATWG HTML, 9.2 Server-sent events).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Header, Request
from fastapi.responses import Response, StreamingResponse

from cutroom.accounts import User
from cutroom.api.openapi import errors
from cutroom.base.ids import parse_id
from cutroom.database import Database, fetch_all, fetch_row
from cutroom.gate import Caller, Router, optional_user, platform_of
from cutroom.jobs import find
from cutroom.jobs.run import Output
from cutroom.notify import Feed

router = Router(tags=["events"])

HEARTBEAT_SECONDS = 15.0
_ENDED = ("completed", "failed", "cancelled")
_LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=30, description="The id of the last event that was seen."),
]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `job.status`, `job.progress`, `job.completed`, `job.failed`, `job.cancelled`; "
        'each carries {"job": Job}.',
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 17\nevent: job.progress\ndata: {"job": {...}}\n\n',
            }
        },
    }
}


@router.get("/api/events", response_class=StreamingResponse, responses=_STREAM)
async def all_events(request: Request, user: Caller, last: _LastEventId = None) -> Response:
    """Follow all your jobs. Without Last-Event-ID it begins with what happens next."""
    return _stream(_Follower(request, user, None, _version(last)))


@router.get(
    "/api/jobs/{jobId}/events",
    response_class=StreamingResponse,
    responses=_STREAM
    | {204: {"description": "The job has ended and its last event was seen."}}
    | errors(404),
)
async def job_events(jobId: str, request: Request, user: Caller, last: _LastEventId = None) -> Response:  # noqa: N803 - the path's name
    """Follow one job from its present state to its end, with which the stream ends."""
    job_id = parse_id(jobId, "jobId")
    seen = _version(last)
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, job_id)
        newer = await find.changed_since(connection, user.user_id, seen or 0, job_id)
    if seen is not None and job["status"] in _ENDED and not newer:
        return Response(status_code=204)
    return _stream(_Follower(request, user, job_id, seen or 0))


class _Follower:
    """One listener: what it follows, and what it has been told."""

    def __init__(self, request: Request, user: User, job_id: UUID | None, version: int | None) -> None:
        self._request = request
        self._user = user
        self._job_id = job_id
        self._version = version
        self._status: dict[str, str] = {}
        self._told: dict[str, int] = {}
        platform = platform_of(request)
        self._database: Database = platform.database
        self._feed = cast("Feed", getattr(platform, "feed"))  # noqa: B009 - the gate's platform does not name it

    async def events(self) -> AsyncGenerator[str]:
        """Yield events as text until the job ends, the caller leaves or is signed out."""
        yield "retry: 2000\n\n"
        async with self._feed.subscribe(self._user.user_id) as changes:
            if await self._begin():
                yield f"id: {self._version}\n\n"
            while True:
                for text, has_ended in await self._read():
                    yield text
                    if has_ended and self._job_id is not None:
                        return
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await self._wait(changes)
                except TimeoutError:
                    if not await self._is_still_welcome():
                        return
                    yield ": still here\n\n"

    async def _wait(self, changes: asyncio.Queue[Any]) -> None:
        """Return when something that is followed has changed; many changes count as one."""
        while True:
            change = await changes.get()
            is_ours = self._job_id in {None, change.job_id} or change.job_id is None
            while not changes.empty():
                more = changes.get_nowait()
                is_ours = is_ours or self._job_id in {None, more.job_id} or more.job_id is None
            if is_ours:
                return

    async def _begin(self) -> bool:
        """Note what counts as told; return whether the stream begins with what happens next.

        An id above all of ours is from another time, before the database was put back from a copy.
        """
        owner_id = self._user.user_id
        async with self._database.transaction() as connection:
            newest = int((await fetch_row(connection, "jobs.newest_version", owner_id=owner_id))["version"])
            is_fresh = self._version is None or self._version > newest
            start = newest if self._job_id is None else 0
            version = start if self._version is None or is_fresh else self._version
            rows = await fetch_all(connection, "jobs.versions_until", owner_id=owner_id, version=version)
        # Versions below the last one seen may have come late; those below the present are the past.
        self._told = {str(row["id"]): row["version"] for row in rows if is_fresh or row["version"] == version}
        self._version = version
        return is_fresh

    async def _read(self) -> list[tuple[str, bool]]:
        assert self._version is not None  # noqa: S101 - set before the first read
        told: list[tuple[str, bool]] = []
        is_full = True
        while is_full:
            async with self._database.transaction() as connection:
                changed = await find.changed_since(
                    connection, self._user.user_id, self._version, self._job_id
                )
            is_full = len(changed) >= find.MOST
            for version, job in changed:
                self._version = max(self._version, version)
                if self._told.get(job["jobId"]) != version:
                    self._told[job["jobId"]] = version
                    told.append((self._write(version, job), job["status"] in _ENDED))
        return told

    def _write(self, version: int, job: Output) -> str:
        status = job["status"]
        is_news = self._status.get(job["jobId"]) != status or "waiting" in job
        self._status[job["jobId"]] = status
        name = status if status in _ENDED else ("status" if is_news else "progress")
        content = json.dumps({"job": job}, ensure_ascii=False)
        return f"id: {version}\nevent: job.{name}\ndata: {content}\n\n"

    async def _is_still_welcome(self) -> bool:
        del self._request.state.user
        return await optional_user(self._request) is not None


def _stream(follower: _Follower) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(follower.events(), media_type="text/event-stream", headers=headers)


def _version(last: str | None) -> int | None:
    """Read a Last-Event-ID; one that is not ours counts as none."""
    return int(last) if last and last.isascii() and last.isdigit() and len(last) < 19 else None  # noqa: PLR2004 - bigint
