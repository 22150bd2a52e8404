"""Every change of a job's state, each in the caller's transaction, each won by one caller only.

A change names the attempt it knows. `requeue` is the one door back to `pending` (retry, resume,
takeover, shutdown): it raises the attempt, so the run before it can write nothing any more.
Locks are taken child before parent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cutroom.base.errors import Conflict, CutroomError, NotFound
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.jobs import announcing
from cutroom.jobs.kind import Admission, kinds
from cutroom.jobs.run import Output, Suspended
from cutroom.library import assets
from cutroom.queue import Tickets

UNFINISHED = ("pending", "processing", "suspended")
CHILDREN = "children"  # the token of a run that waits for its children


@dataclass(frozen=True)
class Placement:
    """Where and when a new job stands in the queue."""

    priority: int = 0
    run_at: datetime | None = None
    parent_id: UUID | None = None
    estimated_seconds: float | None = None
    webhook_url: str | None = None


async def insert(
    connection: Connection,
    tickets: Tickets,
    kind_name: str,
    owner_id: UUID,
    admission: Admission,
    placement: Placement,
) -> Row:
    """Make a job and its first ticket."""
    job_id, queue = new_id(), kinds.load(kind_name).queue
    ticket = await tickets.write(
        connection,
        job_id,
        1,
        queue=queue,
        priority=_ticket_priority(placement.priority, has_begun=placement.parent_id is not None),
        at=placement.run_at,
    )
    return await fetch_row(
        connection,
        "jobs.insert",
        job_id=job_id,
        owner_id=owner_id,
        kind=kind_name,
        project_id=admission.project_id,
        asset_id=admission.asset_id,
        input=admission.input,
        queue=queue,
        priority=placement.priority,
        run_at=placement.run_at,
        parent_id=placement.parent_id,
        ticket=ticket,
        work_seconds=admission.work_seconds,
        estimated_seconds=placement.estimated_seconds,
        webhook_url=placement.webhook_url,
    )


async def requeue(  # noqa: PLR0913 - the one door has every reason as an argument
    connection: Connection,
    tickets: Tickets,
    job_id: UUID,
    attempt: int,
    states: Sequence[str],
    *,
    failures: int = 0,
    takeovers: int = 0,
    at: datetime | None = None,
    waiting: str | None = None,
) -> bool:
    """Put a job back into the queue as its next attempt; False when somebody else was first."""
    row = await fetch_one(
        connection,
        "jobs.requeue",
        job_id=job_id,
        attempt=attempt,
        states=list(states),
        failures=failures,
        takeovers=takeovers,
        run_at=at,
        waiting=waiting,
    )
    if row is None:
        return False
    await _write_ticket(connection, tickets, row)
    return True


async def complete(connection: Connection, tickets: Tickets, row: Row, output: Output) -> bool:
    """End a run well; False when it was fenced."""
    return await _finish(connection, tickets, row, "completed", output=output)


async def fail(
    connection: Connection, tickets: Tickets, row: Row, error: Output, *, states: Sequence[str]
) -> bool:
    """End a job with an error (code, message, step, retryable, hint); False when it was fenced."""
    return await _finish(connection, tickets, row, "failed", error=error, states=states)


async def cancel(connection: Connection, tickets: Tickets, owner_id: UUID, job_id: UUID) -> Row:
    """Cancel a job and its children; the work under way is killed when this commits.

    Raises:
        NotFound: When the owner has no such job.
        Conflict: When it had ended.
    """
    before = await _lock_family(connection, owner_id, job_id)
    row = await _cancel_one(connection, tickets, job_id)
    if row is None:
        raise Conflict(
            f"The job cannot be cancelled: it is already {before['state']}.",
            code="job_ended",
            details={"status": before["state"]},
        )
    await _tell_parent(connection, tickets, row)
    return row


async def retry(
    connection: Connection, tickets: Tickets, owner_id: UUID, job_id: UUID, from_step: str | None = None
) -> Row:
    """Start a failed job again from the step that failed, or from an earlier one.

    Children that did not complete start again with it.

    Raises:
        NotFound: When the owner has no such job.
        Conflict: When it has not failed.
        CutroomError: When `from_step` is no step of its kind.
    """
    before = await _lock_family(connection, owner_id, job_id)
    if before["state"] != "failed":
        raise Conflict(
            f"Only a failed job can be retried; this one is {before['state']}.",
            code="job_not_failed",
            details={"status": before["state"]},
        )
    if before["asset_id"] and not await assets.find(connection, before["asset_id"], owner_id, for_share=True):
        raise Conflict("The job cannot be retried: its source asset was deleted.", code="asset_deleted")
    if from_step is not None:
        await _forget_from(connection, before, from_step)
    if before["parent_id"]:
        await execute(connection, "jobs.add_children", job_id=before["parent_id"], count=1)
    return await _revive(connection, tickets, before)


async def suspend(connection: Connection, tickets: Tickets, row: Row, wait: Suspended) -> bool:
    """End a run that waits; resume it at once when what it waits for came meanwhile."""
    asleep = await fetch_one(
        connection,
        "jobs.suspend",
        job_id=row["id"],
        attempt=row["attempt"],
        token=wait.token,
        waiting=wait.reason,
        until=wait.until,
    )
    if asleep is None:
        return False
    if wait.token == CHILDREN:
        has_come = asleep["children_pending"] == 0
    else:
        steps = await fetch_all(connection, "jobs.steps", job_id=row["id"])
        has_come = any(step["name"] == f"event:{wait.token}" for step in steps)
    if has_come:
        await requeue(connection, tickets, row["id"], row["attempt"], ["suspended"])
    return True


async def deliver(connection: Connection, tickets: Tickets, job_id: UUID, token: str, event: Output) -> None:
    """Store an event for a job and wake it if it waits for just that; early events are kept.

    Idempotent: the first event of a token stays.
    """
    row = await fetch_one(connection, "jobs.lock", job_id=job_id)
    if row is None:
        raise unknown_job()
    await execute(
        connection, "jobs.insert_event", step_id=new_id(), job_id=job_id, name=f"event:{token}", output=event
    )
    if row["state"] == "suspended" and row["waits_for"] == token:
        await requeue(connection, tickets, job_id, row["attempt"], ["suspended"])


async def log(
    connection: Connection, row: Row, message: str, *, level: str = "info", step: str | None = None
) -> None:
    """Add a line to the job's log."""
    await execute(
        connection,
        "jobs.log",
        job_id=row["id"],
        level=level,
        step=step,
        attempt=row["attempt"],
        message=message,
    )


def unknown_job() -> CutroomError:
    """Return the answer for a job that is missing or somebody else's: the same for both."""
    return NotFound("Job not found", code="job_not_found")


async def _finish(
    connection: Connection,
    tickets: Tickets,
    row: Row,
    state: str,
    *,
    output: Output | None = None,
    error: Output | None = None,
    states: Sequence[str] = ("processing",),
) -> bool:
    ended = await fetch_one(
        connection,
        "jobs.finish",
        job_id=row["id"],
        attempt=row["attempt"],
        states=list(states),
        state=state,
        output=output,
        error=error,
        message=None,
    )
    if ended is None:
        return False
    await announcing.announce_end(connection, ended)
    await _tell_parent(connection, tickets, ended)
    return True


async def _tell_parent(connection: Connection, tickets: Tickets, child: Row) -> None:
    if child["parent_id"] is None:
        return
    await execute(connection, "jobs.advance_parent", parent_id=child["parent_id"], job_id=str(child["id"]))
    parent: dict[str, Any] | None = await fetch_one(connection, "jobs.child_ended", job_id=child["parent_id"])
    if (
        parent
        and parent["children_pending"] == 0
        and parent["state"] == "suspended"
        and parent["waits_for"] == CHILDREN
    ):
        await requeue(connection, tickets, parent["id"], parent["attempt"], ["suspended"])


async def _cancel_one(connection: Connection, tickets: Tickets, job_id: UUID) -> Row | None:
    row = await fetch_one(connection, "jobs.cancel", job_id=job_id)
    if row is None:
        return None
    if row["ticket"] is not None:
        await tickets.withdraw(connection, row["ticket"])
    await execute(connection, "jobs.release_step_files", job_id=job_id)
    await log(connection, row, "Cancelled.")
    await announcing.announce_end(connection, row)
    for child in await fetch_all(connection, "jobs.unfinished_children", job_id=job_id):
        await _cancel_one(connection, tickets, child["id"])
    return row


async def _lock_family(connection: Connection, owner_id: UUID, job_id: UUID) -> Row:
    """Lock a job with everything below it, children first, and return it.

    Raises:
        NotFound: When the owner has no such job.
    """
    await execute(connection, "jobs.lock_family", job_id=job_id, owner_id=owner_id)
    row = await fetch_one(connection, "jobs.find", job_id=job_id, owner_id=owner_id)
    if row is None:
        raise unknown_job()
    return row


async def _revive(connection: Connection, tickets: Tickets, before: Row) -> Row:
    """Queue an ended job again; one that was cancelled begins anew, for its files were given up."""
    row = await fetch_row(connection, "jobs.revive", job_id=before["id"])
    if before["state"] == "cancelled":
        await execute(connection, "jobs.forget_steps", job_id=row["id"])
    children = await fetch_all(connection, "jobs.broken_children", job_id=row["id"])
    for child in children:
        await _revive(connection, tickets, child)
    if children:
        await execute(connection, "jobs.add_children", job_id=row["id"], count=len(children))
    await log(connection, row, "Started again by its owner.")
    return await _write_ticket(connection, tickets, row)


async def _forget_from(connection: Connection, row: Row, from_step: str) -> None:
    names = [step.name for step in kinds.load(row["kind"]).plan(row["input"])]
    if from_step not in names:
        raise NotFound(
            f"fromStep is {from_step!r}; the steps of this job are {', '.join(names)}.", code="unknown_step"
        )
    later = names[names.index(from_step) :]
    await execute(connection, "jobs.drop_steps", job_id=row["id"], names=later)


async def _write_ticket(connection: Connection, tickets: Tickets, row: Row) -> Row:
    ticket = await tickets.write(
        connection,
        row["id"],
        row["attempt"],
        queue=row["queue"],
        priority=_ticket_priority(row["priority"], has_begun=row["started_at"] is not None),
        at=row["run_at"],
    )
    await execute(connection, "jobs.set_ticket", job_id=row["id"], ticket=ticket)
    return row


def _ticket_priority(priority: int, *, has_begun: bool) -> int:
    """Return a ticket's place: among jobs of one priority, what has begun ends before others begin."""
    return 2 * priority + has_begun
