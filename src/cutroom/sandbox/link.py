"""The worker's side of the fork server: start it, ask it for children, hear how they end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from cutroom.sandbox.kernel import kill_group
from cutroom.sandbox.limits import Ending, Limits

_SECRET_NAME = re.compile(r"KEY|SECRET|TOKEN|PASSW|CREDENTIAL|DATABASE_URL|_DSN$", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"://[^/@\s]*:[^/@\s]+@")
_MESSAGE = 4096
_END_TIMEOUT = 5.0

_PROGRAM = (
    "import sys; sys.path[:] = {path!r}; "
    "from cutroom.sandbox.fork_server import main; main({fd}, {worker}, {preload!r})"
)


def child_environment(environment: dict[str, str]) -> dict[str, str]:
    """Leave out what looks like a secret: children parse files of strangers and need none.

    One thread per BLAS call is set where nobody chose: a thread pool cannot be forked, and the
    children share the machine.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not _SECRET_NAME.search(name) and not _SECRET_VALUE.search(value)
    }
    return {"OPENBLAS_NUM_THREADS": "1", **kept}


@dataclass(eq=False)
class Running:
    """One child, from the order to its end."""

    started: asyncio.Future[int]
    ended: asyncio.Future[Ending]
    is_unwanted: bool = field(default=False)

    def kill(self) -> None:
        """Kill the child's group now, or as soon as it exists."""
        self.is_unwanted = True
        if self.started.done() and not self.started.cancelled() and not self.ended.done():
            kill_group(self.started.result())


class ForkServer:
    """A running fork server; once `is_lost`, a new one must be started."""

    def __init__(self, preload: Sequence[str]) -> None:
        """Start the process; takes a few milliseconds, its imports happen over there.

        Must be called from the thread of a running event loop.
        """
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._running: dict[int, Running] = {}
        self.is_lost = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = _PROGRAM.format(
            path=sys.path, fd=theirs.fileno(), worker=os.getpid(), preload=list(preload)
        )
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=_error_stream(),
                pass_fds=[theirs.fileno()],
                env=child_environment(dict(os.environ)),
                start_new_session=True,  # Ctrl-C on the terminal is for the worker to answer
            )
        self.pid = self._process.pid
        self._control.setblocking(False)
        self._loop.add_reader(self._control, self._hear)

    async def spawn(self, link: socket.socket, crash_file: int, limits: Limits) -> Running:
        """Order a child; both descriptors are copied to it and stay open here.

        Raises:
            ConnectionError: When the server is gone.
        """
        if self.is_lost:
            raise ConnectionError
        number = next(self._numbers)
        running = Running(self._loop.create_future(), self._loop.create_future())
        order = {"call": number, "memory": limits.memory_bytes, "seconds": limits.seconds}
        message = json.dumps(order).encode()
        self._running[number] = running
        try:
            while not self._send(message, [link.fileno(), crash_file]):  # noqa: ASYNC110 - rare, brief
                await asyncio.sleep(0.005)
        except BaseException:
            self._running.pop(number, None)
            raise
        return running

    def _send(self, message: bytes, fds: list[int]) -> bool:
        try:
            socket.send_fds(self._control, [message], fds)
        except BlockingIOError:
            return False
        return True

    def _hear(self) -> None:
        while True:
            try:
                message = self._control.recv(_MESSAGE)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                self._lose()
                # Its socket closed because it ended: it is reaped at once.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.05)
                return
            self._take(json.loads(message))

    def _take(self, told: dict[str, object]) -> None:
        number = int(str(told["call"]))
        running = self._running.get(number)
        if running is None:
            return
        if "pid" in told:
            _settle(running.started, int(str(told["pid"])))
            if running.is_unwanted:
                running.kill()
            return
        del self._running[number]
        reason = told["reason"]
        ending = Ending("exit", int(str(told["status"])))
        if reason in ("memory", "time"):
            ending = Ending(reason, ending.status)
        _settle(running.ended, ending)

    def _lose(self) -> None:
        """The server died: so did its children by their death signal; their groups go now."""
        self.is_lost = True
        self._loop.remove_reader(self._control)
        self._control.close()
        for running in self._running.values():
            running.kill()
            _settle(running.ended, Ending("lost"))
        self._running.clear()

    async def close(self) -> None:
        """Kill every child, end the server and wait for it. Idempotent."""
        for running in list(self._running.values()):
            running.kill()
        if not self.is_lost:
            self._lose()
        try:
            await asyncio.to_thread(self._process.wait, _END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)


def _settle(future: asyncio.Future[int] | asyncio.Future[Ending], value: int | Ending) -> None:
    if not future.done():
        future.set_result(value)  # pyright: ignore[reportArgumentType] - each caller passes its pair


def _error_stream() -> int | None:
    # Prints of libraries belong to the log, never into the output of a command.
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.DEVNULL
