"""Captions, ready to be drawn at any time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.render.caption_style import CAPTION_STYLES, Box, CaptionLook, CaptionStyle
from cutroom.render.captions.captions_clip import CaptionsClip
from cutroom.render.captions.pages import Page, Paging, Spoken, cues_of, ends_of, pages_of
from cutroom.render.document.animated import value_at
from cutroom.render.document.values import Color
from cutroom.render.layer import Stage
from cutroom.render.motion import Pose
from cutroom.render.pixels.sprite import Matrix, Sprite
from cutroom.render.scene.placing import area_box, largest
from cutroom.render.text import painting
from cutroom.render.text.keeping import Keep
from cutroom.render.text.layout import Accent, PlacedRun, TextLayout, TextStyle, lay_out, resized
from cutroom.render.text.looks import Plate
from cutroom.render.text.moving import posed
from cutroom.render.text.painting import Ink, glyphs_of, paint
from cutroom.render.text.text_clip import families_of
from cutroom.render.text.units import Unit, units_at

_KEPT = 512
"""Pages, words and boxes that are kept."""
_PLACES = {"bottom": 0.0, "middle": 0.5, "top": 1.0}
_WIDEST = 0.9
_BOLD = 800
"""Of words in `<b>`."""


@dataclass(frozen=True, eq=False)
class _Laid:
    """A page that is laid out; compared by identity.

    Attributes:
        page: What is said.
        layout: Its lines.
        units: Parts of words, a word over two lines has several.
        width: Of the box, with the plate.
        height: The same.
        x: Of the text in the box.
        y: The same.
    """

    page: Page
    layout: TextLayout
    units: tuple[tuple[Unit, ...], ...]
    width: float
    height: float
    x: float
    y: float


class CaptionsDrawing:
    """Captions, ready to be drawn; see `Drawing`."""

    def __init__(self, clip: CaptionsClip, stage: Stage) -> None:
        """Read the cues and divide them into pages.

        Raises:
            Refused: With code `unknown_caption_style`, `unknown_font`, or what is wrong with the file.
        """
        self.clip = clip
        self._stage = stage
        self._style: CaptionStyle = CAPTION_STYLES.load(clip.style)
        self.look = self._style.look
        self.scale = min(4.0, max(1.0, largest(clip.scale)))
        self.keep = Keep(_KEPT)
        self.text_style = _text_style(clip, self.look, stage)
        self._cases = {"upper": str.upper, "lower": str.lower}
        for name in self.text_style.families:
            stage.fonts.face(name)
        self._paging = Paging(
            clip.max_words or self.look.max_words,
            clip.max_lines or self.look.max_lines,
            self.look.keeps_lines,
            clip.language,
        )
        # A width that changes is that of the beginning: words stay on their pages.
        area = area_box(clip.area, stage.width, stage.height)
        asked = value_at(clip.width, Fraction(0)) if clip.width is not None else None
        self._width = asked.pixels(area[2] - area[0]) if asked else stage.width * _WIDEST
        self.cues = cues_of(clip, stage.media)
        self._ends = ends_of(self.cues)
        # Of each place the cues and when they begin: at one place, each ends before the next.
        self._places: dict[str, tuple[list[Fraction], list[int]]] = {}
        for number, cue in enumerate(self.cues):
            begins, numbers = self._places.setdefault(cue.place, ([], []))
            begins.append(cue.start)
            numbers.append(number)

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return width and height of the clip's box; see `Drawing.measure`."""
        laid = next((self._laid(page, width) for page in self._pages_at(time)), None)
        if laid is None:
            return width or 1.0, height or 1.0
        return laid.width, laid.height if height is None else height

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return what is seen; see `Drawing.sprites`."""
        return tuple(
            sprite for page in self._pages_at(time) for sprite in self._page(page, time, width, height)
        )

    def _page(self, page: Page, time: Fraction, width: float, height: float) -> Iterator[Sprite]:
        laid = self._laid(page, width if self.clip.width is not None else None)
        drawn = _DrawnPage(self, laid)
        shift = Matrix(f=self._shift(page, laid, height))
        for sprite in (*drawn.plates(), *self._style.sprites(drawn, time)):
            yield replace(sprite, matrix=sprite.matrix.then(shift))

    def _shift(self, page: Page, laid: _Laid, height: float) -> float:
        """Return how far down a page stands in the box, where the cue says another place than the clip."""
        if self.clip.model_fields_set & {"y", "anchor", "area", "height"} or page.place == "bottom":
            return height - laid.height
        _, top, _, bottom = area_box(self.clip.area, self._stage.width, self._stage.height)
        return (height - laid.height) - math.floor((bottom - top - laid.height) * _PLACES[page.place])

    def _pages_at(self, time: Fraction) -> Iterator[Page]:
        """Yield the pages that are on the picture at a time; one for each place at most."""
        places = self._places.values()
        latest = [(numbers, bisect_right(begins, time)) for begins, numbers in places]
        for number in sorted(numbers[count - 1] for numbers, count in latest if count):
            if time < self._ends[number]:
                pages = self.keep.get(("pages", number), lambda number=number: self._pages_of(number))
                yield from (page for page in pages if page.begins <= time < page.ends)

    def _pages_of(self, number: int) -> tuple[Page, ...]:
        # Only when it is seen: a segment of a long film asks for few of its cues.
        return pages_of(self.cues[number], self._ends[number], self._paging, self._count_lines)

    def _laid(self, page: Page, width: float | None) -> _Laid:
        return self.keep.get(("laid", page.begins, page.place, width), lambda: self._lay(page, width))

    def _lay(self, page: Page, width: float | None) -> _Laid:
        plate = self.plate or Plate(padding_x=0.0, padding_y=0.0)
        text, spans = self._shown(page.text, page.words)
        style = self._styled(page.words, spans)
        found = lay_out(
            text, style, self._stage.fonts, max(1.0, (width or self._width) - 2 * plate.padding_x)
        )
        if width is None:
            needed = 2 * math.ceil(max(line.width for line in found.lines) / 2)
            found = resized(found, float(needed))
            width = needed + 2 * plate.padding_x
        height = 2 * math.ceil(found.height / 2) + 2 * plate.padding_y
        units: list[list[Unit]] = [[] for _ in page.words]
        for unit in units_at(found, spans):
            index = next(n for n, (start, end) in enumerate(spans) if start <= unit.start < end)
            units[index].append(unit)
        return _Laid(page, found, tuple(map(tuple, units)), width, height, plate.padding_x, plate.padding_y)

    def _shown(self, text: str, words: Sequence[Spoken]) -> tuple[str, list[tuple[int, int]]]:
        """Return a text in the clip's case, and its words' offsets: letters may become two ("ß": "SS")."""
        cased = self._cased(text)
        if len(cased) == len(text):
            return cased, [(word.start, word.end) for word in words]
        spans: list[tuple[int, int]] = []
        for word in words:
            start = len(self._cased(text[: word.start]))
            spans.append((start, start + len(self._cased(text[word.start : word.end]))))
        return cased, spans

    def _styled(self, words: Sequence[Spoken], spans: Sequence[tuple[int, int]]) -> TextStyle:
        """Return the style of a page: with the faces that markup asks for."""
        style = self.text_style
        accents = (
            Accent(*span, max(style.weight, _BOLD if "b" in word.styles else 0), "i" in word.styles)
            for word, span in zip(words, spans, strict=True)
            if word.styles & {"b", "i"}
        )
        return replace(style, accents=tuple(accents))

    def _cased(self, text: str) -> str:
        return self._cases.get(self.clip.case or self.look.case, str)(text)

    def _count_lines(self, text: str, words: tuple[Spoken, ...]) -> int:
        plate = self.plate
        width = self._width - (2 * plate.padding_x if plate else 0.0)
        shown, spans = self._shown(text, words)
        return len(lay_out(shown, self._styled(words, spans), self._stage.fonts, max(1.0, width)).lines)

    @property
    def plate(self) -> Plate | None:
        """What stands behind the text."""
        return self.clip.background or self.look.background

    def ink(self, color: Color) -> Ink:
        """Return what letters of a colour are drawn with."""
        outline = self.clip.outline
        if outline is None:
            width = self.look.outline_width * self.text_style.size
            return Ink(color, self.look.outline, round(width * self.scale, 3))
        width = value_at(outline.width, Fraction(0))
        return Ink(color, value_at(outline.color, Fraction(0)), width * self.scale)


def _text_style(clip: CaptionsClip, look: CaptionLook, stage: Stage) -> TextStyle:
    size = clip.size or max(8.0, round(look.size * min(stage.width, stage.height)))
    return TextStyle(
        families=families_of(clip.font or look.font),
        weight=clip.weight or look.weight,
        size=size,
        letter_spacing=clip.letter_spacing or 0.0,
        line_height=clip.line_height or look.line_height,
        align="center",
        language=clip.language,
        wrap="balance",
    )


class _DrawnPage:
    """A page at one time; see `CaptionPage`."""

    def __init__(self, drawing: CaptionsDrawing, laid: _Laid) -> None:
        self._drawing = drawing
        self._laid = laid

    @property
    def words(self) -> tuple[Spoken, ...]:
        return self._laid.page.words

    @property
    def size(self) -> float:
        return self._drawing.text_style.size

    @property
    def color(self) -> Color:
        return self._drawing.clip.color or self._drawing.look.color

    @property
    def highlight(self) -> Color:
        return self._drawing.clip.highlight or self._drawing.look.highlight

    def spoken(self, time: Fraction) -> int:
        return bisect_right(self.words, time, key=lambda word: word.begins) - 1

    def box(self, word: int) -> Box | None:
        units = self._laid.units[word]
        if not units:
            return None
        x, y = self._laid.x, self._laid.y
        return units[0].left + x, units[0].top + y, units[0].right + x, units[0].bottom + y

    def runs_left(self, word: int) -> bool:
        runs = [run for unit in self._laid.units[word] for run in unit.runs]
        starts = [start for run in runs for start in run.starts]
        return len(starts) > 1 and starts[0] > starts[-1]

    def plates(self) -> Iterator[Sprite]:
        """Yield what stands behind the text."""
        plate = self._drawing.plate
        if plate is None:
            return
        color = value_at(plate.color, Fraction(0))
        laid = self._laid
        if plate.per == "block":
            yield from self.plate(self._block(plate), plate.radius, color)
            return
        lowest = -math.inf
        height = laid.layout.style.size * laid.layout.style.line_height
        for line in laid.layout.lines:
            top = max(line.top + laid.y - plate.padding_y, lowest)
            lowest = line.top + laid.y + height + plate.padding_y
            left = line.left + laid.x
            box = (left - plate.padding_x, top, left + line.width + plate.padding_x, lowest)
            yield from self.plate(box, plate.radius, color)

    def _block(self, plate: Plate) -> Box:
        """Return the box around all lines, no wider than they are."""
        lines, x = self._laid.layout.lines, self._laid.x
        left = min(line.left for line in lines) + x - plate.padding_x
        right = max(line.left + line.width for line in lines) + x + plate.padding_x
        return left, 0.0, right, self._laid.height

    def whole(self, color: Color) -> Iterator[Sprite]:
        runs = [run for line in self._laid.layout.lines for run in line.runs]
        yield from self._drawn(("whole", self._laid, color), runs, color, None, None)

    def word(
        self, word: int, color: Color, pose: Pose | None = None, letters: int | None = None
    ) -> Iterator[Sprite]:
        for number, unit in enumerate(self._laid.units[word]):
            runs = unit.runs if letters is None else _first(unit, letters)
            key = ("word", self._laid, word, number, color, letters)
            yield from self._drawn(key, runs, color, pose, unit)

    def _drawn(
        self,
        key: tuple[object, ...],
        runs: Sequence[PlacedRun],
        color: Color,
        pose: Pose | None,
        unit: Unit | None,
    ) -> Iterator[Sprite]:
        laid, scale = self._laid, self._drawing.scale
        painted = self._drawing.keep.get(
            key, lambda: paint(glyphs_of(runs, self._drawing.ink(color), (laid.x, laid.y), scale))
        )
        if painted is None:
            return
        if pose is None or unit is None:
            yield _placed(painted, scale)
            return
        x, y = laid.x, laid.y
        moved = replace(
            unit, left=unit.left + x, right=unit.right + x, top=unit.top + y, bottom=unit.bottom + y
        )
        sprite = posed(painted, moved, pose, scale)
        if sprite is not None:
            yield sprite

    def plate(self, box: Box, radius: float, color: Color) -> Iterator[Sprite]:
        scale = self._drawing.scale
        # To an eighth of a pixel: a gliding box comes by the same places again.
        edges = [round(edge * scale * 8) / 8 for edge in box]
        step = painting.Box(edges[0], edges[1], edges[2], edges[3], radius * scale, color)
        painted = self._drawing.keep.get(("plate", step), lambda: paint([step]))
        if painted is not None:
            yield _placed(painted, scale)


def _first(unit: Unit, letters: int) -> tuple[PlacedRun, ...]:
    """Return the glyphs of the first characters of a unit."""
    kept: list[PlacedRun] = []
    for run in unit.runs:
        numbers = [at for at, start in enumerate(run.starts) if start < unit.start + letters]
        kept.append(
            replace(
                run,
                glyphs=tuple(run.glyphs[at] for at in numbers),
                xs=tuple(run.xs[at] for at in numbers),
                ys=tuple(run.ys[at] for at in numbers),
                advances=tuple(run.advances[at] for at in numbers),
                starts=tuple(run.starts[at] for at in numbers),
            )
        )
    return tuple(kept)


def _placed(painted: painting.Painted, scale: float) -> Sprite:
    back = 1 / scale
    return Sprite(painted.source, Matrix(back, 0, 0, back, painted.left * back, painted.top * back))
