"""Tickets say that a run of a job is due: the wake-up and the abort signal, never the truth.

PostgreSQL's `jobs` table holds the truth; a ticket carries a job's id and attempt. A ticket that
is lost, doubled or late can harm nothing: the job row decides who may run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import procrastinate
import psycopg
from procrastinate.schema import SchemaManager
from psycopg_pool import AsyncConnectionPool

from cutroom.queue.connector import PatientConnector

Runner = Callable[[UUID, int], Awaitable[None]]
"""Called with a job's id and attempt."""

_TASK = "run"
_POLL_SECONDS = 0.25  # due retries are found by polling only; this costs 0.5 % of a core
_ABORT_POLL_SECONDS = 1.0  # only a fallback: aborts arrive by NOTIFY
_LOST_AFTER = "5 seconds"
_INSTALL_LOCK = 0x7469636B657473  # "tickets" as a number


def install(url: str) -> None:
    """Make the tables of the queue where they are missing. Blocking; idempotent."""
    with psycopg.connect(url) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (_INSTALL_LOCK,))
        found = connection.execute("select to_regclass('procrastinate_jobs')").fetchone()
        if found == (None,):
            connection.execute(SchemaManager.get_schema())


class Tickets:
    """The queue of one database, over the pool of the process. Open it once, close it at the end."""

    def __init__(self, pool: AsyncConnectionPool[Any]) -> None:
        """Describe the queue; nothing is asked yet.

        Args:
            pool: An open pool in autocommit mode, which the process shares; it stays open when the
                queue is closed. A worker keeps one of its connections for listening.
        """
        self._pool = pool
        self._app = procrastinate.App(connector=PatientConnector())
        self._runners: dict[str, Runner] = {}
        self._task = self._app.task(name=_TASK, pass_context=True)(self._run)

    async def open(self) -> None:
        """Take the pool into use."""
        await self._app.open_async(self._pool)

    async def close(self) -> None:
        """Let the pool go."""
        await self._app.close_async()

    async def write(
        self,
        connection: psycopg.AsyncConnection[Any],
        job_id: UUID,
        attempt: int,
        *,
        queue: str,
        priority: int = 0,
        at: datetime | None = None,
    ) -> int:
        """Write a ticket in the caller's transaction; workers wake when it commits.

        Args:
            connection: In a transaction of the caller.
            job_id: The job to run.
            attempt: The attempt that this ticket stands for.
            queue: At most 38 characters.
            priority: Higher runs first.
            at: Not before this moment.

        Returns:
            The ticket's number.
        """
        deferrer = self._task.configure(connection=connection, queue=queue, priority=priority, schedule_at=at)
        return await deferrer.defer_async(job_id=str(job_id), attempt=attempt)

    async def withdraw(self, connection: psycopg.AsyncConnection[Any], ticket: int) -> None:
        """Cancel a ticket in the caller's transaction; a run under way gets CancelledError."""
        await self._app.job_manager.cancel_job_by_id_async(ticket, abort=True, connection=connection)

    async def work(
        self, queues: Sequence[str], concurrency: int, runner: Runner, *, drain_seconds: float
    ) -> None:
        """Hand tickets to `runner` until this task is cancelled.

        When cancelled, no further ticket is fetched; runs under way get `drain_seconds`, then
        CancelledError. May be called several times at once for different queues; each call listens on
        a connection of its own.
        """
        self._runners.update(dict.fromkeys(queues, runner))
        await self._app.run_worker_async(
            queues=list(queues),
            concurrency=concurrency,
            fetch_job_polling_interval=_POLL_SECONDS,
            abort_job_polling_interval=_ABORT_POLL_SECONDS,
            shutdown_graceful_timeout=drain_seconds,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=5,
        )

    async def lost_jobs(self, connection: psycopg.AsyncConnection[Any], limit: int = 100) -> list[UUID]:
        """Return pending jobs that no live ticket stands for.

        A ticket is dead when its row is gone, over, or was started 5 s ago and its job is still
        pending: between a worker's fetch and its claim lie milliseconds.
        """
        cursor = await connection.execute(
            """
            select jobs.id as id from jobs
            left join procrastinate_jobs as ticket on ticket.id = jobs.ticket
            where jobs.state = 'pending' and jobs.updated_at < clock_timestamp() - %(age)s::interval
              and not exists (select from paused_queues where paused_queues.queue = jobs.queue)
              and (ticket.id is null or ticket.status not in ('todo', 'doing')
                   or (ticket.status = 'doing' and not exists (
                       select from procrastinate_events as event
                       where event.job_id = ticket.id and event.type = 'started'
                         and event.at > clock_timestamp() - %(age)s::interval)))
            limit %(limit)s
            """,
            {"age": _LOST_AFTER, "limit": limit},
        )
        return [row["id"] for row in await cursor.fetchall()]

    async def clear_stale(self, connection: psycopg.AsyncConnection[Any]) -> int:
        """Delete tickets whose job is gone, over, or at a later attempt; return how many."""
        cursor = await connection.execute(
            """
            delete from procrastinate_jobs as ticket
            where ticket.task_name = %(task)s
              and (ticket.status = 'todo' or not exists (
                  select from procrastinate_events as event
                  where event.job_id = ticket.id and event.at > clock_timestamp() - interval '1 minute'))
              and not exists (
                  select from jobs where jobs.id = (ticket.args ->> 'job_id')::uuid
                    and jobs.attempt = (ticket.args ->> 'attempt')::integer
                    and jobs.state in ('pending', 'processing'))
            """,
            {"task": _TASK},
        )
        return cursor.rowcount

    async def _run(self, context: procrastinate.JobContext, job_id: str, attempt: int) -> None:
        await self._runners[context.job.queue](UUID(job_id), attempt)
