"""The least that must be broken: all solutions of a few words, counted by the second opinion."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from subtitle_judge import ON_GRID, Cost, Court, Said, Shown, cost_of, in_gap, in_shots, in_text, in_time

_NEVER: Cost = (10**6, 0)
"""What a cue costs that holds several words and more than the lines or words allowed: one such cue for a
whole film would be fewer errors than any cut of it."""


_SILENCE = Fraction(2)
"""Seconds: no cue goes on over so long a pause, whatever that saves."""


def fewest(words: Sequence[Said], court: Court) -> Cost:
    """Return the fewest errors, then warnings, of any solution of words in order (see `Search`)."""
    return Search(words, court).best(0, None)


class Search:
    """All cuts of the words into cues, all times that keep near the words, all line breaks.

    A cue begins at the frame of its first word, or on a shot change or clear of it within the snap; it ends
    at any frame that leaves the gap, not before its last word unless the next one follows at once.
    """

    def __init__(self, words: Sequence[Said], court: Court) -> None:
        self.words = words
        self.court = court
        self._known: dict[tuple[int, int | None], Cost] = {}

    def best(self, first: int, begin: int | None) -> Cost:
        """Return the cost of all words from `first` on, whose cue begins at frame `begin`."""
        if begin is None:
            return min(self.best(first, frame) for frame in self.begins(first))
        key = (first, begin)
        if key not in self._known:
            self._known[key] = min(self.with_cue(first, last, begin) for last in self.lasts(first))
        return self._known[key]

    def lasts(self, first: int) -> Iterable[int]:
        """Yield the words that a cue may end with."""
        yield first
        for last in range(first + 1, len(self.words)):
            if self.words[last].start - self.words[last - 1].end >= _SILENCE:
                return
            yield last

    def begins(self, first: int) -> list[int]:
        """List where a cue may begin."""
        court, rate = self.court, self.court.rate
        base = math.floor(self.words[first].start * rate + ON_GRID)
        snap, near = court.limits.shot_snap_seconds * rate, math.ceil(court.limits.shot_seconds * rate)
        earliest = 0 if first == 0 else self.said_until(first - 1) + court.limits.gap_frames
        reach = court.limits.shot_seconds * rate
        cuts = [cut for cut in court.cuts() if 0 < abs(base - cut) < reach]
        moved = [frame for cut in cuts for frame in (cut, cut - near, cut + near)]
        return [base, *(f for f in moved if 0 < abs(f - base) <= snap and (f > base or f >= earliest))]

    def said_until(self, last: int) -> int:
        return math.ceil(self.words[last].end * self.court.rate - ON_GRID)

    def with_cue(self, first: int, last: int, begin: int) -> Cost:
        """Return the least cost when words `first` to `last` are one cue."""
        if last + 1 == len(self.words):
            return self.cheapest(first, last, begin, None)
        found: list[Cost] = []
        for following in self.begins(last + 1):
            here = self.cheapest(first, last, begin, following)
            rest = self.best(last + 1, following)
            found.append((here[0] + rest[0], here[1] + rest[1]))
        return min(found)

    def cheapest(self, first: int, last: int, begin: int, following: int | None) -> Cost:
        """Try every way to break the lines with every end.

        A line break is not counted where a space is, so that of texts with as many lines each is as fast
        to read: the best of each number of lines is enough.
        """
        words = tuple(self.words[first : last + 1])
        best: dict[int, tuple[Cost, str]] = {}
        for text in self.wraps(words):
            cost = self.text_cost(text, words)
            if not (cost[0] and len(words) > 1):
                count = text.count("\n")
                best[count] = min(best.get(count, (_NEVER, "")), (cost, text))
        found = [_NEVER]
        for cost, text in best.values():
            for end in self.ends(last, begin, following):
                timed = self.time_cost(text, (first, last), (begin, end), following)
                found.append((cost[0] + timed[0], cost[1] + timed[1]))
        return min(found)

    def time_cost(
        self, text: str, run: tuple[int, int], shown: tuple[int, int], following: int | None
    ) -> Cost:
        """Count what is broken by a cue's times alone."""
        begin, end = shown
        words = tuple(self.words[run[0] : run[1] + 1])
        cue = Shown(begin / self.court.rate, end / self.court.rate, text, words, words[0].speaker)
        after = None
        if following is not None:
            upcoming = self.words[run[1] + 1]
            at = following / self.court.rate
            after = Shown(at, at + 1, upcoming.text, (upcoming,), upcoming.speaker)
        rules = [
            *in_time(cue, self.court),
            *in_gap(cue, after, self.court),
            *in_shots(cue, after, self.court),
        ]
        return cost_of([*rules, "overlap"] if following is not None and end > following else rules)

    def text_cost(self, text: str, words: tuple[Said, ...]) -> Cost:
        return cost_of(in_text(Shown(Fraction(0), Fraction(1), text, words), self.court))

    def ends(self, last: int, begin: int, following: int | None) -> range:
        """List where a cue may end."""
        said = self.said_until(last)
        longest = self.court.limits.max_seconds or Fraction(10)
        if following is None:
            return range(max(said, begin + 1), max(said, begin + math.ceil(longest * self.court.rate)) + 2)
        latest = max(following - self.court.limits.gap_frames, begin + 1)
        return range(max(min(said, latest), begin + 1), latest + 1)

    def wraps(self, words: Sequence[Said]) -> Iterable[str]:
        """List all ways to break a text at spaces into as many lines as are allowed."""
        texts = [word.text for word in words]

        def split(rest: list[str], lines: int) -> Iterable[str]:
            yield " ".join(rest)
            for at in range(1, len(rest) if lines > 1 else 0):
                yield from (" ".join(rest[:at]) + "\n" + tail for tail in split(rest[at:], lines - 1))

        return split(texts, self.court.limits.lines)
