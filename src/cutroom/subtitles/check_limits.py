"""Rules at one frame rate and in one language, in whole frames and half characters; a cue counted in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from cutroom.subtitles.cue import Cue
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.reading import count_words, half_characters, visible
from cutroom.subtitles.rules import Rules


@dataclass(frozen=True)
class Limits:
    """What a track must satisfy, counted in frames.

    Attributes:
        rules: The rules themselves.
        language: The track's.
        grid: The track's frames.
        shots: First frames of new shots, sorted.
        seconds: How long the recording is; None where nobody knows.
    """

    rules: Rules
    language: str
    grid: FrameGrid
    shots: tuple[int, ...] = ()
    seconds: Fraction | None = None

    @cached_property
    def shortest(self) -> int:
        """Fewest frames of a cue."""
        return math.ceil((self.rules.min_seconds or 0) * self.grid.rate)

    @cached_property
    def longest(self) -> int | None:
        """Most frames of a cue; None: no limit."""
        return None if self.rules.max_seconds is None else math.floor(self.rules.max_seconds * self.grid.rate)

    @cached_property
    def closed_below(self) -> int:
        """A gap of fewer frames than this must be closed."""
        return math.ceil(self.rules.close_gap_seconds * self.grid.rate)

    @cached_property
    def shot_frames(self) -> Fraction:
        """Nearer than this to a shot change is near, in frames; 0: shot changes do not matter."""
        return self.rules.shot_seconds * self.grid.rate

    @cached_property
    def last_frame(self) -> int | None:
        """The first frame after the recording."""
        return None if self.seconds is None else self.grid.ceil(self.seconds)

    @cached_property
    def speed(self) -> Fraction | None:
        """Most characters per second."""
        return self.rules.speed_limit(self.language)

    @cached_property
    def line(self) -> int:
        """Most characters of a line."""
        return self.rules.line_limit(self.language)

    def to_read(self, halves: int, words: int) -> int:
        """Return the fewest frames in which a text can be read.

        Args:
            halves: Its visible characters, in halves.
            words: Its words.
        """
        frames = 0
        if self.speed is not None:
            frames = math.ceil(Fraction(halves, 2) * self.grid.rate / self.speed)
        if self.rules.words_per_minute is not None:
            frames = max(frames, math.ceil(60 * words * self.grid.rate / self.rules.words_per_minute))
        return frames


class Shown:
    """A cue as it is counted. Do not change it.

    Attributes:
        cue: The cue.
        start: Its first frame, moved to the nearest boundary.
        end: The first frame it is gone.
        lines: What each of its lines shows.
        halves: The characters of each line, in halves.
        words: How many words it shows.
        needed: The fewest frames it may be shown: the shortest cue, or what reading takes.
    """

    __slots__ = ("cue", "end", "halves", "lines", "needed", "start", "words")

    def __init__(self, cue: Cue, limits: Limits, like: Shown | None = None) -> None:
        """Count a cue.

        Args:
            cue: The cue.
            limits: What is counted in.
            like: The same text, counted before.
        """
        self.cue = cue
        self.start = limits.grid.nearest(cue.start)
        self.end = limits.grid.nearest(cue.end)
        if like is not None:
            self.lines, self.halves, self.words, self.needed = (
                like.lines,
                like.halves,
                like.words,
                like.needed,
            )
            return
        shown = visible(cue.text)
        self.lines = shown.split("\n") if shown.strip() else []
        self.halves = [half_characters(line, limits.language) for line in self.lines]
        self.words = count_words(cue.text, limits.language, cue.words) if self.lines else 0
        self.needed = max(limits.shortest, limits.to_read(sum(self.halves), self.words), 1)

    @property
    def frames(self) -> int:
        """How many frames it is shown; negative when it ends before it begins."""
        return self.end - self.start

    @property
    def spoken_end(self) -> Fraction:
        """Seconds; when its last word ends, as far as that is known."""
        return self.cue.words[-1].end if self.cue.words else self.cue.end


def limits_of(
    rules: Rules,
    language: str,
    rate: Fraction,
    *,
    shots: Sequence[Fraction] = (),
    seconds: Fraction | None = None,
) -> Limits:
    """Return rules counted in frames."""
    grid = FrameGrid(rate)
    changes = sorted({grid.nearest(shot) for shot in shots}) if rules.shot_seconds else []
    return Limits(rules, language, grid, tuple(changes), seconds)
