"""The one function that crosses from async to sync: it runs in a child that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cutroom.base.errors import CutroomError, Failed
from cutroom.sandbox import frames
from cutroom.sandbox.limits import ChildLost, Ending, Limits, explain
from cutroom.sandbox.link import ForkServer, Running

T = TypeVar("T")
ProgressCallback = Callable[[float, str], None]

_PROGRESS_PAUSE = 0.1
_DEATH_TIMEOUT = 5.0
_log = logging.getLogger(__name__)


class Sandbox:
    """Child processes for one event loop. Nothing is started before the first call."""

    def __init__(self, preload: Sequence[str] = ()) -> None:
        """Name the modules that every child has loaded.

        Args:
            preload: Importable names; they must not start threads when imported.
        """
        self._preload = tuple(preload)
        self._server: ForkServer | None = None
        self._is_closed = False

    async def start(self) -> None:
        """Start the fork server ahead of the first call, which then costs some 5 ms."""
        self._fork_server()

    async def call(
        self,
        function: Callable[..., T],
        /,
        *args: Any,
        limits: Limits,
        progress: ProgressCallback | None = None,
        **kwargs: Any,
    ) -> T:
        """Run a synchronous function in a child process and return its result.

        Cancelling the awaiting task kills the child and its whole process group, and waits for
        its end. The child's log records appear here, in the log context of the caller.

        Args:
            function: Importable by name from its module.
            *args: Positional arguments; they and the result are pickled, so keep them small.
            limits: Memory and time.
            progress: Called on the event loop at most ten times a second, and with the last
                report always. When given, the function gets a keyword `progress(fraction, text)`.
            **kwargs: Keyword arguments.

        Raises:
            CutroomError: What the function raised, as it is.
            MemoryLimit: The child reached its limit; or a MemoryError in it.
            TimeLimit: The child reached its limit.
            ChildCrashed: A signal of a fault ended the child, or it left without an answer.
            ChildLost: It was ended from outside; retryable.
            Failed: Anything else; the trace is in the log.
        """
        request = _request(function, args, kwargs, wants_progress=progress is not None, limits=limits)
        crash_file = os.memfd_create("crash")
        try:
            running, reader, writer = await self._connect(crash_file, limits)
            call = _Call(running, reader, writer, limits, crash_file, getattr(function, "__name__", "?"))
            return await call.run(request, progress)
        finally:
            os.close(crash_file)

    async def close(self) -> None:
        """Kill what runs and end the fork server. Calls under way raise ChildLost. Idempotent."""
        self._is_closed = True
        server, self._server = self._server, None
        if server is not None:
            await server.close()

    async def _connect(
        self, crash_file: int, limits: Limits
    ) -> tuple[Running, asyncio.StreamReader, asyncio.StreamWriter]:
        ours, theirs = socket.socketpair()
        running = None
        try:
            with theirs:
                running = await self._spawn(theirs, crash_file, limits)
            # From here on the transport owns the socket and closes it.
            reader, writer = await asyncio.open_unix_connection(sock=ours)
        except BaseException:
            ours.close()
            if running is not None:
                running.kill()
            raise
        return running, reader, writer

    async def _spawn(self, link: socket.socket, crash_file: int, limits: Limits) -> Running:
        for _ in range(3):
            with contextlib.suppress(ConnectionError):
                return await self._fork_server().spawn(link, crash_file, limits)
        message = "The process that starts child processes ends as soon as it starts; its log says why."
        raise ChildLost(message)

    def _fork_server(self) -> ForkServer:
        if self._is_closed:
            raise ChildLost("This process is shutting down and starts no more work.")
        if self._server is None or self._server.is_lost:
            self._server = ForkServer(self._preload)
        return self._server


def _request(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    wants_progress: bool,
    limits: Limits,
) -> bytes:
    if function.__module__ == "__main__":
        message = f"{function!r} cannot run in a child process: move it from the script into a module."
        raise TypeError(message)
    try:
        call = pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        message = (
            f"{function!r} cannot run in a child process: it and its arguments must be picklable "
            f"and importable by name ({error})."
        )
        raise TypeError(message) from error
    level = logging.root.getEffectiveLevel()
    return frames.pack(frames.Request(list(sys.path), call, wants_progress, level, limits.memory_bytes))


class _Throttle:
    """Passes on the first report at once, then at most one per pause, never losing the last."""

    def __init__(self, callback: ProgressCallback | None) -> None:
        self._callback = callback
        self._next = 0.0
        self._held: frames.Progress | None = None

    @property
    def due(self) -> float | None:
        return None if self._held is None else self._next

    def take(self, report: frames.Progress) -> None:
        self._held = report
        if asyncio.get_running_loop().time() >= self._next:
            self.flush()

    def flush(self) -> None:
        report, self._held = self._held, None
        if report is not None and self._callback is not None:
            self._next = asyncio.get_running_loop().time() + _PROGRESS_PAUSE
            self._callback(report.fraction, report.text)


class _Call:
    """One call, seen from the worker."""

    def __init__(
        self,
        running: Running,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
        crash_file: int,
        name: str,
    ) -> None:
        self._running = running
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._crash_file = crash_file
        self._name = name

    async def run(self, request: bytes, progress: ProgressCallback | None) -> Any:
        try:
            self._writer.write(request)
            answer = await self._follow(_Throttle(progress))
            if answer is None:
                ending = await self._running.ended
                self._log_crash(ending)
                raise explain(ending, self._limits)
            return await self._open_answer(answer)
        finally:
            await self._end()

    async def _follow(self, throttle: _Throttle) -> frames.Answer | frames.Raised | frames.Broke | None:
        while True:
            try:
                frame = await frames.read_frame(self._reader, throttle.due)
            except TimeoutError:
                throttle.flush()
                continue
            if isinstance(frame, frames.Progress):
                throttle.take(frame)
            elif isinstance(frame, frames.LogRecord):
                _log_again(frame)
            else:
                throttle.flush()
                return frame

    async def _open_answer(self, answer: frames.Answer | frames.Raised | frames.Broke) -> Any:
        if isinstance(answer, frames.Broke):
            _log.error("%s failed in its child process\n%s", self._name, answer.trace)
            raise Failed(f"{self._name} failed ({answer.kind}); the log has its trace.")
        body = answer.value if isinstance(answer, frames.Answer) else answer.error
        try:
            value = await frames.load(body)
        except Exception as error:
            _log.exception("%s gave an answer that cannot be read", self._name)
            raise Failed(f"{self._name} gave an answer that cannot be read: {error}.") from error
        if isinstance(answer, frames.Raised):
            assert isinstance(value, CutroomError)  # noqa: S101 - the child packs nothing else
            raise value
        return value

    def _log_crash(self, ending: Ending) -> None:
        os.lseek(self._crash_file, 0, os.SEEK_SET)
        stacks = os.read(self._crash_file, 20_000).decode("utf-8", "replace")
        fields = {"reason": ending.reason, "status": ending.status}
        _log.warning(
            "%s ended without an answer%s", self._name, f"\n{stacks}" if stacks else "", extra=fields
        )

    async def _end(self) -> None:
        """Wait until the child is gone; whoever has no answer by now gets none."""
        try:
            # With an answer sent, the child has nothing left to do but to be taken down.
            self._running.kill()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._running.ended), _DEATH_TIMEOUT)
        finally:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()


def _log_again(record: frames.LogRecord) -> None:
    logger = logging.getLogger(record.logger)
    if logger.isEnabledFor(record.level):
        logger.log(record.level, "%s", record.message, extra=record.fields)
