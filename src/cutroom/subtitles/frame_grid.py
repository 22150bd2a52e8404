"""Seconds to frames and back, exactly, at rates such as 24000/1001."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from cutroom.base.errors import Refused

_SLACK = Fraction(1, 20)
"""Of a frame: SRT rounds to 1 ms, which is 0.03 frames at 60 per second."""

_SLOWEST, _FASTEST = Fraction(1), Fraction(1000)
_NTSC = tuple(Fraction(1000 * whole, 1001) for whole in (24, 30, 48, 60, 120))
_NEAR = Fraction(1, 200)
"""Frames per second: 23.976 and 23.98 both mean 24000/1001."""


def read_rate(text: str) -> Fraction:
    """Read a frame rate: "25", "24000/1001", "23.976".

    Raises:
        Refused: With code `bad_rate`.
    """
    try:
        rate = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not _SLOWEST <= rate <= _FASTEST:
        message = f"{text!r} is no frame rate; write frames per second, as 25, 23.976 or 24000/1001."
        raise Refused(message, code="bad_rate")
    return next((exact for exact in _NTSC if abs(exact - rate) < _NEAR), rate)


@dataclass(frozen=True)
class FrameGrid:
    """The frames of a picture; frame n is shown from n / rate on.

    Attributes:
        rate: Frames per second.
    """

    rate: Fraction

    def nearest(self, seconds: Fraction) -> int:
        """Return the frame boundary nearest to a time; halves go up."""
        return math.floor(seconds * self.rate + Fraction(1, 2))

    def floor(self, seconds: Fraction) -> int:
        """Return the last boundary at or before a time, forgiving what rounding to 1 ms costs."""
        return math.floor(seconds * self.rate + _SLACK)

    def ceil(self, seconds: Fraction) -> int:
        """Return the first boundary at or after a time, forgiving what rounding to 1 ms costs."""
        return math.ceil(seconds * self.rate - _SLACK)

    def seconds(self, frame: int) -> Fraction:
        """Return when a frame begins."""
        return frame / self.rate

    def is_on(self, seconds: Fraction) -> bool:
        """Whether a time is a frame boundary, within what rounding to 1 ms costs."""
        return abs(seconds * self.rate - self.nearest(seconds)) <= _SLACK
