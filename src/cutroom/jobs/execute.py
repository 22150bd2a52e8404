"""A worker's side of a ticket: claim the job, run it, and say truthfully how it ended."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from uuid import UUID

from cutroom.base import log
from cutroom.base.clock import now
from cutroom.base.errors import CutroomError, Failed
from cutroom.base.units import StartRate
from cutroom.database import Connection, DatabaseUnavailable, Row, fetch_one
from cutroom.jobs import change, scratch, starts
from cutroom.jobs.durable import DurableRun, Fenced
from cutroom.jobs.kind import kinds
from cutroom.jobs.lost_files import FileLost
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import RETRIES, Output, Suspended

_OUTAGE_SECONDS = 1.0  # a job that met a database error starts again after this

logger = logging.getLogger(__name__)


class Executor:
    """Runs the tickets of one worker process."""

    def __init__(self, resources: Resources, worker_id: UUID) -> None:
        self.running: dict[tuple[UUID, int], asyncio.Task[object]] = {}
        """The runs under way, by job and attempt: a fenced run may still end beside its successor."""
        self._resources = resources
        self._worker_id = worker_id
        self._scratch = scratch.folder_of(resources.settings, worker_id)

    async def run_ticket(self, job_id: UUID, attempt: int) -> None:
        """Run a job if this ticket is still its newest; a stale ticket does nothing."""
        await self._run_ticket(job_id, attempt, self._resources.settings.start_rate)

    async def run_render_ticket(self, job_id: UUID, attempt: int) -> None:
        """Run a job of the queue of renders, which have a start rate of their own."""
        settings = self._resources.settings
        await self._run_ticket(job_id, attempt, settings.render_start_rate or settings.start_rate)

    async def _run_ticket(self, job_id: UUID, attempt: int, rate: StartRate | None) -> None:
        try:
            row = await self._claim(job_id, attempt, rate)
        except DatabaseUnavailable:
            logger.warning("The database went away before a job could be claimed.", extra={"job": job_id})
            return
        if row is None:
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs has a task
        self.running[job_id, attempt] = task
        try:
            with log.context(job=job_id, user=row["owner_id"], kind=row["kind"], attempt=attempt):
                await self._begin(row)
        finally:
            del self.running[job_id, attempt]

    async def _claim(self, job_id: UUID, attempt: int, rate: StartRate | None) -> Row | None:
        """Take the job, with the records of its finished steps, if nobody else has and its turn is now."""
        if rate:
            async with self._resources.database.transaction() as connection:
                seconds = await starts.wait_turn(connection, self._resources.tickets, job_id, attempt, rate)
            if seconds is None:
                return None
            await asyncio.sleep(seconds)
        async with self._resources.database.statement() as connection:
            return await fetch_one(
                connection,
                "jobs.claim",
                job_id=job_id,
                attempt=attempt,
                worker_id=self._worker_id,
                lease=timedelta(seconds=self._resources.settings.lease_seconds),
            )

    async def _begin(self, row: Row) -> None:
        try:
            run = DurableRun(self._resources, row, row.pop("steps") or [], self._scratch)
        except CutroomError as error:  # its kind is not installed here
            await self._stumble(row, error)
        else:
            await self._run(run)

    async def _run(self, run: DurableRun) -> None:
        """Do the work and say how it ended. What cannot be said shows when the lease runs out."""
        try:
            await self._work(run)
        except Fenced:
            logger.warning("Job taken over or ended meanwhile; this run stops.")
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(run))
            raise
        except DatabaseUnavailable:
            logger.warning("The database went away during the job; it starts again.")
            await self._give_back(run, seconds=_OUTAGE_SECONDS)
        except CutroomError as error:
            await self._stumble(run.row, error, run)
        except Exception:
            logger.exception("Job failed by a bug.", extra={"step": run.current_step})
            await self._stumble(run.row, Failed(), run)

    async def _work(self, run: DurableRun) -> None:
        began = time.monotonic()
        logger.info("Job started.")
        try:
            output = await self._run_through(run)
        except Suspended as wait:
            async with self._resources.database.transaction() as connection:
                if not await change.suspend(connection, self._resources.tickets, run.row, wait):
                    raise Fenced from None
            logger.info("Job waits.", extra={"reason": wait.reason})
        else:
            await self._end(run, output)
            logger.info("Job completed.", extra={"seconds": round(time.monotonic() - began, 3)})

    async def _run_through(self, run: DurableRun) -> Output:
        """Call the kind's function, again from the top where kept files turn out to be lost."""
        kind = kinds.load(run.row["kind"])
        for _ in range(RETRIES):
            try:
                return await kind.run(run)
            except FileLost:
                logger.warning("Kept files are gone from the storage; what made them is done again.")
        return await kind.run(run)

    async def _end(self, run: DurableRun, output: Output) -> None:
        database = self._resources.database
        # Without a parent to tell, the end is a single statement.
        lend = database.transaction if run.row["parent_id"] else database.statement
        async with lend() as connection:
            if not await change.complete(connection, self._resources.tickets, run.row, output):
                raise Fenced

    async def _give_back(self, run: DurableRun, *, seconds: float = 0) -> None:
        """Re-queue after a shutdown or an outage; does nothing when the job was cancelled."""
        try:
            async with self._resources.database.transaction() as connection:
                await change.requeue(
                    connection,
                    self._resources.tickets,
                    run.job_id,
                    run.row["attempt"],
                    ["processing"],
                    at=now() + timedelta(seconds=seconds) if seconds else None,
                )
        except DatabaseUnavailable:
            logger.warning("The job could not be given back; its lease will run out.")

    async def _stumble(self, row: Row, error: CutroomError, run: DurableRun | None = None) -> None:
        """Try the step again later, or end the job with what its owner must know."""
        try:
            async with self._resources.database.transaction() as connection:
                if run is not None and error.retryable and run.failures < RETRIES:
                    await self._try_later(connection, run, error)
                else:
                    await self._fail(connection, row, error, run.current_step if run else None)
        except DatabaseUnavailable:
            logger.warning("The end of the job could not be written; its lease will run out.")

    async def _try_later(self, connection: Connection, run: DurableRun, error: CutroomError) -> None:
        seconds = error.retry_after if error.retry_after is not None else 2.0 ** (run.failures + 1)
        reason = f"Trying again in {seconds:.0f} s (retry {run.failures + 1} of {RETRIES}): {error.message}"
        await change.requeue(
            connection,
            self._resources.tickets,
            run.job_id,
            run.row["attempt"],
            ["processing"],
            failures=1,
            at=now() + timedelta(seconds=seconds),
            waiting=reason,
        )
        await change.log(connection, run.row, reason, level="warning", step=run.current_step)
        logger.warning("Step failed; it is tried again.", extra={"seconds": seconds, "code": error.code_word})

    async def _fail(self, connection: Connection, row: Row, error: CutroomError, step: str | None) -> None:
        report = error_report(error, step)
        if await change.fail(connection, self._resources.tickets, row, report, states=["processing"]):
            await change.log(connection, row, error.message, level="error", step=step)
            logger.warning("Job failed.", extra={"code": error.code_word, "reason": error.message})


def error_report(error: CutroomError, step: str | None) -> Output:
    """Return what a failed job says: what, where, whether a retry can help, what to do."""
    if error.code_word == Failed.code:
        # What a bug says is for the log, not for people.
        hint = "Try it again; if it fails again, the operator finds its trace in the log."
        error = Failed(hint=hint)
    report: Output = {
        "code": error.code_word,
        "message": error.message,
        # A bug may pass by itself; its kinds, a crash of a decoder or a poison job, come again.
        "retryable": error.retryable or type(error) is Failed,
    }
    if step:
        report["step"] = step
    if error.hint:
        report["hint"] = error.hint
    if error.details:
        report["details"] = error.details
    return report
