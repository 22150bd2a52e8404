"""Which instructions of the processor encoders may use, so that each machine writes the same bytes."""

from __future__ import annotations

import platform
from functools import lru_cache
from pathlib import Path

_OLD = ("MMX2", "SSE2Fast", "SSSE3", "SSE4.2")
_NEW = (*_OLD, "AVX", "FMA3", "BMI2", "AVX2")
_NEEDED = {"avx", "fma", "bmi1", "bmi2", "avx2"}


@lru_cache(maxsize=1)
def x264_instructions() -> list[str]:
    """Return x264's parameter that names what it may use; empty on processors of another family.

    x264 takes the list as it is, so that a name the processor does not know would crash it.
    """
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return []
    return ["asm=" + ",".join(_NEW if _flags() >= _NEEDED else _OLD)]


def _flags() -> set[str]:
    try:
        text = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return set()  # not Linux: what every x86-64 processor since 2008 knows will do
    for line in text.splitlines():
        if line.startswith("flags"):
            return set(line.partition(":")[2].split())
    return set()
