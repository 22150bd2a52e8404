"""Keep services running: start in order, restart what dies or hangs, stop everything in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from cutroom.base.errors import CutroomError, Failed
from cutroom.boot import processes
from cutroom.sandbox.kernel import adopt_orphans

HANG_SECONDS = 20.0
_CHECK_SECONDS = 2.0
_REAP_SECONDS = 1.0
_HEALTHY_SECONDS = 30.0  # having lived this long, a service is restarted at once again
_LONGEST_BACKOFF = 10.0

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Service:
    """One program that is to run for ever.

    Attributes:
        name: As the log says it.
        launch: Starts the program.
        wait_ready: Returns when it can do its work; it may raise.
        check: Whether it is alive at this moment; None where nobody can say, for example while
            the database is away. Silence for `HANG_SECONDS` counts as a hang.
        stop_steps: Signals with seconds of patience; SIGKILL follows.
        kill_signal: What ends it at once without harm.
    """

    name: str
    launch: Callable[[], Awaitable[Process]]
    wait_ready: Callable[[Process], Awaitable[None]]
    check: Callable[[Process], Awaitable[bool | None]] | None = None
    stop_steps: Sequence[tuple[int, float]] = ((signal.SIGTERM, 10.0),)
    kill_signal: int = signal.SIGKILL
    process: Process | None = field(default=None, init=False)


class Supervisor:
    """Runs services in stages: a stage starts when the one before it is ready."""

    def __init__(self, *, hang_seconds: float = HANG_SECONDS) -> None:
        """Start with nothing; must be used from the main thread's event loop.

        Args:
            hang_seconds: Silence after which a service is killed and started again.
        """
        self._hang_seconds = hang_seconds
        self._stages: list[list[Service]] = []
        self._keepers: dict[Service, asyncio.Task[None]] = {}
        self._launching = 0
        self._reaper: asyncio.Task[None] | None = None

    async def start(self, stage: Sequence[Service]) -> None:
        """Start services side by side and wait until all are ready.

        Raises:
            CutroomError: When one could not start; nothing is restarted then: call `stop`.
        """
        if self._reaper is None:
            adopt_orphans()
            self._reaper = asyncio.create_task(self._reap())
        self._stages.append(list(stage))
        loop = asyncio.get_running_loop()
        outcomes: list[asyncio.Future[None]] = []
        for service in stage:
            first: asyncio.Future[None] = loop.create_future()
            outcomes.append(first)
            self._keepers[service] = asyncio.create_task(self._keep(service, first), name=service.name)
        await asyncio.gather(*outcomes)

    async def stop(self) -> None:
        """Stop every stage, the last first, then whatever they left. Idempotent."""
        for stage in reversed(self._stages):
            await asyncio.gather(*(self._stop(service) for service in stage))
        self._stages.clear()
        if self._reaper is not None:
            self._reaper.cancel()
            self._reaper = None
            await processes.kill_orphans(set())

    def kill(self) -> None:
        """End every service at once; a `stop` under way then has nothing to wait for."""
        for service in (each for stage in self._stages for each in stage):
            if service.process is not None and service.process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    service.process.send_signal(service.kill_signal)

    def process_of(self, name: str) -> Process | None:
        """Return the present process of a service."""
        services = (each for stage in self._stages for each in stage)
        return next((each.process for each in services if each.name == name), None)

    async def _stop(self, service: Service) -> None:
        keeper = self._keepers.pop(service, None)
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        if service.process is not None and service.process.returncode is None:
            _log.info("Stopping %s.", service.name, extra={"pid": service.process.pid})
            await processes.stop(service.process, service.stop_steps)

    async def _keep(self, service: Service, first: asyncio.Future[None]) -> None:
        """Run a service again and again; its first start must succeed."""
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            try:
                await self._run_once(service, first)
            except CutroomError as error:
                if not first.done():
                    first.set_exception(error)
                    return
                _log.error("%s: %s", service.name, error.message)
            except Exception as error:  # noqa: BLE001 - one service's bug must not end the others
                _log.exception("The supervisor failed to run %s.", service.name)
                if not first.done():
                    first.set_exception(Failed(f"{service.name} could not be started: {error}."))
                    return
            failures = 0 if loop.time() - began > _HEALTHY_SECONDS else failures + 1
            pause = 0.0 if failures <= 1 else min(_LONGEST_BACKOFF, 0.1 * 2.0 ** min(failures, 10))
            _log.warning("Starting %s again.", service.name, extra={"after": pause, "failures": failures})
            await asyncio.sleep(pause)

    async def _run_once(self, service: Service, first: asyncio.Future[None]) -> None:
        """Start, wait until ready, then until it ends or hangs. Returns after its end."""
        self._launching += 1
        try:
            process = service.process = await service.launch()
        finally:
            self._launching -= 1
        ended = asyncio.create_task(process.wait())
        watch = asyncio.create_task(self._watch(service, process, first))
        try:
            await asyncio.wait({ended, watch}, return_when=asyncio.FIRST_COMPLETED)
            is_hung = watch.done() and not ended.done()
            if is_hung:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                code = await ended
                watch.result()  # raises what kept it from becoming ready
                _log.error("%s hung and was killed.", service.name, extra={"pid": process.pid})
                return
            code = ended.result()
        finally:
            for task in (ended, watch):
                task.cancel()
            await asyncio.gather(ended, watch, return_exceptions=True)
        what = f"was killed by {_signal_name(-code)}" if code < 0 else f"ended with code {code}"
        if not first.done():
            message = f"{service.name} {what} before it was ready; the lines above say why."
            raise Failed(message, code="service_start")
        _log.error("%s %s.", service.name, what, extra={"pid": process.pid})

    async def _watch(self, service: Service, process: Process, first: asyncio.Future[None]) -> None:
        """Return when the service hangs; raise when it does not become ready."""
        await service.wait_ready(process)
        if not first.done():
            first.set_result(None)
        _log.info("%s is ready.", service.name, extra={"pid": process.pid})
        if service.check is None:
            await asyncio.Event().wait()
            return
        loop = asyncio.get_running_loop()
        silent_since: float | None = None
        while silent_since is None or loop.time() - silent_since < self._hang_seconds:
            await asyncio.sleep(min(_CHECK_SECONDS, self._hang_seconds / 4))
            is_alive = await service.check(process)
            if is_alive is False:
                silent_since = loop.time() if silent_since is None else silent_since
            else:
                silent_since = None

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(_REAP_SECONDS)
            if not self._launching:  # a child between its fork and its record is not an orphan
                known = {service.process.pid for service in self._keepers if service.process}
                processes.reap_orphans(known)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
