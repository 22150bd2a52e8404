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
from cutroom.subtitles.timing import NEVER, Span, Timing
from cutroom.subtitles.word import Word, join_words
from cutroom.subtitles.word_order import in_order

__all__ = ["explain", "segment"]

_STEPS = 512
"""Words between two reports of progress."""


class Way(NamedTuple):
    """The best way to come to a beginning: the cue before it.

    Attributes:
        cost: Of all cues up to here.
        first: The word that cue begins with.
        choice: Which of that word's beginnings it has.
        end: The frame it ends before.
        lines: How it is laid out.
        turn: The word its second speaker begins with; 0: it has one speaker.
    """

    cost: int
    first: int
    choice: int
    end: int
    lines: Lines
    turn: int = 0


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
        self._starts = [timing.starts(frame, ends[n]) for n, frame in enumerate(self._cuts.spoken_in)] + [
            [(NEVER, 0)]
        ]
        self._ways: list[list[Way | None]] = [[None] * len(each) for each in self._starts]

    def run(self, progress: Callable[[float], None]) -> tuple[Cue, ...]:
        count = len(self._words)
        self._ways[0] = [Way(0, -1, 0, 0, Lines(0, 0))] * len(self._starts[0])
        for first in range(count):
            if first % _STEPS == 0:
                progress(first / count)
            if any(self._ways[first]):
                self._leave(first)
        progress(1.0)
        return tuple(self._cues())

    def _leave(self, first: int) -> None:
        """Look at every cue that begins with a word."""
        cuts = self._cuts
        before = [
            (choice, frame, way.cost + cost)
            for choice, ((frame, cost), way) in enumerate(
                zip(self._starts[first], self._ways[first], strict=True)
            )
            if way is not None
        ]
        for last, lines in cuts.alone(first):
            words = cuts.tokens[last] - cuts.tokens[first]
            quality = lines.cost + cuts.quality(first, last, lines.halves)
            for choice, frame, cost in before:
                self._reach(Way(cost + quality, first, choice, 0, lines), frame, last, words)
        for turn, last, lines in cuts.shared(first):
            words = cuts.tokens[last] - cuts.tokens[first] + 2
            quality = SHARED + lines.cost + cuts.quality(first, last, lines.halves)
            for choice, frame, cost in before:
                self._reach(Way(cost + quality, first, choice, 0, lines, turn), frame, last, words)

    def _reach(self, way: Way, frame: int, last: int, words: int) -> None:
        """Look at a cue with every beginning of the one after it."""
        cuts, timing, ways = self._cuts, self._timing, self._ways[last]
        spoken = cuts.spoken_out[last - 1]
        pace = timing.pace(way.lines.halves, words)
        for choice, (following, _) in enumerate(self._starts[last]):
            span = Span(frame, spoken, pace, following)
            cost, end = timing.best_end(span)
            lines = way.lines
            if cost >= WARNING or end > spoken + timing.linger:
                cost, end, lines = self._other_lines(way, span, last, words, (cost, end))
            cost += way.cost + WARNING * (following < cuts.torn_until[last])
            known = ways[choice]
            if known is None or cost < known.cost:
                ways[choice] = Way(cost, way.first, way.choice, end, lines, way.turn)

    def _other_lines(
        self, way: Way, span: Span, last: int, words: int, found: tuple[int, int]
    ) -> tuple[int, int, Lines]:
        """Look whether fewer characters help: a line break takes the place of a space."""
        cost, end = found
        best = (cost, end, way.lines)
        if way.turn or not self._cuts.can_shrink(way.first, last, span.pace, words):
            return best
        for lines in self._cuts.ways(way.first, last):
            pace = self._timing.pace(lines.halves, words)
            cost, end = self._timing.best_end(Span(span.first, span.spoken, pace, span.following))
            cost += lines.cost - way.lines.cost
            if cost < best[0]:
                best = (cost, end, lines)
        return best

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
            start=self._starts[way.first][way.choice][0] / self._timing.rate,
            end=way.end / self._timing.rate,
            text=mark_lines(text, self._language),
            words=words,
            speaker=None if way.turn else words[0].speaker,
        )
