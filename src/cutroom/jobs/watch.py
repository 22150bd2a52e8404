"""What keeps jobs alive: leases renewed, the dead relieved, lost tickets and old jobs swept."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from cutroom.base.errors import CutroomError, Failed
from cutroom.database import Connection, DatabaseUnavailable, Row, execute, fetch_all, fetch_one
from cutroom.jobs import change, schedules
from cutroom.jobs.announcing import Announcer
from cutroom.jobs.execute import Executor, error_report
from cutroom.jobs.resources import Resources

BEAT_SECONDS = 1.0
_JANITOR_SECONDS = 5.0
_OUTAGE_SECONDS = 0.25  # a lease must be renewed before it runs out, however the connection broke
_RETENTION_SECONDS = 60.0

logger = logging.getLogger(__name__)


class PoisonJob(Failed):
    """The job was stopped because every worker that ran it died."""

    code = "poison_job"


class Watch:
    """The background duties of one worker process."""

    def __init__(
        self, resources: Resources, executor: Executor, worker_id: UUID, queues: Sequence[str]
    ) -> None:
        self._resources = resources
        self._executor = executor
        self._worker_id = worker_id
        self._queues = list(queues)
        self._patient_until = 0.0
        self._announcer = Announcer(resources)

    async def run(self) -> None:
        """Do the duties until cancelled; an outage of the database is waited out."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forever(BEAT_SECONDS, self.beat))
                group.create_task(self._forever(BEAT_SECONDS, self.relieve))
                group.create_task(self._forever(BEAT_SECONDS, self.take_turns))
                group.create_task(self._forever(BEAT_SECONDS, self.tell))
                group.create_task(self._forever(_JANITOR_SECONDS, self.tidy))
                group.create_task(self._forever(_RETENTION_SECONDS, self.expire))
        finally:
            self._announcer.close()
            await asyncio.shield(self._leave())

    async def beat(self) -> None:
        """Renew the leases of this worker in one update; stop runs that are ours no longer."""
        lease = timedelta(seconds=self._resources.settings.lease_seconds)
        async with self._resources.database.transaction() as connection:
            await execute(
                connection,
                "jobs.register_worker",
                worker_id=self._worker_id,
                host=socket.gethostname(),
                pid=os.getpid(),
                queues=self._queues,
                concurrency=self._resources.settings.worker_concurrency,
            )
            # Only what runs here is kept alive: a claim whose answer was lost must be taken over.
            before = dict(self._executor.running)
            rows = await fetch_all(
                connection,
                "jobs.renew_leases",
                worker_id=self._worker_id,
                lease=lease,
                job_ids=[job_id for job_id, _ in before],
            )
        ours = {(row["id"], row["attempt"]) for row in rows}
        for run, task in before.items():
            if run not in ours and run in self._executor.running:
                task.cancel()

    async def relieve(self) -> None:
        """Take over the jobs of dead workers; wake those whose time has come."""
        # In an outage of the database no lease is renewed: the living get time to say so first.
        is_patient = time.monotonic() < self._patient_until
        async with self._resources.database.transaction() as connection:
            for row in () if is_patient else await fetch_all(connection, "jobs.stale_leases"):
                if (row["id"], row["attempt"]) not in self._executor.running:  # late, but alive: it is here
                    await self._take_over(connection, row)
            for row in await fetch_all(connection, "jobs.due_suspensions"):
                await change.requeue(
                    connection, self._resources.tickets, row["id"], row["attempt"], ["suspended"]
                )

    async def take_turns(self) -> None:
        """Submit the jobs of schedules that are due."""
        await schedules.take_turns(self._resources)

    async def tell(self) -> None:
        """Send the webhooks that are due."""
        await self._announcer.deliver()

    async def tidy(self) -> None:
        """Give pending jobs without a live ticket a new one; delete tickets that mean nothing."""
        async with self._resources.database.transaction() as connection:
            for job_id in await self._resources.tickets.lost_jobs(connection):
                row = await fetch_one(connection, "jobs.get", job_id=job_id)
                if row:
                    await change.requeue(
                        connection,
                        self._resources.tickets,
                        job_id,
                        row["attempt"],
                        ["pending"],
                        at=row["run_at"],
                        waiting=row["waiting"],
                    )
            await self._resources.tickets.clear_stale(connection)
            await execute(connection, "jobs.forget_silent_workers")

    async def expire(self) -> None:
        """Delete jobs that ended longer ago than the settings keep them."""
        settings = self._resources.settings
        async with self._resources.database.transaction() as connection:
            rows = await fetch_all(
                connection,
                "jobs.expired",
                failed=timedelta(days=settings.failed_days),
                completed=timedelta(days=settings.completed_days) if settings.completed_days else None,
            )
            if rows:
                await execute(connection, "jobs.delete", job_ids=[row["id"] for row in rows])
                logger.info("Old jobs deleted.", extra={"jobs": len(rows)})

    async def _take_over(self, connection: Connection, row: Row) -> None:
        tickets = self._resources.tickets
        if row["takeovers"] >= self._resources.settings.max_takeovers:
            count = row["takeovers"] + 1
            error = PoisonJob(
                f"The job was stopped after {count} workers died while running it.",
                hint="Try another file; the workers' logs say what killed them.",
            )
            active: dict[str, Any] = row["active"] or {}
            step: str | None = active.get("name")
            await change.fail(connection, tickets, row, error_report(error, step), states=["processing"])
            await change.log(connection, row, error.message, level="error", step=step)
            return
        reason = "Its worker stopped answering; another one continues."
        if await change.requeue(
            connection, tickets, row["id"], row["attempt"], ["processing"], takeovers=1, waiting=reason
        ):
            await change.log(connection, row, reason, level="warning")
            logger.warning("Job taken over from a dead worker.", extra={"job": row["id"]})

    async def _forever(self, seconds: float, duty: Callable[[], Awaitable[None]]) -> None:
        while True:
            pause = seconds
            try:
                await duty()
            except DatabaseUnavailable:
                logger.warning("The database does not answer; waiting.", extra={"duty": duty.__name__})
                self._patient_until = time.monotonic() + self._resources.settings.lease_seconds
                pause = _OUTAGE_SECONDS
            except CutroomError as error:
                logger.warning("A duty failed.", extra={"duty": duty.__name__, "reason": error.message})
            except Exception:
                logger.exception("A duty failed by a bug.", extra={"duty": duty.__name__})
            await asyncio.sleep(pause)

    async def _leave(self) -> None:
        try:
            async with self._resources.database.transaction() as connection:
                await execute(connection, "jobs.forget_worker", worker_id=self._worker_id)
        except DatabaseUnavailable:
            logger.warning("The worker could not sign off.")
