"""When a cue begins and ends, in frames: the best end for a beginning, and what it costs."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction

from cutroom.subtitles.cost import ERROR, WARNING
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.rules import Rules

NEVER = 1 << 60
"""A frame after all others."""
_OFF = 400
_CHAINED = 30
"""Of quality, a second: what an end lies away from the one it would rather have; and what it lies behind
that where it waits for the next cue, because a gap is closed better by waiting than by leaving early."""
_MOVED = 400
"""Of quality, a second: what a beginning lies away from its first word."""


class Timing:
    """The rules of a house at one frame rate."""

    def __init__(
        self,
        rules: Rules,
        speed: Fraction | None,
        rate: Fraction,
        shots: Iterable[Fraction] = (),
        seconds: Fraction | None = None,
    ) -> None:
        """Translate rules into frames.

        Args:
            rules: What must hold.
            speed: Most characters per second in the cues' language; None: no limit.
            rate: Frames per second.
            shots: When shots begin, in seconds.
            seconds: How long the recording is; None: unknown.
        """
        grid = FrameGrid(rate)
        self.rate = rate
        self.gap = rules.gap_frames
        self.shortest = math.ceil((rules.min_seconds or 0) * rate)
        self.longest = NEVER if rules.max_seconds is None else math.floor(rules.max_seconds * rate)
        self.linger = math.floor(rules.linger_seconds * rate)
        # Gaps of more than `gap` and less than this many frames flicker.
        self.open_gap = max(self.gap + 1, math.ceil(rules.close_gap_seconds * rate))
        self.near = math.ceil(rules.shot_seconds * rate)
        self.snap = math.floor(rules.shot_snap_seconds * rate)
        watched = rules.shot_seconds > 0
        self.shots: Sequence[int] = sorted({grid.nearest(shot) for shot in shots}) if watched else []
        self.last = NEVER if seconds is None else grid.ceil(seconds)
        # Frames for half a character and for a word, as numerator and denominator: fractions are slow.
        self._half = None if speed is None else (rate / (2 * speed)).as_integer_ratio()
        minute = rules.words_per_minute
        self._word = None if minute is None else (60 * rate / minute).as_integer_ratio()
        self._second = rate.as_integer_ratio()

    def pace(self, halves: int, words: int) -> int:
        """Return how many frames it takes to read a cue.

        Args:
            halves: Twice its visible characters.
            words: Its words.
        """
        pace = 0
        if self._half is not None:
            pace = -(-halves * self._half[0] // self._half[1])
        if self._word is not None:
            pace = max(pace, -(-words * self._word[0] // self._word[1]))
        return pace

    def starts(self, spoken: int, earliest: int) -> list[tuple[int, int]]:
        """Return the frames a cue may begin with, each with its cost; the plain one comes first.

        Args:
            spoken: The frame its first word begins in.
            earliest: The first frame after the word before it.
        """
        found = [(spoken, self._start_cost(spoken, spoken))]
        if not found[0][1]:
            return found
        # Back onto a shot from anywhere near it; all other ways only as far as a word may be missed.
        shots = self._shots_between(spoken - self.near - self.snap, spoken + self.near + self.snap)
        others = {shot for shot in shots if -self.near < shot - spoken < 0}
        for side in (0, -self.near, self.near):
            others.update(shot + side for shot in shots if abs(shot + side - spoken) <= self.snap)
        low = max(0, min(earliest, spoken))
        moved = [frame for frame in sorted(others) if frame >= low and frame != spoken]
        return found + [(frame, self._start_cost(frame, spoken)) for frame in moved]

    def _start_cost(self, frame: int, spoken: int) -> int:
        near = any(
            shot != frame for shot in self._shots_between(frame - self.near + 1, frame + self.near - 1)
        )
        return WARNING * near + _MOVED * abs(frame - spoken) * self._second[1] // self._second[0]

    def _shots_between(self, low: int, high: int) -> Sequence[int]:
        """Return the shots from frame `low` up to and with `high`."""
        return self.shots[bisect_left(self.shots, low) : bisect_right(self.shots, high)]

    def floor(self, first: int, pace: int, following: int) -> int:
        """Return the least that a cue can cost whose next one begins so soon."""
        need = first + (max(self.shortest, pace))
        return ERROR if need > following - self.gap else 0

    def best_end(self, first: int, spoken: int, pace: int, following: int) -> tuple[int, int]:
        """Return the least cost of a cue's time and the frame it ends before.

        Args:
            first: The frame it begins with.
            spoken: The first frame boundary after its last word.
            pace: Frames it takes to read it.
            following: The frame the next cue begins with; `NEVER` for the last one.
        """
        quiet = self._quiet_end(first, spoken, pace, following)
        if quiet is not None:
            return quiet
        low, high = self.bounds(first, spoken, following)
        ends = {min(max(end, low), high) for end in self._critical(first, spoken, pace, following)}
        return min((self.cost(first, spoken, pace, following, end), end) for end in ends)

    def bounds(self, first: int, spoken: int, following: int) -> tuple[int, int]:
        """Return the first and the last frame that a cue may end before.

        It stays for its last word, less what the gap before the next cue takes; where two cues begin in
        the same frames, nothing is left but to break a rule, and both are the same.
        """
        if following == NEVER:
            return max(spoken, first + 1), NEVER
        high = following - self.gap
        low = max(min(spoken, max(high, spoken - self.gap - 1)), first + 1)
        return low, max(high, low)

    def _quiet_end(self, first: int, spoken: int, pace: int, following: int) -> tuple[int, int] | None:
        """Return the best end where it breaks no rule at all; None where that takes a closer look."""
        need = first + max(pace, self.shortest, 1)
        wish = end = max(need, spoken + self.linger)
        high = following - self.gap
        if end > following - self.open_gap and end != high:
            end = self._closed_end(need, spoken, wish, following)
        if end < need or end > high or end > self.last or end > first + self.longest:
            return None
        # Before the last word has ended only the gap may end a cue.
        if end < spoken and end < max(high, spoken - self.gap - 1):
            return None
        if self.shots and self._ends_near_shot(end, following):
            return None
        return self._shift(end - wish, following - end), end

    def _closed_end(self, need: int, spoken: int, wish: int, following: int) -> int:
        """Return the better of the two ends beside the gaps that flicker: the closed and the open one."""
        closed, opened = following - self.gap, following - self.open_gap
        if opened < need or opened < spoken:
            return closed
        better = self._shift(opened - wish, self.open_gap) < self._shift(closed - wish, self.gap)
        return opened if better else closed

    def _wish(self, first: int, spoken: int, pace: int) -> int:
        """Return the end a cue would rather have: read at leisure, and lingering after its last word."""
        return max(first + max(pace, self.shortest, 1), spoken + self.linger)

    def _shift(self, frames: int, gap: int) -> int:
        """Return what it costs to end so many frames after the wish and so many before the next cue."""
        cost = frames * (_CHAINED if gap == self.gap else _OFF) if frames > 0 else -_OFF * frames
        return cost * self._second[1] // self._second[0]

    def cost(self, first: int, spoken: int, pace: int, following: int, end: int) -> int:
        """Return what it costs to end a cue before a frame: errors, warnings, quality."""
        shown = end - first
        gap = following - end
        errors = (shown < self.shortest) + (shown < pace) + (shown > self.longest)
        errors += (gap < self.gap) + (self.gap < gap < self.open_gap)
        warnings = (end > self.last) + (bool(self.shots) and self._ends_near_shot(end, following))
        return ERROR * errors + WARNING * warnings + self._shift(end - self._wish(first, spoken, pace), gap)

    def _ends_near_shot(self, end: int, following: int) -> bool:
        if following - end == self.gap:
            return False
        shots = self._shots_between(end - self.near + 1, end + self.near - 1)
        return any(end != shot - self.gap for shot in shots)

    def _critical(self, first: int, spoken: int, pace: int, following: int) -> set[int]:
        """Return the ends among which one is best: what any rule counts changes nowhere else.

        Between two of them all errors and warnings stay the same, and the cost of quality has its one
        valley at the wish, so that the best is the wish or one of the edges.
        """
        low, high = self.bounds(first, spoken, following)
        wish = self._wish(first, spoken, pace)
        edges = {first + self.shortest, first + pace, first + self.longest + 1, self.last + 1}
        edges |= {high, following - self.open_gap + 1}
        top = max([wish, *(edge for edge in edges if edge < NEVER // 2)])
        for at in range(bisect_left(self.shots, low - self.near), len(self.shots)):
            shot = self.shots[at]
            if shot - self.near >= min(high, top):
                break
            # The first end behind a shot may be too near to the next one.
            top = max(top, shot + self.near)
            edges |= {shot - self.near + 1, shot + self.near, shot - self.gap, shot - self.gap + 1}
        ends = {edge - side for edge in edges for side in (0, 1)} | {wish, low}
        return {end for end in ends if end < NEVER // 2}
