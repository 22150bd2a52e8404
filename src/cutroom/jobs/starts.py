"""When a pending job may start: not while its queue is paused, not faster than the start rate.

A start rate of n per period hands out start times from a ring of the last n in one row: the next
is at the earliest one period after the n-th last. A token bucket would let 2n through in a period.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cutroom.base.units import StartRate
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.jobs import change
from cutroom.queue import Tickets

_EARLY = timedelta(seconds=0.3)  # a ticket may wake this early: polling is no exact clock
_LATE = timedelta(seconds=1)  # a start later than this would crowd those behind it


async def wait_turn(
    connection: Connection, tickets: Tickets, job_id: UUID, attempt: int, rate: StartRate
) -> float | None:
    """Give a job its start time; return the seconds until then, None when it is not to run now.

    A job whose time is further away is re-queued for it and holds no slot of a worker. What has begun
    goes on without another turn: a retry, the parts of a job, a job whose parts are done.
    """
    job = await fetch_one(connection, "starts.peek", job_id=job_id, attempt=attempt)
    if job is None:
        return None
    if job["has_begun"]:
        return 0.0
    start_time: datetime | None = job["start_time"]
    if start_time is None or job["now"] > start_time + _LATE:
        start_time = await _reserve(connection, job["queue"], rate)
        await execute(connection, "starts.keep_start_time", job_id=job_id, start_time=start_time)
    if start_time > job["now"] + _EARLY:
        seconds = rate.seconds
        reason = f"At most {rate.count} jobs start in {seconds:g} s; its turn comes."
        await change.requeue(
            connection, tickets, job_id, attempt, ["pending"], at=start_time - _EARLY / 2, waiting=reason
        )
        return None
    return max(0.0, (start_time - job["now"]).total_seconds())


async def pause(connection: Connection, queue: str) -> bool:
    """Let no further job of a queue start; False when it was paused already. Running jobs go on."""
    return await execute(connection, "starts.pause", queue=queue) > 0


async def unpause(connection: Connection, tickets: Tickets, queue: str) -> bool:
    """Let a queue go on; False when it was not paused."""
    if not await execute(connection, "starts.unpause", queue=queue):
        return False
    # Tickets that came up meanwhile were used up for nothing.
    for job in await fetch_all(connection, "starts.pending", queue=queue):
        await change.requeue(
            connection,
            tickets,
            job["id"],
            job["attempt"],
            ["pending"],
            at=job["run_at"],
            waiting=job["waiting"],
        )
    return True


async def paused_queues(connection: Connection) -> list[Row]:
    """Return the paused queues, each with `queue` and `since`."""
    return await fetch_all(connection, "starts.paused")


async def _reserve(connection: Connection, queue: str, rate: StartRate) -> datetime:
    await execute(connection, "starts.add_ring", queue=queue)
    row = await fetch_row(
        connection, "starts.reserve", queue=queue, count=rate.count, period=timedelta(seconds=rate.seconds)
    )
    return row["start_time"]
