"""The parts of a laid-out text that move on their own: characters, words, lines."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from cutroom.render.text.breaking import find_breaks, is_unspaced
from cutroom.render.text.clusters import split_clusters
from cutroom.render.text.layout import Line, PlacedRun, TextLayout

By = Literal["character", "word", "line"]
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Unit:
    """A part of a text, on one line.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last one.
        line: Number of its line.
        left: Of its box, in pixels of the text's box.
        top: Of its box, which is as high as the line.
        right: Of its box.
        bottom: Of its box.
        runs: Its glyphs.
    """

    start: int
    end: int
    line: int
    left: float
    top: float
    right: float
    bottom: float
    runs: tuple[PlacedRun, ...]

    @cached_property
    def middle(self) -> tuple[float, float]:
        """The centre of its box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def units_of(layout: TextLayout, by: By) -> tuple[Unit, ...]:
    """Return the units of a text, in the order it is read; what shows nothing is left out."""
    if by == "line":
        return units_at(layout, [(line.start, line.end) for line in layout.lines])
    if by == "word":
        return units_at(layout, list(word_spans(layout.text, layout.style.language)))
    return units_at(layout, [span for span in split_clusters(layout.text) if layout.text[span[0]].strip()])


def word_spans(text: str, language: str = "") -> Iterator[tuple[int, int]]:
    """Yield where words begin and end; phrases, where words are not spaced."""
    for match in _WORD.finditer(text):
        inner = find_breaks(match[0], language).preferred if is_unspaced(match[0]) else ()
        for start, end in itertools.pairwise((0, *inner, len(match[0]))):
            yield match.start() + start, match.start() + end


def units_at(layout: TextLayout, spans: Sequence[tuple[int, int]]) -> tuple[Unit, ...]:
    """Return the units of given stretches; one that goes over lines becomes several.

    Args:
        layout: The text.
        spans: Offsets of beginnings and ends, in order, without overlap.
    """
    starts = [start for start, _ in spans]
    units: list[Unit] = []
    for number, line in enumerate(layout.lines):
        picked = _pick(line, starts, spans)
        for index in sorted(picked):
            start, end = spans[index]
            units.append(_unit(layout, number, picked[index], max(start, line.start), min(end, line.end)))
    return tuple(units)


def _pick(
    line: Line, starts: Sequence[int], spans: Sequence[tuple[int, int]]
) -> dict[int, list[tuple[PlacedRun, list[int]]]]:
    """Return, for each span, which glyphs of which runs of a line are its own."""
    picked: dict[int, list[tuple[PlacedRun, list[int]]]] = {}
    for run in line.runs:
        for number, start in enumerate(run.starts):
            index = bisect_right(starts, start) - 1
            if index < 0 or start >= spans[index][1]:
                continue
            parts = picked.setdefault(index, [])
            if not parts or parts[-1][0] is not run:
                parts.append((run, []))
            parts[-1][1].append(number)
    return picked


def _unit(
    layout: TextLayout, number: int, parts: Sequence[tuple[PlacedRun, list[int]]], start: int, end: int
) -> Unit:
    line, style = layout.lines[number], layout.style
    lefts = [run.xs[at] for run, numbers in parts for at in numbers]
    rights = [run.xs[at] + run.advances[at] for run, numbers in parts for at in numbers]
    return Unit(
        start,
        end,
        number,
        min(lefts),
        line.top,
        max(rights) - (style.letter_spacing if style.letter_spacing > 0 else 0.0),
        line.top + style.size * style.line_height,
        tuple(_part(run, numbers) for run, numbers in parts),
    )


def _part(run: PlacedRun, numbers: Sequence[int]) -> PlacedRun:
    if len(numbers) == len(run.glyphs):
        return run
    return replace(
        run,
        glyphs=tuple(run.glyphs[at] for at in numbers),
        xs=tuple(run.xs[at] for at in numbers),
        ys=tuple(run.ys[at] for at in numbers),
        advances=tuple(run.advances[at] for at in numbers),
        starts=tuple(run.starts[at] for at in numbers),
    )
