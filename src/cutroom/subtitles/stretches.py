"""The stretches of words that can be a cue, how each is laid out, and how well a cue would end there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, pairwise

from cutroom.subtitles import markup
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.language import GOOD_BEFORE, read_language
from cutroom.subtitles.layout import EXTRA_LINE, Layout, Lines
from cutroom.subtitles.line_words import is_bad_break
from cutroom.subtitles.reading import half_characters
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.script import atoms_of
from cutroom.subtitles.timing import Timing
from cutroom.subtitles.word import Word

DASH = "- "
"""Before each line of a cue that two speakers share."""
AT_ONCE = Fraction(1, 2)
"""Seconds; a cue that begins sooner after the word before it continues what that one began."""
_SENTENCE = tuple(".!?…。！？؟।")  # noqa: RUF001 - the signs themselves
_CLAUSE = tuple(",;:、，；：،؛–—")  # noqa: RUF001 - the signs themselves
_CLOSING = "\"'”’»)]」』）"  # noqa: RUF001 - the signs themselves
_ABBREVIATION = 3
"""Letters; a full stop behind fewer of them with a small letter after it ends no sentence."""
# Costs of quality. A cue costs something of itself, so that few are made of what fits into one; its end
# costs the more the less the words before and after it part there.
_CUE = 200
_AT_CLAUSE = 100
_AT_LEADER = 250
_AT_WORD = 500
_IN_PHRASE = 900
_STUB = 200
_PAUSE = Fraction(2, 5)
_LONG_PAUSE = Fraction(1)
_SENTENCE_INSIDE = 180
_PAUSE_INSIDE = 500
_SILENCE = Fraction(2)
"""Seconds; no cue goes on over so long a pause: its words would be read long before they are said."""
_TINY = 24
"""Half characters; what is shorter had better be part of a neighbour."""
_SMALL = 10
_MOST_PAUSE = 20
"""Seconds; longer pauses are not worse."""


class Stretches:
    """All there is to know of stretches of words, from sums made once."""

    def __init__(self, words: list[Word], rules: Rules, language: str, timing: Timing) -> None:
        self._words = words
        self._rules = rules
        self._language = language
        self._known = read_language(language)
        self._timing = timing
        shown = [markup.strip(word.text) for word in words]
        self.atoms = atoms_of(shown, [word.glued for word in words], language)
        self.layout = Layout(self.atoms, rules, language)
        self.atom_at = _firsts(self.atoms.word, len(words))
        grid = FrameGrid(timing.rate)
        self.spoken_in = [grid.floor(word.start) for word in words]
        self.spoken_out = [grid.ceil(word.end) for word in words]
        whole = self._known.phrases is not None
        counts = [1 if whole else self._spaces(n) for n in range(len(words))]
        self.tokens = [0, *accumulate(counts)]
        self.torn_until = [0, *(self._torn(n) for n in range(1, len(words))), 0]
        sentences = [True, *(self._ends_sentence(n) for n in range(1, len(words))), True]
        self._stubs = self._stubs_beside(sentences)
        self._end_costs = [0 if ended else self._end_cost(n) for n, ended in enumerate(sentences)]
        inside = (self._inside_cost(n, sentences[n]) for n in range(1, len(words)))
        self._inside = [0, 0, *accumulate(inside)]
        self._joined = self._joints()
        self._run_ends = self._runs()
        self._dash = half_characters(DASH, language)
        self._space = half_characters(" ", language)

    def _spaces(self, n: int) -> int:
        """Return how many words between spaces begin with a word."""
        first, last = self.atom_at[n], self.atom_at[n + 1]
        return sum(self.atoms.spaced[first:last])

    def _joints(self) -> list[bool]:
        """Say of each word whether no cue can begin with it, because it is glued to the one before it.

        What is glued together and longer than a line is parted all the same.
        """
        joined = [False] * (len(self._words) + 1)
        start = 0
        for n in range(1, len(self._words)):
            whole = self.layout.width(self.atom_at[start], self.atom_at[n + 1])
            free = self.atoms.free[self.atom_at[n]] or self._words[n].speaker != self._words[n - 1].speaker
            joined[n] = not free and whole <= self.layout.limit
            if not joined[n]:
                start = n
        return joined

    def _runs(self) -> list[int]:
        """Return of each word where the words of its speaker end, or a silence begins."""
        ends = [len(self._words)] * len(self._words)
        for n in range(len(self._words) - 2, -1, -1):
            same = self._words[n].speaker == self._words[n + 1].speaker
            ends[n] = ends[n + 1] if same and not self._is_silent_before(n + 1) else n + 1
        return ends

    def _is_silent_before(self, n: int) -> bool:
        return self._words[n].start - self._words[n - 1].end >= _SILENCE

    def ends(self, first: int) -> Iterator[int]:
        """Yield where a cue of one speaker that begins with a word may end, as far as words are counted.

        The first of them is given even if these are too many words.
        """
        most = self._rules.cue_words
        least = self._next_cut(first)
        yield least
        for last in range(least + 1, self._run_ends[first] + 1):
            if most is not None and self.tokens[last] - self.tokens[first] > most:
                return
            if not self._joined[last]:
                yield last

    def _next_cut(self, first: int) -> int:
        last = first + 1
        while self._joined[last]:
            last += 1
        return last

    def lay_out(self, first: int, last: int) -> Lines | None:
        """Return the lines of a cue; None where it does not fit and could be shorter."""
        begin, end = self.atom_at[first], self.atom_at[last]
        lines = self.layout.fitting(begin, end)
        if lines is None and last == self._next_cut(first):
            return self.layout.best(begin, end)
        return lines

    def shared(self, first: int) -> Iterator[tuple[int, int, Lines]]:
        """Yield every cue of two speakers that begins with a word: the turn, its end, its lines."""
        turn = self._turn_after(first)
        if turn is None or self._rules.lines < 2 or self._rules.cue_words is not None:  # noqa: PLR2004 - lines
            return
        upper = self.layout.width(self.atom_at[first], self.atom_at[turn]) + self._dash
        for last in range(turn + 1, self._run_ends[turn] + 1):
            lower = self.layout.width(self.atom_at[turn], self.atom_at[last]) + self._dash
            if lower > self.layout.limit:
                return
            if not self._joined[last]:
                yield turn, last, Lines(EXTRA_LINE, upper + lower, (self.atom_at[turn],))

    def _turn_after(self, first: int) -> int | None:
        """Return the word that the next speaker begins with, where the words before it fill one line."""
        turn = self._run_ends[first]
        if turn == len(self._words) or self._is_silent_before(turn):
            return None
        width = self.layout.width(self.atom_at[first], self.atom_at[turn]) + self._dash
        return turn if width <= self.layout.limit else None

    def ways(self, first: int, last: int) -> list[Lines]:
        """Return the ways to lay out a cue, for every number of lines and of characters."""
        return self.layout.ways(self.atom_at[first], self.atom_at[last])

    def least_halves(self, lines: Lines) -> int:
        """Return a bound of a cue's half characters, however many line breaks take the place of spaces."""
        return lines.halves - self._space * max(0, self._rules.lines - 1 - len(lines.breaks))

    def quality(self, first: int, last: int) -> int:
        """Return what a cue costs for where it ends and what it holds."""
        return _CUE + self._end_costs[last] + self._inside[last] - self._inside[first + 1]

    def smallness(self, halves: int) -> int:
        """Return what a cue costs for being little."""
        return _SMALL * (_TINY - halves) if halves < _TINY else 0

    def _torn(self, n: int) -> int:
        """Return before which frame a cue with this word must not begin, because it would be torn off."""
        before, after = self._words[n - 1], self._words[n]
        if not self._rules.breaks or before.speaker != after.speaker:
            return 0
        if not is_bad_break(self._atom(n, -1), self._atom(n, 0), self._language):
            return 0
        return math.ceil((before.end + AT_ONCE) * self._timing.rate)

    def _atom(self, n: int, side: int) -> str:
        return self.atoms.text[self.atom_at[n] + side]

    def _end_cost(self, n: int) -> int:
        """Return what it costs when a cue ends before a word."""
        pause = self._words[n].start - self._words[n - 1].end
        if pause >= _LONG_PAUSE or self._words[n].speaker != self._words[n - 1].speaker:
            return 0
        cost = _AT_WORD
        if self._atom(n, -1).rstrip(_CLOSING).endswith(_CLAUSE):
            cost = _AT_CLAUSE
        elif not self.atoms.phrase[self.atom_at[n]]:
            cost = _IN_PHRASE
        elif self._known.leaders.get(self._atom(n, 0).lower()) in GOOD_BEFORE:
            cost = _AT_LEADER
        cost += _STUB * self._stubs[n]
        return cost // 3 if pause >= _PAUSE else cost

    def _stubs_beside(self, sentences: list[bool]) -> list[int]:
        """Count for each word the bits of a sentence that a cut before it leaves alone."""
        stubs = [0] * len(sentences)
        most = self.layout.limit // 4
        ends = [n for n, ended in enumerate(sentences) if ended]
        for first, last in pairwise(ends):
            begin, end = self.atom_at[first], self.atom_at[last]
            for n in range(first + 1, last):
                at = self.atom_at[n]
                stubs[n] = (self.layout.width(begin, at) <= most) + (self.layout.width(at, end) <= most)
        return stubs

    def _ends_sentence(self, n: int) -> bool:
        """Whether a sentence ends before a word."""
        before = self._atom(n, -1).rstrip(_CLOSING)
        if not before.endswith(_SENTENCE) or before.rstrip(".").lower() in self._known.titles:
            return False
        short = before.endswith(".") and len(before) <= _ABBREVIATION
        return not (short and self._atom(n, 0)[:1].islower())

    def _inside_cost(self, n: int, sentence: bool) -> int:
        """Return what it costs when a cue goes on over the border before a word."""
        pause = min(self._words[n].start - self._words[n - 1].end, Fraction(_MOST_PAUSE))
        cost = _SENTENCE_INSIDE if sentence else 0
        if pause >= _PAUSE:
            cost += int(_PAUSE_INSIDE * pause)
        return cost


def _firsts(numbers: list[int], count: int) -> list[int]:
    """Return the place of each number's first appearance in a sorted list, and the list's end."""
    firsts = [0] * count
    for at in range(len(numbers) - 1, -1, -1):
        firsts[numbers[at]] = at
    return [*firsts, len(numbers)]
