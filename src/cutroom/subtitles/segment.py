"""The segmenter: the cues that break the fewest rules and read best, of all ways to cut the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from cutroom.subtitles import markup
from cutroom.subtitles.cost import SHARED, WARNING
from cutroom.subtitles.cue import DEFAULT_RATE, Cue
from cutroom.subtitles.explain import explain
from cutroom.subtitles.layout import Lines
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.script import mark_lines
from cutroom.subtitles.stretches import DASH, Stretches
from cutroom.subtitles.timing import NEVER, Timing
from cutroom.subtitles.word import Word, join_words
from cutroom.subtitles.word_order import in_order

__all__ = ["explain", "segment"]

UNKNOWN = 1 << 400
"""A cost above all others: nothing leads there yet."""
_STEPS = 512
"""Words between two reports of progress."""


class Way(NamedTuple):
    """The best way to come to a beginning: the cue before it.

    Attributes:
        first: The word that cue begins with.
        choice: Which of that word's beginnings it has.
        end: The frame it ends before.
        lines: How it is laid out.
        turn: The word its second speaker begins with; 0: it has one speaker.
    """

    first: int
    choice: int
    end: int
    lines: Lines
    turn: int


def segment(
    words: Iterable[Word],
    rules: Rules,
    *,
    language: str = "und",
    rate: Fraction = DEFAULT_RATE,
    shots: Iterable[Fraction] = (),
    seconds: Fraction | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Cue, ...]:
    """Cut words into cues.

    Of all runs of consecutive words, beginnings, ends and line breaks it takes those with the fewest
    errors, of these the fewest warnings, of these the best to read: an exact dynamic program over the
    words, in time proportional to their number. A cue begins with the frame its first word begins in
    (near a shot change up to `rules.shot_snap_seconds` from it), stays until its last word has ended (up
    to one frame and the gap less where the next word follows at once), and fits the lines it is allowed;
    a text that does not is left only where a single word is too long.

    Args:
        words: In any order; see `word_order.in_order` for what becomes of broken times.
        rules: What the cues must satisfy.
        language: A BCP 47 tag.
        rate: Frames per second; all times of the cues are frame boundaries.
        shots: When shots of the picture begin, in seconds.
        seconds: How long the recording is; None: unknown.
        progress: Called with the share that is done, from 0 to 1.
    """
    ordered = in_order(words)
    if not ordered:
        return ()
    timing = Timing(rules, rules.speed_limit(language), rate, shots, seconds)
    return _Program(ordered, rules, language, timing).run(progress or (lambda _: None))


class _Program:
    """One run of the dynamic program."""

    def __init__(self, words: list[Word], rules: Rules, language: str, timing: Timing) -> None:
        self._words = words
        self._language = language
        self._timing = timing
        self._cuts = Stretches(words, rules, language, timing)
        ends = [0, *self._cuts.spoken_out]
        starts = [timing.starts(frame, ends[n]) for n, frame in enumerate(self._cuts.spoken_in)]
        # Of each word: the frames a cue may begin with there, what that costs, what it costs to come there.
        self._frames = [*([frame for frame, _ in each] for each in starts), [NEVER]]
        self._prices = [[cost for _, cost in each] for each in starts]
        self._costs = [[UNKNOWN] * len(each) for each in self._frames]
        self._ways: list[list[Way | None]] = [[None] * len(each) for each in self._frames]

    def run(self, progress: Callable[[float], None]) -> tuple[Cue, ...]:
        count = len(self._words)
        self._costs[0] = [0] * len(self._frames[0])
        for first in range(count):
            if first % _STEPS == 0:
                progress(first / count)
            self._leave(first)
        progress(1.0)
        return tuple(self._cues())

    def _leave(self, first: int) -> None:
        """Look at every cue that begins with a word."""
        cuts, costs = self._cuts, self._costs
        each = zip(self._frames[first], self._prices[first], costs[first], strict=True)
        starts = [(n, frame, cost + price) for n, (frame, price, cost) in enumerate(each) if cost < UNKNOWN]
        if not starts:
            return
        least = min(cost for _, _, cost in starts)
        for last in cuts.ends(first):
            if least + cuts.quality(first, last) >= max(costs[last]):
                continue
            lines = cuts.lay_out(first, last)
            if lines is None:
                break
            self._try(starts, first, last, lines)
        for turn, last, lines in cuts.shared(first):
            if least + SHARED < max(costs[last]):
                self._try(starts, first, last, lines, turn)

    def _try(
        self, starts: list[tuple[int, int, int]], first: int, last: int, lines: Lines, turn: int = 0
    ) -> None:
        """Look at a cue with each of its beginnings and each of the beginnings of the one after it."""
        cuts, costs = self._cuts, self._costs[last]
        words = cuts.tokens[last] - cuts.tokens[first] + (2 if turn else 0)
        spoken = cuts.spoken_out[last - 1]
        pace = self._timing.pace(lines.halves, words)
        quality = (
            lines.cost + cuts.quality(first, last) + cuts.smallness(lines.halves) + (SHARED if turn else 0)
        )
        least = self._timing.pace(cuts.least_halves(lines), words)
        for choice, following in enumerate(self._frames[last]):
            price = quality + (WARNING if following < cuts.torn_until[last] else 0)
            for start, frame, cost in starts:
                before = cost + price
                if before + self._timing.floor(frame, least, following) >= costs[choice]:
                    continue
                found, end = self._timing.best_end(frame, spoken, pace, following)
                way = Way(first, start, end, lines, turn)
                if least < pace and found >= WARNING:
                    found, way = self._with_other_lines(way, found, frame, last, following)
                if before + found < costs[choice]:
                    costs[choice] = before + found
                    self._ways[last][choice] = way

    def _with_other_lines(
        self, way: Way, found: int, frame: int, last: int, following: int
    ) -> tuple[int, Way]:
        """Look whether fewer characters help: a line break takes the place of a space."""
        cuts, timing = self._cuts, self._timing
        if way.turn:
            return found, way
        words = cuts.tokens[last] - cuts.tokens[way.first]
        known = way.lines.cost + cuts.smallness(way.lines.halves)
        for lines in cuts.ways(way.first, last):
            pace = timing.pace(lines.halves, words)
            cost, end = timing.best_end(frame, cuts.spoken_out[last - 1], pace, following)
            cost += lines.cost + cuts.smallness(lines.halves) - known
            if cost < found:
                found, way = cost, way._replace(end=end, lines=lines)
        return found, way

    def _cues(self) -> Iterator[Cue]:
        """Walk back from the end and return the cues in order."""
        taken: list[tuple[Way, int]] = []
        last, choice = len(self._words), 0
        while last:
            way = self._ways[last][choice]
            if way is None:  # Cannot be: from every word that is reached a cue leads on.
                raise AssertionError(last)
            taken.append((way, last))
            last, choice = way.first, way.choice
        for way, last in reversed(taken):
            yield self._cue(way, last)

    def _cue(self, way: Way, last: int) -> Cue:
        words = tuple(self._words[way.first : last])
        atoms = self._cuts.atom_at
        edges = (atoms[way.first], *way.lines.breaks, atoms[last])
        lines = [self._cuts.atoms.join(*edge) for edge in pairwise(edges)]
        text = markup.restyle("\n".join(lines), join_words(words))
        if way.turn:
            text = "\n".join(DASH + line for line in text.split("\n"))
        return Cue(
            start=self._frames[way.first][way.choice] / self._timing.rate,
            end=way.end / self._timing.rate,
            text=mark_lines(text, self._language),
            words=words,
            speaker=None if way.turn else words[0].speaker,
        )
