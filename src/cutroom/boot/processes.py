"""Start, stop and count the processes of the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cutroom.boot import launch
from cutroom.sandbox.kernel import children_of

_MARK = "SUPERVISED_BY_CUTROOM"  # in the environment of everything that services start


@dataclass(frozen=True)
class Account:
    """A system user by number."""

    uid: int
    gid: int


async def spawn(
    program: Sequence[str],
    *,
    environment: Mapping[str, str],
    death_signal: int = signal.SIGKILL,
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    output: int | None = None,
) -> Process:
    """Start a program that cannot outlive this process. Call it from the main thread's loop.

    It leads its own session, so that Ctrl-C on the terminal reaches the supervisor alone.

    Args:
        program: An absolute path and the arguments.
        environment: All of the program's environment.
        death_signal: What the kernel sends it when this process ends.
        account: The user to run as; None keeps the present one.
        pass_fds: Descriptors it inherits under the same numbers.
        output: Where it writes; None shares our own output.
    """
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    before = [sys.executable, "-I", "-S", launch.__file__]
    numbers = [os.getpid(), int(death_signal), uid, gid]
    return await asyncio.create_subprocess_exec(
        *before,
        *map(str, numbers),
        *program,
        stdin=DEVNULL,
        stdout=output,
        stderr=output,
        env={**environment, _MARK: str(os.getpid())},
        pass_fds=pass_fds,
        start_new_session=True,
    )


class Output:
    """A pipe that a program writes to, apart from asyncio's own.

    asyncio's `process.wait` waits for the end of its pipes too; a backend that outlives its
    server holds such a pipe, and the server's death would not be noticed.
    """

    def __init__(self) -> None:
        self._reader = asyncio.StreamReader()
        self._transport: asyncio.ReadTransport | None = None

    async def open(self) -> int:
        """Open the pipe; return the end to give away, which the caller closes afterwards."""
        ours, theirs = os.pipe()
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._reader), os.fdopen(ours, "rb", 0)
        )
        return theirs

    async def lines(self) -> AsyncIterator[str]:
        """Yield each line without its end, until every writer has closed."""
        while True:
            try:
                line = await self._reader.readline()
            except ValueError:
                continue  # over 64 KB: dropped
            if not line:
                return
            yield line.decode("utf-8", "replace").rstrip()

    def close(self) -> None:
        """Close our end; who still writes gets an error."""
        if self._transport is not None:
            self._transport.close()


async def stop(process: Process, steps: Sequence[tuple[int, float]]) -> None:
    """End a process: each signal in turn with its seconds of patience, then SIGKILL."""
    for number, seconds in steps:
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)
            return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


def orphans(known: set[int]) -> Iterator[tuple[int, bool]]:
    """Yield (pid, is a zombie) of our children that nobody here started: adopted ones."""
    for pid in list(children_of(os.getpid())):
        if pid not in known:
            with contextlib.suppress(OSError, IndexError):
                # proc(5), stat: the state follows the name, which may hold spaces, in brackets.
                state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
                yield pid, state == "Z"


def reap_orphans(known: set[int]) -> None:
    """Bury adopted processes that have ended."""
    for pid, is_zombie in orphans(known):
        if is_zombie:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


async def kill_orphans(known: set[int], seconds: float = 5.0) -> None:
    """End what services left behind; a browser that `up` opened is adopted too, but stays.

    Args:
        known: Children that stay.
        seconds: Time that they get to end by themselves, as fork servers do within milliseconds.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    patience = loop.time() + min(0.5, seconds)
    while remaining := [pid for pid, is_zombie in orphans(known) if not is_zombie and _is_marked(pid)]:
        if loop.time() > end:
            return
        if loop.time() > patience:
            for pid in remaining:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        reap_orphans(known)
        await asyncio.sleep(0.02)
    reap_orphans(known)


def _is_marked(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"{_MARK}={os.getpid()}".encode() in words
