"""Where decoded samples belong in time: gaps become silence, overlaps are cut, jitter is ignored."""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE_SECONDS = 0.010
"""Time stamps may be off by this much without anything being moved: Matroska, FLV and ASF round to 1 ms,
recorders jitter by some samples; 10 ms is far below what is seen as out of sync (ITU-R BT.1359: 45 ms)."""

JUMP_SECONDS = 60
"""A longer gap that ends past the declared end of the file is a broken clock, not a gap."""

RESTART_SECONDS = 1
"""A longer step back is a clock that starts again (joined files), not an overlap: sound is not dropped."""


@dataclass(frozen=True)
class Placement:
    """How many samples of silence go before a frame, and how many of its first samples are dropped."""

    silence: int = 0
    skip: int = 0
    is_jump: bool = False


class Timeline:
    """Counts samples against time stamps. All positions are in samples from the segment's start."""

    def __init__(self, rate: int, declared: int | None = None) -> None:
        """Make a timeline at position 0.

        Args:
            rate: Samples per second.
            declared: Where the container says that the sound ends, in samples, or None.
        """
        self.position = 0
        self._offset = 0
        self._tolerance = max(1, round(rate * TOLERANCE_SECONDS))
        self._jump = rate * JUMP_SECONDS
        self._restart = rate * RESTART_SECONDS
        self._declared = declared or 0

    def place(self, position: int | None, count: int) -> Placement:
        """Place `count` samples whose time stamp is `position`, or right behind the last where it is None."""
        placement = self._placement(position, count)
        self.position += placement.silence + count - placement.skip
        return placement

    def _placement(self, position: int | None, count: int) -> Placement:
        if position is None:
            return Placement()
        distance = position + self._offset - self.position
        if abs(distance) <= self._tolerance:
            return Placement()
        is_far = distance > self._jump and position + self._offset > self._declared + self._jump
        if is_far or distance < -self._restart:
            self._offset -= distance
            return Placement(is_jump=True)
        if distance > 0:
            return Placement(silence=distance)
        return Placement(skip=min(count, -distance))
