"""The best line breaks of any stretch of a text, from sums made once."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import NamedTuple

from cutroom.subtitles.cost import ERROR, WARNING
from cutroom.subtitles.language import GOOD_BEFORE, read_language
from cutroom.subtitles.line_words import is_bad_break
from cutroom.subtitles.reading import half_characters
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.script import Atoms

_PLAIN = 80
"""Of quality: a line that ends without a reason. Behind punctuation it costs nothing."""
_BEFORE_LEADER = 30
_IN_PHRASE = 400
_BAD = 200
EXTRA_LINE = 150
"""Of quality: text stays on one line where it fits."""
_OVER = 50
"""Of quality: each half character too many: more lines are read more easily than an endless one."""
_LONGEST = 160
"""Atoms; what is longer no cue can hold, so its lines are just filled."""
_STOPS = tuple(".,;:!?…。、，．！？；：،؟؛।—–-»”)")  # noqa: RUF001 - the signs themselves


class Lines(NamedTuple):
    """A way to lay out a text.

    Attributes:
        cost: Broken rules and quality in one number, see `cost`.
        halves: Twice its visible characters.
        breaks: The atoms that begin the second and later lines.
    """

    cost: int
    halves: int
    breaks: tuple[int, ...] = ()


class Layout:
    """Lays out stretches of a text."""

    def __init__(self, atoms: Atoms, rules: Rules, language: str) -> None:
        self.limit = 2 * rules.line_limit(language)
        self.lines = rules.lines
        space = half_characters(" ", language)
        widths = [half_characters(text, language) for text in atoms.text]
        gaps = [space * spaced for spaced in atoms.spaced]
        self.end = list(accumulate(width + gap for width, gap in zip(widths, gaps, strict=True)))
        self.begin = [end - width for end, width in zip(self.end, widths, strict=True)]
        self._gaps = gaps
        self._break_costs = _break_costs(atoms, rules, language)

    def width(self, first: int, last: int) -> int:
        """Return twice the characters of the atoms from `first` up to and without `last`, on one line."""
        return self.end[last - 1] - self.begin[first]

    def fitting(self, first: int, last: int) -> Lines | None:
        """Return the best way to lay out a stretch within the lines allowed; None where it does not fit."""
        width = self.end[last - 1] - self.begin[first]
        if width <= self.limit:
            return Lines(0, width)
        if self.lines == 1 or width > self.lines * (self.limit + 2):
            return None
        found = self._on_two(first, last)
        for count in range(3, self.lines + 1):
            if found is not None and found.cost < WARNING:
                break
            more = self._on_many(first, last, count, fitting=True)
            found = min(filter(None, (found, more)), default=None)
        return found

    def best(self, first: int, last: int) -> Lines:
        """Return the best way to lay out a stretch; what fits nowhere breaks as few rules as can be."""
        found = self.fitting(first, last)
        return found or min(self.ways(first, last))

    def ways(self, first: int, last: int) -> list[Lines]:
        """Return the best ways to lay out a stretch, for every number of lines and of characters."""
        if last - first > _LONGEST:
            return [self._filled(first, last)]
        found = [Lines(self._excess(self.width(first, last)), self.width(first, last))]
        found += self._ways_on_two(first, last)
        most = max(self.lines, len(self._filled(first, last).breaks) + 1)
        found += [self._on_many(first, last, count) for count in range(3, min(most, last - first) + 1)]
        return [each for each in found if each is not None]

    def _on_two(self, first: int, last: int) -> Lines | None:
        """Return the best way on two lines that fit."""
        begin, end, costs, limit = self.begin, self.end, self._break_costs, self.limit
        left, right = begin[first], end[last - 1]
        best = at = -1
        for n in range(last - 1, first, -1):
            lower = right - begin[n]
            if lower > limit:
                break
            cost = costs[n]
            upper = end[n - 1] - left
            if cost >= 0 and upper <= limit:
                cost += 3 * (lower - upper) // 2 if lower >= upper else 2 * (upper - lower)
                if at < 0 or cost < best:
                    best, at = cost, n
        return None if at < 0 else Lines(best + EXTRA_LINE, right - left - self._gaps[at], (at,))

    def _ways_on_two(self, first: int, last: int) -> list[Lines]:
        """Return the best ways on two lines, fitting or not: one for each number of characters."""
        best: dict[int, Lines] = {}
        for n in range(first + 1, last):
            if self._break_costs[n] < 0:
                continue
            upper, lower = self.width(first, n), self.width(n, last)
            cost = self._break_costs[n] + EXTRA_LINE + ERROR * (self.lines == 1)
            cost += 3 * (lower - upper) // 2 if lower >= upper else 2 * (upper - lower)
            cost += self._excess(upper) + self._excess(lower)
            found = Lines(cost, upper + lower, (n,))
            best[found.halves] = min(found, best.get(found.halves, found))
        return list(best.values())

    def _on_many(self, first: int, last: int, count: int, *, fitting: bool = False) -> Lines | None:
        """Return the best way on so many lines: a dynamic program over their ends.

        Args:
            first: The first atom.
            last: The atom after the last one.
            count: How many lines.
            fitting: Whether every line must fit.
        """
        fair = self.width(first, last) // count
        reached: dict[int, Lines] = {first: Lines(0, 0)}
        for line in range(1, count + 1):
            following: dict[int, Lines] = {}
            for start, before in reached.items():
                for stop in self._line_ends(start, last, final=line == count, fitting=fitting):
                    width = self.width(start, stop)
                    cost = before.cost + 2 * abs(width - fair) + self._excess(width)
                    if stop < last:
                        cost += self._break_costs[stop] + EXTRA_LINE
                    breaks = before.breaks if stop == last else (*before.breaks, stop)
                    found = Lines(cost, before.halves + width, breaks)
                    following[stop] = min(found, following.get(stop, found))
            reached = following
        found = reached.get(last)
        return found and found._replace(cost=found.cost + ERROR * (count > self.lines))

    def _line_ends(self, start: int, last: int, *, final: bool, fitting: bool) -> list[int]:
        """Return where a line that begins with an atom may end."""
        stops = range(max(last, start + 1), last + 1) if final else range(start + 1, last)
        if fitting:
            most = bisect_right(self.end, self.begin[start] + self.limit)
            stops = range(stops.start, min(stops.stop, most + 1))
        return [stop for stop in stops if stop == last or self._break_costs[stop] >= 0]

    def _filled(self, first: int, last: int) -> Lines:
        """Return a stretch laid out by filling line after line."""
        breaks: list[int] = []
        start = first
        possible = first
        for n in range(first + 1, last):
            if self._break_costs[n] >= 0:
                possible = n
            if self.width(start, n + 1) > self.limit and possible > start:
                breaks.append(possible)
                start = possible
        edges = pairwise((first, *breaks, last))
        widths = [self.width(start, stop) for start, stop in edges]
        cost = sum(map(self._excess, widths)) + ERROR * (len(widths) > self.lines) + EXTRA_LINE * len(breaks)
        return Lines(cost, sum(widths), tuple(breaks))

    def _excess(self, width: int) -> int:
        """Return the price of a line that may be too long."""
        return 0 if width <= self.limit else ERROR + _OVER * (width - self.limit)


def _break_costs(atoms: Atoms, rules: Rules, language: str) -> list[int]:
    """Return what it costs to begin a line with each atom; -1 where none may."""
    known = read_language(language)
    costs = [-1]
    for n in range(1, len(atoms.text)):
        before, after = atoms.text[n - 1], atoms.text[n]
        if not atoms.free[n]:
            costs.append(-1)
        elif rules.breaks and is_bad_break(before, after, language):
            costs.append(WARNING + _BAD)
        elif before.endswith(_STOPS):
            costs.append(0)
        elif not atoms.phrase[n]:
            costs.append(_IN_PHRASE)
        else:
            costs.append(_BEFORE_LEADER if known.leaders.get(after.lower()) in GOOD_BEFORE else _PLAIN)
    return costs
