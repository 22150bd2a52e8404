"""A worker process: takes tickets, runs jobs, watches over those of dead workers."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from cutroom.accounts.sweep import sweep as accounts_sweep
from cutroom.base.errors import CutroomError
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.boot.platform import Platform
from cutroom.gate import idempotency
from cutroom.jobs import scratch
from cutroom.jobs.execute import Executor
from cutroom.jobs.kind import RENDER_QUEUE, ready_kinds
from cutroom.jobs.watch import Watch
from cutroom.library import retention, segments
from cutroom.notify import webhooks

_SWEEP_SECONDS = 300.0

logger = logging.getLogger(__name__)


async def run_worker(settings: Settings, database_url: str) -> None:
    """Work until SIGTERM or SIGINT; then drain, give unfinished jobs back, and return.

    Args:
        settings: The settings of this process.
        database_url: A migrated database.

    Raises:
        Unavailable: When the database does not answer at the start.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    worker_id = new_id()
    slots = settings.worker_concurrency + settings.render_concurrency
    platform = await Platform.open(settings, database_url, connections=5 + 2 * slots)
    try:
        with scratch.held(settings, worker_id):
            await _work(platform, worker_id, stop)
    finally:
        await platform.close()


async def _work(platform: Platform, worker_id: UUID, stop: asyncio.Event) -> None:
    executor = Executor(platform, worker_id)
    queues = sorted({kind.queue for kind in ready_kinds()})
    await platform.sandbox.start()
    duties = asyncio.create_task(Watch(platform, executor, worker_id, queues).run(), name="watch")
    sweeping = asyncio.create_task(_sweep_forever(platform), name="sweep")
    work = asyncio.create_task(_take_tickets(platform, executor, queues), name="tickets")
    logger.info("Worker ready.", extra={"worker": worker_id, "queues": ",".join(queues)})
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, duties, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        logger.info("Worker stops.", extra={"worker": worker_id, "running": len(executor.running)})
        for task in (work, sweeping, stopping):
            task.cancel()
        ended = await asyncio.gather(work, sweeping, stopping, return_exceptions=True)
        duties.cancel()
        ended += await asyncio.gather(duties, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


async def _take_tickets(platform: Platform, executor: Executor, queues: Sequence[str]) -> None:
    """Run what is due until cancelled; renders beside the rest, in slots of their own."""
    settings = platform.settings
    work = platform.tickets.work
    others = [queue for queue in queues if queue != RENDER_QUEUE]
    async with asyncio.TaskGroup() as group:
        group.create_task(
            work(
                others,
                settings.worker_concurrency,
                executor.run_ticket,
                drain_seconds=settings.drain_seconds,
            )
        )
        if RENDER_QUEUE in queues:
            group.create_task(
                work(
                    [RENDER_QUEUE],
                    settings.render_concurrency,
                    executor.run_render_ticket,
                    drain_seconds=settings.drain_seconds,
                )
            )


async def _sweep_forever(platform: Platform) -> None:
    while True:
        await sweep_once(platform)
        await asyncio.sleep(_SWEEP_SECONDS)


async def sweep_once(platform: Platform, *, stale: timedelta = retention.STALE) -> None:
    """Remove what nobody needs any more, in every room that keeps something; never raises.

    Args:
        platform: The opened platform.
        stale: See `retention.sweep`.
    """
    # Rows first: what they name is swept with the files.
    for sweep in (partial(_sweep_rows, platform), partial(retention.sweep, platform, stale=stale)):
        try:
            logger.debug("Swept.", extra={"removed": await sweep()})
        except CutroomError as error:
            logger.warning("The sweep could not end.", extra={"reason": error.message})
        except Exception:
            logger.exception("The sweep met a bug.")


async def _sweep_rows(platform: Platform) -> int:
    async with platform.database.transaction() as connection:
        removed = await accounts_sweep(connection) + await idempotency.sweep(connection)
        removed += await webhooks.sweep(connection)
        return removed + await segments.expire(connection, timedelta(days=platform.settings.segment_days))
