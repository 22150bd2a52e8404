"""What a child process may use, and the errors that say how it ended otherwise."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Literal

from cutroom.base.errors import Failed, TooLarge, Unavailable
from cutroom.base.units import human_bytes

Reason = Literal["exit", "memory", "time", "lost"]


@dataclass(frozen=True)
class Limits:
    """Bounds of one call; reaching one kills the child with its whole process group.

    Attributes:
        memory_bytes: Resident memory of the child and all of its descendants together.
        seconds: Wall-clock time from the fork.
    """

    memory_bytes: int
    seconds: float


@dataclass(frozen=True)
class Ending:
    """How a child ended.

    Attributes:
        reason: `exit`: by itself or by somebody's signal; `memory`, `time`: by a limit;
            `lost`: the fork server died, so nobody knows.
        status: The exit code, or minus the number of the signal that ended it.
    """

    reason: Reason
    status: int = 0


class MemoryLimit(TooLarge):
    """The work needed more memory than a step may use and was stopped."""

    code = "memory_limit"


class TimeLimit(TooLarge):
    """The work took longer than a step may take and was stopped."""

    code = "time_limit"


class ChildCrashed(Failed):
    """The child process crashed; the file is damaged or meets a fault in a library."""

    code = "child_crashed"


class ChildLost(Unavailable):
    """The child process was ended from outside before it could answer; it is tried again."""

    code = "child_lost"


def memory_limit(limits: Limits) -> MemoryLimit:
    """Say that the limit on memory was reached, with the limit and the setting to raise."""
    allowed = human_bytes(limits.memory_bytes)
    return MemoryLimit(
        f"The work needed more than {allowed} of memory and was stopped.",
        hint="Choose a smaller or simpler file, or raise CUTROOM_CHILD_MEMORY_BYTES.",
        details={"memoryBytes": limits.memory_bytes},
    )


def explain(ending: Ending, limits: Limits) -> MemoryLimit | TimeLimit | ChildCrashed | ChildLost:
    """Make the error of a child that ended without an answer."""
    if ending.reason == "memory":
        return memory_limit(limits)
    if ending.reason == "time":
        return TimeLimit(
            f"The work took longer than {limits.seconds:g} seconds and was stopped.",
            hint="Choose a shorter file, or raise CUTROOM_STEP_TIMEOUT_SECONDS.",
            details={"seconds": limits.seconds},
        )
    if ending.reason == "lost":
        return ChildLost()
    if ending.status >= 0:
        return ChildCrashed(f"The child process ended with code {ending.status} and without an answer.")
    name = _signal_name(-ending.status)
    if -ending.status in {signal.SIGKILL, signal.SIGTERM, signal.SIGHUP}:
        # Nobody here sent it: the kernel out of memory, or an operator.
        return ChildLost(
            f"The child process was ended from outside ({name}), perhaps because the machine ran "
            "out of memory; it is tried again.",
            details={"signal": name},
        )
    return ChildCrashed(
        f"The decoder crashed ({name}): the file is damaged or meets a fault in a library.",
        hint="Convert the file with another program, then upload it again.",
        details={"signal": name},
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
