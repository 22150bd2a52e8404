"""What Linux is asked for directly: death signals, adoption of orphans, resident memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path

# Numbers of <linux/prctl.h>, prctl(2).
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PAGE = os.sysconf("SC_PAGE_SIZE")


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when the thread that forked it ends.

    Args:
        parent: The process that should be the parent; when it is gone already, this process ends
            here, because the signal would never come.
        number: The signal.
    """
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, instead of process 1."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children_of(pid: int) -> Iterator[int]:
    """Yield the pids of the direct children of a process, of all its threads; none when it is gone."""
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                yield from map(int, (task / "children").read_bytes().split())


def descendants_of(pid: int) -> Iterator[int]:
    """Yield every process below a process, parents first."""
    for child in children_of(pid):
        yield child
        yield from descendants_of(child)


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process (proc(5), statm, second field); 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123 - 40 times a second per child
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def kill_group(group: int) -> None:
    """Send SIGKILL to every process of a group; nothing happens when there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
