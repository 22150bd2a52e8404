"""Reading jobs: one, many, what changed; always only the owner's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cutroom.database import Connection, Row, execute, fetch_all, fetch_one
from cutroom.jobs import starts
from cutroom.jobs.change import unknown_job
from cutroom.jobs.run import Output
from cutroom.jobs.view import Surroundings, job_view, log_view

STATUSES = ("pending", "processing", "completed", "failed", "cancelled")
MOST = 1000
"""Jobs in one answer, at most and without a limit of the caller's."""


@dataclass(frozen=True)
class Filter:
    """Which jobs a list shows; None stands for all."""

    kinds: Sequence[str] | None = None
    project_id: UUID | None = None
    asset_id: UUID | None = None
    status: str | None = None
    before: UUID | None = None


async def one(connection: Connection, owner_id: UUID, job_id: UUID) -> Output:
    """Return a job as the API shows it.

    Raises:
        NotFound: When the owner has no such job.
    """
    row = await fetch_one(connection, "jobs.find", job_id=job_id, owner_id=owner_id)
    if row is None:
        raise unknown_job()
    return (await views(connection, [row]))[0]


async def many(
    connection: Connection, owner_id: UUID, which: Filter, limit: int = MOST
) -> tuple[list[Output], str | None]:
    """Return jobs, newest first, and the cursor of the next page where there is more."""
    rows = await fetch_all(
        connection,
        "jobs.list",
        owner_id=owner_id,
        kinds=list(which.kinds) if which.kinds is not None else None,
        project_id=which.project_id,
        asset_id=which.asset_id,
        status=which.status,
        before=which.before,
        limit=limit + 1,
    )
    cursor = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return await views(connection, rows[:limit]), cursor


async def changed_since(
    connection: Connection, owner_id: UUID, version: int, job_id: UUID | None = None
) -> list[tuple[int, Output]]:
    """Return (version, job) of what changed after `version`, in the order of the changes.

    Versions are taken before their transactions commit, so a lower one may appear after a higher
    one: of the last 64 versions, those of the last ten seconds are told again.
    """
    rows = await fetch_all(
        connection, "jobs.changed_since", owner_id=owner_id, version=version, job_id=job_id
    )
    return list(zip([row["version"] for row in rows], await views(connection, rows), strict=True))


async def logs(connection: Connection, owner_id: UUID, job_id: UUID) -> list[Output]:
    """Return the lines of a job's log, oldest first.

    Raises:
        NotFound: When the owner has no such job.
    """
    if await fetch_one(connection, "jobs.find", job_id=job_id, owner_id=owner_id) is None:
        raise unknown_job()
    return [log_view(row) for row in await fetch_all(connection, "jobs.logs", job_id=job_id)]


async def forget(connection: Connection, owner_id: UUID, job_id: UUID) -> bool:
    """Delete a job that has ended, with its steps and its log; its assets stay."""
    return await execute(connection, "jobs.delete_one", job_id=job_id, owner_id=owner_id) > 0


async def views(connection: Connection, rows: Sequence[Row]) -> list[Output]:
    """Return rows as the API shows them, with their steps and what they wait for."""
    if not rows:
        return []
    by_job: dict[UUID, list[Row]] = {}
    for step in await fetch_all(connection, "jobs.steps_of", job_ids=[row["id"] for row in rows]):
        by_job.setdefault(step["job_id"], []).append(step)
    around = await _surroundings(connection, [row for row in rows if row["state"] == "pending"])
    nowhere = Surroundings(0, has_worker=True)
    return [job_view(row, by_job.get(row["id"], []), around.get(row["id"], nowhere)) for row in rows]


async def _surroundings(connection: Connection, pending: Sequence[Row]) -> dict[UUID, Surroundings]:
    """Say of pending jobs what they wait for besides their own time."""
    if not pending:
        return {}
    ahead = await fetch_all(connection, "jobs.ahead", job_ids=[row["id"] for row in pending])
    places = {row["id"]: int(row["ahead"]) for row in ahead}
    has_worker = bool(await fetch_all(connection, "jobs.live_workers"))
    paused = {row["queue"] for row in await starts.paused_queues(connection)}
    return {
        row["id"]: Surroundings(places.get(row["id"], 0), has_worker, row["queue"] in paused)
        for row in pending
    }
