"""Units in the type: a number never leaves a room without saying what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

Seconds = NewType("Seconds", float)
"""Wall-clock or media time as a plain number; media time that must be exact is a Fraction."""

Decibels = NewType("Decibels", float)
"""A ratio of amplitudes: 20 log10(a / b)."""

Lufs = NewType("Lufs", float)
"""Loudness relative to full scale, K-weighted (ITU-R BS.1770-5)."""

Hertz = NewType("Hertz", int)
"""Samples per second."""

Bytes = NewType("Bytes", int)
"""A size in bytes, never in kilobytes."""

_LONGEST_PERIOD = 86_400.0


@dataclass(frozen=True)
class StartRate:
    """At most `count` starts in any `seconds`."""

    count: int
    seconds: float

    @classmethod
    def read(cls, text: str) -> StartRate | None:
        """Read what settings write: 5/60; 0 is no rate at all.

        Raises:
            ValueError: With the rule, when it is neither.
        """
        if text.strip() == "0":
            return None
        count, _, seconds = text.partition("/")
        try:
            rate = cls(int(count), float(seconds))
        except ValueError:
            rate = cls(0, 0)
        if rate.count < 1 or not 0 < rate.seconds <= _LONGEST_PERIOD:
            message = "it must be two numbers such as 5/60, for five starts in any 60 seconds"
            raise ValueError(message)
        return rate

    def __str__(self) -> str:
        """Say it as settings write it: 5/60."""
        return f"{self.count}/{self.seconds:g}"


KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE
GIBIBYTE = 1024 * MEBIBYTE


def human_bytes(count: int) -> str:
    """Say a size as people read it: `1.5 GB` (binary steps, two digits at most)."""
    size = float(count)
    for unit in ("bytes", "KB", "MB", "GB", "TB"):
        if size < KIBIBYTE or unit == "TB":
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.3g} {unit}"
        size /= KIBIBYTE
    raise AssertionError
