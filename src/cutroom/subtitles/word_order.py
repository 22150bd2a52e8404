"""Words as a segmenter needs them: in order, apart from each other, each with its own markup."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from cutroom.subtitles import markup
from cutroom.subtitles.word import Word

SHORTEST = Fraction(1, 1000)
"""Seconds; recognisers give words of no length at all."""


def in_order(words: Iterable[Word]) -> list[Word]:
    """Return words that follow each other: sorted by start, none over another, none shorter than 1 ms.

    A word that shows nothing is left out; one with a time that is no number takes its neighbour's; of two
    words that overlap the earlier one ends where the later one begins.
    """
    known = _with_times(words)
    known.sort(key=lambda word: word.start)
    starts: list[Fraction] = []
    for word in known:
        at = max(word.start, Fraction(0))
        starts.append(max(at, starts[-1] + SHORTEST) if starts else at)
    ordered: list[Word] = []
    for n, (word, start) in enumerate(zip(known, starts, strict=True)):
        end = max(word.end, start + SHORTEST)
        if n + 1 < len(starts):
            end = min(end, starts[n + 1])
        ordered.append(replace(word, start=start, end=end, glued=word.glued and n > 0))
    return _styled_apart(ordered)


def _with_times(words: Iterable[Word]) -> list[Word]:
    known: list[Word] = []
    before = Fraction(0)
    for word in words:
        text = " ".join(word.text.split())
        if not markup.strip(text).strip():
            continue
        start = Fraction(word.start) if math.isfinite(word.start) else before
        end = Fraction(word.end) if math.isfinite(word.end) else start
        known.append(replace(word, start=start, end=end, text=text))
        before = max(start, end)
    return known


def _styled_apart(words: list[Word]) -> list[Word]:
    """Give each word the tags that hold for it, which may have begun many words before."""
    if not any(markup.TAG.search(word.text) for word in words):
        return words
    texts = _lines_of("\n".join(word.text for word in words))
    return [replace(word, text=text) for word, text in zip(words, texts, strict=True)]


def _lines_of(text: str) -> list[str]:
    """Return each line with the markup that holds in it."""
    lines: list[list[markup.Run]] = [[]]
    for run in markup.parse(text):
        first, *others = run.text.split("\n")
        lines[-1].append(markup.Run(first, run.styles))
        lines.extend([markup.Run(other, run.styles)] for other in others)
    return [markup.write(run for run in line if run.text) for line in lines]
