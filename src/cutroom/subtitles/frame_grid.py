"""Seconds to frames and back, exactly, at rates such as 24000/1001."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

_SLACK = Fraction(1, 20)
"""Of a frame: SRT rounds to 1 ms, which is 0.03 frames at 60 per second."""


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
