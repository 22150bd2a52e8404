"""From a text and a width to lines of placed glyphs."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cutroom.render.font_face import Face
from cutroom.render.fonts import DEFAULT_FAMILY, FontBook
from cutroom.render.text.bidi import Direction, base_level, levels_of, line_levels, visual_order
from cutroom.render.text.breaking import balance_lines, fill_lines, find_breaks, guess_language
from cutroom.render.text.clusters import split_clusters
from cutroom.render.text.itemising import Stretch, faces_of, itemise
from cutroom.render.text.shaping import shape

Align = Literal["start", "left", "center", "right", "end"]
Wrap = Literal["balance", "greedy", "none"]
_SHARES: dict[Align, float] = {"left": 0.0, "start": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}


@dataclass(frozen=True, slots=True)
class Accent:
    """A stretch of a text in another face; offsets of its beginning and its end."""

    start: int
    end: int
    weight: float
    is_italic: bool


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Everything of a text's style that moves glyphs; lengths in pixels.

    Attributes:
        families: Tried in order, then the bundled ones.
        weight: 1 to 1000.
        is_italic: Whether it is slanted.
        size: Of the font.
        letter_spacing: Added between characters.
        line_height: Of a line, as a multiple of the size.
        align: Of lines in the width.
        direction: Of paragraphs.
        language: A BCP 47 tag; "" to go by the characters.
        wrap: How lines are filled.
        max_lines: What is more is cut off, with an ellipsis; None: no limit.
        accents: Stretches of the text in another face.
    """

    families: tuple[str, ...] = (DEFAULT_FAMILY,)
    weight: float = 400
    is_italic: bool = False
    size: float = 48.0
    letter_spacing: float = 0.0
    line_height: float = 1.2
    align: Align = "start"
    direction: Direction = "auto"
    language: str = ""
    wrap: Wrap = "greedy"
    max_lines: int | None = None
    accents: tuple[Accent, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """Glyphs of one face, from left to right.

    Attributes:
        face: Has them.
        size: In pixels.
        glyphs: Numbers in the face.
        xs: Where each stands, in pixels from the left of the text's box.
        ys: The same, down to its baseline.
        advances: How wide each is.
        starts: Of each, the offset in the text of the first character it stands for.
    """

    face: Face
    size: float
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    advances: tuple[float, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line; lengths in pixels of the text's box.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last one, without the space it ends with.
        left: Where it begins.
        top: Of its box, which is `line_height` high.
        width: Of its glyphs.
        baseline: Where letters stand.
        share: Of the room beside it that is left of it.
        runs: From left to right.
    """

    start: int
    end: int
    left: float
    top: float
    width: float
    baseline: float
    share: float
    runs: tuple[PlacedRun, ...]


@dataclass(frozen=True, slots=True)
class TextLayout:
    """A text that is laid out.

    Attributes:
        text: What is shown; an ellipsis may have come in.
        style: As it was asked for.
        lines: From above to below.
        width: Of the box, or of the widest line.
        height: Of all lines.
        is_cut: Whether something did not fit into the lines.
    """

    text: str
    style: TextStyle
    lines: tuple[Line, ...]
    width: float
    height: float
    is_cut: bool = False


def lay_out(text: str, style: TextStyle, book: FontBook, width: float | None = None) -> TextLayout:
    """Lay a text out.

    Args:
        text: Line breaks stand as they are.
        style: How.
        book: The typefaces.
        width: Pixels of the box; lines are broken to fit into it. None: only where the text says.

    Raises:
        Refused: With code `unknown_font`.
    """
    whole = _lay_out(text, style, book, width)
    most = style.max_lines
    if most is None or len(whole.lines) <= most:
        return whole
    ends = [end for _, end in split_clusters(text)]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if len(_lay_out(_cut(text, ends[middle - 1]), style, book, width).lines) <= most:
            low = middle
        else:
            high = middle - 1
    shown = _cut(text, ends[low - 1] if low else 0)
    return replace(_lay_out(shown, style, book, width), is_cut=True)


def _cut(text: str, end: int) -> str:
    return text[:end].rstrip(" \t\n,.;:!?-–—") + "…"  # noqa: RUF001 - the dashes themselves


def _lay_out(text: str, style: TextStyle, book: FontBook, width: float | None) -> TextLayout:
    faces = _faces(style, book, style.weight, style.is_italic)
    drafts: list[_Draft] = []
    offset = 0
    for part in text.split("\n"):
        paragraph = _Paragraph(part, offset, style, book, faces)
        drafts.extend(paragraph.lines(width))
        offset += len(part) + 1
    widest = max((draft.width for draft in drafts), default=0.0)
    lines = _place(drafts, style, faces[0], widest if width is None else width)
    return TextLayout(
        text, style, lines, widest if width is None else width, len(lines) * style.size * style.line_height
    )


def _faces(style: TextStyle, book: FontBook, weight: float, is_italic: bool) -> tuple[Face, ...]:
    return tuple(book.face(name, weight, is_italic=is_italic) for name in style.families)


@dataclass(frozen=True)
class _Draft:
    """A line whose place is not known yet; its runs begin at 0."""

    start: int
    end: int
    width: float
    base: int
    runs: tuple[PlacedRun, ...]


class _Paragraph:
    """A text without line breaks, on its way to lines."""

    def __init__(
        self,
        text: str,
        offset: int,
        style: TextStyle,
        book: FontBook,
        faces: tuple[Face, ...],
    ) -> None:
        self.text = text
        self.offset = offset
        self.style = style
        self.base = base_level(text, style.direction)
        self.levels = levels_of(text, self.base)
        self.language = style.language or guess_language(text)
        self.spans = split_clusters(text)
        chosen = faces_of(text, self.spans, faces, book, self.language)
        for accent in style.accents:
            here = [n for n, (at, _) in enumerate(self.spans) if accent.start <= at + offset < accent.end]
            others = _faces(style, book, accent.weight, accent.is_italic)
            spans = [self.spans[number] for number in here]
            for number, face in zip(here, faces_of(text, spans, others, book, self.language), strict=True):
                chosen[number] = face
        self.stretches = itemise(text, self.spans, chosen, self.levels)

    def lines(self, width: float | None) -> Iterator[_Draft]:
        """Yield the lines."""
        starts = [0]
        if width is not None and self.style.wrap != "none" and self.text:
            starts = self._starts(width)
        for start, end in itertools.pairwise((*starts, len(self.text))):
            yield self._line(start, start + len(self.text[start:end].rstrip(" \t\u3000\u200b")))

    def _starts(self, width: float) -> list[int]:
        positions = self._positions()

        def measure(start: int, end: int) -> float:
            shown = start + len(self.text[start:end].rstrip(" \t\u3000\u200b"))
            return max(0.0, positions[shown] - positions[start] - self.style.letter_spacing)

        breaks = find_breaks(self.text, self.language)
        clusters = [start for start, _ in self.spans] + [len(self.text)]
        fill = balance_lines if self.style.wrap == "balance" else fill_lines
        return fill(breaks, clusters, measure, width + 0.01)

    def _positions(self) -> list[float]:
        """Return the pixels up to each character, were the paragraph one line from left to right."""
        advances = [0.0] * (len(self.text) + 1)
        for stretch in self.stretches:
            shaped = self._shape(stretch)
            for cluster, advance in zip(shaped.clusters, shaped.advances, strict=True):
                advances[stretch.start + cluster + 1] += advance * self.style.size
        if self.style.letter_spacing:
            joined = {at for part in self.stretches if part.is_joined for at in range(part.start, part.end)}
            for start, _ in self.spans:
                advances[start + 1] += 0.0 if start in joined else self.style.letter_spacing
        return list(itertools.accumulate(advances))

    def _line(self, start: int, end: int) -> _Draft:
        text = self.text[start:end]
        levels = line_levels(text, self.levels[start:end], self.base)
        stretches = list(_within(self.stretches, start, end, levels))
        order = visual_order([stretch.level for stretch in stretches])
        runs: list[PlacedRun] = []
        x = 0.0
        for number in order:
            run, x = self._run(stretches[number], x)
            runs.append(run)
        if runs and not stretches[order[-1]].is_joined:
            x -= self.style.letter_spacing
        return _Draft(start + self.offset, end + self.offset, max(0.0, x), self.base, tuple(runs))

    def _run(self, stretch: Stretch, x: float) -> tuple[PlacedRun, float]:
        shaped = self._shape(stretch)
        size, spacing = self.style.size, 0.0 if stretch.is_joined else self.style.letter_spacing
        xs: list[float] = []
        advances: list[float] = []
        following = (*shaped.clusters[1:], -1)
        for advance, left, cluster, after in zip(
            shaped.advances, shaped.lefts, shaped.clusters, following, strict=True
        ):
            xs.append(x + left * size)
            wide = advance * size + (spacing if cluster != after else 0.0)
            advances.append(wide)
            x += wide
        run = PlacedRun(
            stretch.face,
            size,
            shaped.glyphs,
            tuple(xs),
            tuple(-rise * size for rise in shaped.rises),
            tuple(advances),
            tuple(self.offset + stretch.start + cluster for cluster in shaped.clusters),
        )
        return run, x

    def _shape(self, stretch: Stretch):  # noqa: ANN202 - see `shape`
        text = self.text[stretch.start : stretch.end].replace("\t", " ")
        is_spaced = bool(self.style.letter_spacing) and not stretch.is_joined
        return shape(stretch.face, text, stretch.level % 2 == 1, self.language, is_spaced)


def _within(stretches: Sequence[Stretch], start: int, end: int, levels: Sequence[int]) -> Iterator[Stretch]:
    """Yield the parts of stretches that lie in a line, split where the line's end changed a level."""
    at = bisect_right(stretches, start, key=lambda stretch: stretch.end)
    while at < len(stretches) and stretches[at].start < end:
        stretch = stretches[at]
        at += 1
        first, last = max(stretch.start, start), min(stretch.end, end)
        while first < last:
            level = levels[first - start]
            until = first
            while until < last and levels[until - start] == level:
                until += 1
            yield replace(stretch, start=first, end=until, level=level)
            first = until


def _place(drafts: Sequence[_Draft], style: TextStyle, face: Face, width: float) -> tuple[Line, ...]:
    """Give lines their places in a box."""
    height = style.size * style.line_height
    # Half of the leading goes above the line, half below (CSS Inline Layout Level 3, 5.2).
    rise = (height - (face.ascent + face.descent) * style.size) / 2 + face.ascent * style.size
    lines: list[Line] = []
    for number, draft in enumerate(drafts):
        share = _SHARES[style.align]
        if draft.base and style.align in {"start", "end"}:
            share = 1.0 - share
        left, top = (width - draft.width) * share, number * height
        runs = _moved(draft.runs, left, top + rise)
        lines.append(Line(draft.start, draft.end, left, top, draft.width, top + rise, share, runs))
    return tuple(lines)


def _moved(runs: Sequence[PlacedRun], x: float, y: float) -> tuple[PlacedRun, ...]:
    return tuple(
        replace(run, xs=tuple(at + x for at in run.xs), ys=tuple(at + y for at in run.ys)) for run in runs
    )


def resized(layout: TextLayout, width: float) -> TextLayout:
    """Return a layout in a box of another width; its lines stay as they are broken."""
    room = width - layout.width
    lines = [
        replace(line, left=line.left + room * line.share, runs=_moved(line.runs, room * line.share, 0.0))
        for line in layout.lines
    ]
    return replace(layout, lines=tuple(lines), width=width)
