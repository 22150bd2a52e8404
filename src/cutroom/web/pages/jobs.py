"""Jobs: the list of all, one job live, its result, cancel, retry, log, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from cutroom.accounts import User
from cutroom.base.errors import Conflict, CutroomError
from cutroom.base.ids import parse_id
from cutroom.database import Connection
from cutroom.gate import Caller, Router, platform_of
from cutroom.jobs import change, find
from cutroom.jobs.submit import retry
from cutroom.library import assets
from cutroom.web.formatting import moment
from cutroom.web.render import redirect, render, resources_of
from cutroom.web.result import read_result
from cutroom.web.subtitle_result import read_subtitle_result
from cutroom.web.video_result import read_video_result
from cutroom.web.wording import job_title

PER_PAGE = 50
STOP_POLLING = 286  # htmx's own: show the answer and ask no more
_ENDED = ("completed", "failed", "cancelled")
router = Router()


@router.get("/jobs")
async def show_jobs(
    request: Request, user: Caller, status: str | None = None, before: str | None = None
) -> Response:
    """List all jobs, newest first."""
    wanted = status if status in find.STATUSES else None
    which = find.Filter(status=wanted, before=parse_id(before, "before") if before else None)
    async with platform_of(request).database.transaction() as connection:
        jobs, older = await find.many(connection, user.user_id, which, PER_PAGE)
        names = await _names(connection, user, jobs)
    template = "_jobs.html" if request.headers.get("hx-request") else "jobs.html"
    return render(
        request, template, jobs=jobs, names=names, older=older, wanted=wanted, statuses=find.STATUSES
    )


@router.get("/jobs/{job_id}")
async def show_job(job_id: str, request: Request, user: Caller) -> Response:
    """Show a job; its live part is read again while it works."""
    return await _show(request, user, job_id)


@router.get("/jobs/{job_id}/live")
async def show_live(job_id: str, request: Request, user: Caller) -> Response:
    """Show the live part alone, for the page that is open."""
    return await _show(request, user, job_id, template="_job.html", ended_status=STOP_POLLING)


@router.get("/jobs/{job_id}/row")
async def show_row(job_id: str, request: Request, user: Caller) -> Response:
    """Show a job as one line of a list."""
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, parse_id(job_id, "jobId"))
        names = await _names(connection, user, [job])
    return render(request, "_job_row.html", job=job, names=names)


@router.get("/jobs/{job_id}/title")
async def say_title(job_id: str, request: Request, user: Caller) -> Response:
    """Say what a job is called, for a notice."""
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, parse_id(job_id, "jobId"))
        names = await _names(connection, user, [job])
    return PlainTextResponse(job_title(job, names))


@router.get("/jobs/{job_id}/log")
async def show_log(job_id: str, request: Request, user: Caller) -> Response:
    """Show a job's log."""
    wanted = parse_id(job_id, "jobId")
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, wanted)
        names = await _names(connection, user, [job])
        lines = await find.logs(connection, user.user_id, wanted)
    return render(request, "log.html", job=job, title=job_title(job, names), lines=lines)


@router.post("/jobs/{job_id}/cancel")
async def cancel_job(job_id: str, request: Request, user: Caller) -> Response:
    """Stop a job."""
    wanted, resources = parse_id(job_id, "jobId"), resources_of(request)
    try:
        async with resources.database.transaction() as connection:
            await change.cancel(connection, resources.tickets, user.user_id, wanted)
    except Conflict as error:
        return await _show(request, user, job_id, error=error)
    return redirect(f"/jobs/{job_id}", "job-cancelled")


@router.post("/jobs/{job_id}/retry")
async def retry_job(job_id: str, request: Request, user: Caller) -> Response:
    """Try a failed job again."""
    wanted, resources = parse_id(job_id, "jobId"), resources_of(request)
    try:
        async with resources.database.transaction() as connection:
            await retry(connection, resources, user.user_id, wanted, None)
    except Conflict as error:
        return await _show(request, user, job_id, error=error)
    return redirect(f"/jobs/{job_id}", "job-retried")


@router.post("/jobs/{job_id}/delete")
async def delete_job(job_id: str, request: Request, user: Caller) -> Response:
    """Delete a job that has ended."""
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, parse_id(job_id, "jobId"))
        await find.forget(connection, user.user_id, UUID(job["jobId"]))
    project_id = job.get("projectId")
    return redirect(f"/projects/{project_id}" if project_id else "/jobs", "job-deleted")


async def _show(
    request: Request,
    user: User,
    job_id: str,
    *,
    template: str = "job.html",
    error: CutroomError | None = None,
    ended_status: int = 200,
) -> Response:
    rooms = resources_of(request)
    async with rooms.database.transaction() as connection:
        job = await find.one(connection, user.user_id, parse_id(job_id, "jobId"))
        names = await _names(connection, user, [job])
    result = await read_result(rooms, user, job) if job["status"] == "completed" else None
    video = await read_video_result(rooms, user, job) if job["status"] == "completed" else None
    has_ended = job["status"] in _ENDED
    return render(
        request,
        template,
        status=error.status if error else (ended_status if has_ended else 200),
        job=job,
        title=job_title(job, names),
        has_ended=has_ended,
        has_source=job.get("assetId") in names,
        result=result,
        video=video,
        subtitles=read_subtitle_result(job) if job["status"] == "completed" else None,
        error=error,
        took=_seconds_of(job),
    )


async def _names(connection: Connection, user: User, jobs: list[dict[str, Any]]) -> dict[str, str]:
    """Return the names of the files that jobs work on, without those that were deleted."""
    wanted = {job["assetId"] for job in jobs if "assetId" in job}
    found = [await assets.find(connection, UUID(asset_id), user.user_id) for asset_id in wanted]
    return {str(asset["id"]): asset["name"] for asset in found if asset}


def _seconds_of(job: dict[str, Any]) -> float | None:
    """Return how long a job worked, from its start to its end."""
    if "startedAt" not in job or "completedAt" not in job:
        return None
    return (moment(job["completedAt"]) - moment(job["startedAt"])).total_seconds()
