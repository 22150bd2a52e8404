"""Jobs of every kind: list, look, cancel, retry, log, delete; and the AI jobs' own list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Query, Request

from cutroom.api.job_models import JobList, JobLog, OneJob, RetryBody
from cutroom.api.model import Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, read_cursor
from cutroom.base.errors import Conflict, Refused
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, platform_of, success
from cutroom.jobs import change, find
from cutroom.jobs.change import unknown_job
from cutroom.jobs.kind import ai_kinds, kinds
from cutroom.jobs.resources import Resources
from cutroom.jobs.submit import retry

router = Router(tags=["jobs"])

_MISSING = "No such job, or it is somebody else's."
_Filter = Annotated[str | None, Query(max_length=100)]
_Limit = Annotated[int, Query(ge=1, le=find.MOST, description="The most jobs of one answer.")]


def resources_of(request: Request) -> Resources:
    """Return what the job layer needs; the platform is one."""
    return cast("Resources", platform_of(request))


@router.post(
    "/api/jobs/{jobId}/cancel", response_model=Success[OneJob], responses=errors(404, 409, _404=_MISSING)
)
async def cancel_job(jobId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Cancel a job: its work is killed within a second and leaves no file."""
    job_id, resources = parse_id(jobId, "jobId"), resources_of(request)
    async with resources.database.transaction() as connection:
        await change.cancel(connection, resources.tickets, user.user_id, job_id)
        return success(job=await find.one(connection, user.user_id, job_id))


@router.post(
    "/api/jobs/{jobId}/retry", response_model=Success[OneJob], responses=errors(404, 409, 429, _404=_MISSING)
)
async def retry_job(
    jobId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    body: RetryBody | None = None,
) -> Any:
    """Start a failed job again; what it had finished is not done twice."""
    job_id, resources = parse_id(jobId, "jobId"), resources_of(request)
    from_step = body.from_step if body else None
    async with resources.database.transaction() as connection:
        await retry(connection, resources, user.user_id, job_id, from_step)
        return success(job=await find.one(connection, user.user_id, job_id))


@router.get("/api/jobs/{jobId}/logs", response_model=Success[JobLog], responses=errors(404, _404=_MISSING))
async def job_logs(jobId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Read a job's log: retries, takeovers, fallbacks, failures."""
    async with platform_of(request).database.transaction() as connection:
        return success(lines=await find.logs(connection, user.user_id, parse_id(jobId, "jobId")))


@router.delete(
    "/api/jobs/{jobId}", response_model=Success[Nothing], responses=errors(404, 409, _404=_MISSING)
)
async def delete_job(jobId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete a job that has ended, with its log; the assets it made stay."""
    job_id = parse_id(jobId, "jobId")
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, job_id)
        if not await find.forget(connection, user.user_id, job_id):
            raise Conflict(
                f"The job is {job['status']}; cancel it before you delete it.",
                code="job_not_ended",
                details={"status": job["status"]},
            )
    return success()


def _add_reading(prefix: str, noun: str, kinds_of: Callable[[], Sequence[str]]) -> None:
    """Add the list and the single job under a prefix; they differ in the kinds they show."""

    async def list_jobs(
        request: Request,
        user: Caller,
        projectId: _Filter = None,  # noqa: N803 - the contract's name
        status: _Filter = None,
        type: _Filter = None,  # noqa: A002 - the contract's name
        limit: _Limit = find.MOST,
        cursor: Cursor = None,
    ) -> Any:
        which = find.Filter(
            kinds=[_one_of("type", type, kinds_of())] if type else kinds_of(),
            project_id=parse_id(projectId, "projectId") if projectId else None,
            status=_one_of("status", status, find.STATUSES) if status else None,
            before=read_cursor(cursor),
        )
        async with platform_of(request).database.transaction() as connection:
            jobs, following = await find.many(connection, user.user_id, which, limit)
        return success(jobs=jobs, nextCursor=following)

    async def get_job(jobId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
        job_id: UUID = parse_id(jobId, "jobId")
        async with platform_of(request).database.transaction() as connection:
            job = await find.one(connection, user.user_id, job_id)
        if job["type"] not in kinds_of():
            raise unknown_job()
        return success(job=job)

    router.add_api_route(
        f"{prefix}/jobs",
        list_jobs,
        name=f"list_{noun}",
        methods=["GET"],
        response_model=Success[JobList],
        description="Newest first; filters combine. Empty filters count as absent.",
    )
    router.add_api_route(
        f"{prefix}/jobs/{{jobId}}",
        get_job,
        name=f"get_{noun.removesuffix('s')}",
        methods=["GET"],
        response_model=Success[OneJob],
        responses=errors(404, _404=_MISSING),
        description="The state of one job; poll it, or follow its events.",
    )


def _one_of(field: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise Refused(
            f"{field} is {value[:60]!r}; known: {', '.join(known)}.",
            code=f"unknown_{field}",
            details={"field": field, "known": list(known)},
        )
    return value


_add_reading("/api/ai", "ai_jobs", ai_kinds)
_add_reading("/api", "jobs", kinds.names)
