"""A text clip, ready to be drawn at any time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.render.document.animated import Keyframes, value_at
from cutroom.render.document.values import Color
from cutroom.render.layer import Stage
from cutroom.render.pixels.gradients import Gradient
from cutroom.render.pixels.sprite import Matrix, Sprite
from cutroom.render.scene.placing import largest
from cutroom.render.text.breaking import find_breaks
from cutroom.render.text.keeping import Keep
from cutroom.render.text.layout import Accent, TextLayout, TextStyle, lay_out, resized
from cutroom.render.text.looks import Plate, UnitMotion
from cutroom.render.text.marks import read_marks
from cutroom.render.text.moving import Moves, posed
from cutroom.render.text.painting import Box, Ink, Painted, Step, Wash, glyphs_of, paint
from cutroom.render.text.text_clip import TextClip, families_of
from cutroom.render.text.units import Unit, units_at, units_of

_WIDEST = 0.9
"""Of the canvas, for text without a width: the title-safe area."""
_KEPT = 256
"""Layouts, and pictures' descriptions, that are kept."""
_MARKER = 0.12
"""By how much a marker reaches over its words, as a share of the size."""


@dataclass(frozen=True, eq=False)
class _Laid:
    """A layout in its place in the clip's box; compared by identity, as keys are looked up in every frame."""

    layout: TextLayout
    width: float
    height: float
    x: float
    y: float


@dataclass(frozen=True)
class _Inks:
    """Colours of one moment; lengths in pixels of the picture."""

    plain: Ink
    accent: Ink
    plate: Color | None
    marker: Color | None


class TextDrawing:
    """A text, ready to be drawn; see `Drawing`."""

    def __init__(self, clip: TextClip, stage: Stage) -> None:
        """Read the text and choose its typefaces.

        Raises:
            Refused: With code `unknown_font` or `unknown_motion`.
        """
        self._clip = clip
        self._stage = stage
        text = {"upper": str.upper, "lower": str.lower}.get(clip.case, str)(clip.text.replace("\r\n", "\n"))
        self._text, self._accents = read_marks(text) if clip.emphasis else (text, ())
        self._moves = Moves(clip.animation, clip.animation_out, stage.length)
        self._moves.check()
        self._keep = Keep(_KEPT)
        self._scale = min(4.0, max(1.0, largest(clip.scale)))
        # What changes with time is another picture in every frame: not worth preparing.
        self._still = not any(isinstance(value, Keyframes) for value in _animated(clip))
        for name in families_of(clip.font):
            stage.fonts.face(name)

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return width and height of the clip's box; see `Drawing.measure`."""
        laid = self._laid(time, width, height)
        # Asked for by its own size next, it must not be broken anew.
        self._keep.get(("laid", self._size(time), laid.width, laid.height), lambda: laid)
        return laid.width, laid.height

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return what is seen; see `Drawing.sprites`."""
        laid = self._laid(time, width, height)
        inks = self._inks(time, laid)
        use = self._moves.moving(time, lambda use: len(self._units(laid, use)))
        if use is None:
            painted = self._keep.get(
                ("all", laid, inks),
                lambda: paint([*self._plates(laid, inks), *self._all(laid, inks)], is_still=self._still),
            )
            return (self._placed(painted),) if painted else ()
        return tuple(self._moving(use, time, laid, inks))

    def _moving(self, use: UnitMotion, time: Fraction, laid: _Laid, inks: _Inks) -> Iterator[Sprite]:
        plates = self._keep.get(
            ("plates", laid, inks), lambda: paint(list(self._plates(laid, inks)), is_still=self._still)
        )
        if plates:
            yield self._placed(plates)
        units = self._units(laid, use)
        shift = (laid.x, laid.y)
        for index, unit in enumerate(units):
            pose = self._moves.pose(use, time, index, len(units), unit)
            if pose is None:
                continue
            painted = self._keep.get(
                ("unit", laid, use.by, index, inks),
                lambda unit=unit: paint(list(self._unit_steps(unit, laid, inks)), is_still=self._still),
            )
            moved = replace(
                unit,
                left=unit.left + shift[0],
                right=unit.right + shift[0],
                top=unit.top + shift[1],
                bottom=unit.bottom + shift[1],
            )
            sprite = posed(painted, moved, pose, self._scale) if painted else None
            if sprite:
                yield sprite

    def _units(self, laid: _Laid, use: UnitMotion) -> tuple[Unit, ...]:
        return self._keep.get(("units", laid, use.by), lambda: units_of(laid.layout, use.by))

    def _placed(self, painted: Painted) -> Sprite:
        back = 1 / self._scale
        return Sprite(painted.source, Matrix(back, 0, 0, back, painted.left * back, painted.top * back))

    def _all(self, laid: _Laid, inks: _Inks) -> Iterator[Step]:
        """Yield markers and letters of the whole text."""
        accents = units_at(laid.layout, self._accents) if self._accents else ()
        yield from self._markers(accents, laid, inks)
        shift = (laid.x, laid.y)
        if not accents:
            for line in laid.layout.lines:
                yield from glyphs_of(line.runs, inks.plain, shift, self._scale)
            return
        for unit in units_at(laid.layout, self._spans(laid.layout)):
            ink = inks.accent if self._is_accent(unit) else inks.plain
            yield from glyphs_of(unit.runs, ink, shift, self._scale)

    def _unit_steps(self, unit: Unit, laid: _Laid, inks: _Inks) -> Iterator[Step]:
        ink = inks.plain
        if self._is_accent(unit):
            ink = inks.accent
            yield from self._markers((unit,), laid, inks)
        yield from glyphs_of(unit.runs, ink, (laid.x, laid.y), self._scale)

    def _spans(self, layout: TextLayout) -> list[tuple[int, int]]:
        """Return accents and what lies between them, as offsets."""
        edges = sorted({0, len(layout.text), *(edge for span in self._accents for edge in span)})
        return [(a, b) for a, b in itertools.pairwise(edges)]

    def _is_accent(self, unit: Unit) -> bool:
        return any(start <= unit.start < end for start, end in self._accents)

    def _markers(self, units: tuple[Unit, ...], laid: _Laid, inks: _Inks) -> Iterator[Box]:
        if inks.marker is None:
            return
        reach = laid.layout.style.size * _MARKER
        for unit in units:
            yield self._box(
                (unit.left - reach, unit.top, unit.right + reach, unit.bottom), laid, reach, inks.marker
            )

    def _plates(self, laid: _Laid, inks: _Inks) -> Iterator[Box]:
        plate = self._clip.background
        if plate is None or inks.plate is None:
            return
        x, y = plate.padding_x, plate.padding_y
        if plate.per == "block":
            box = (-laid.x, -laid.y, laid.width - laid.x, laid.height - laid.y)
            yield self._box(box, laid, plate.radius, inks.plate)
            return
        lowest = -math.inf
        height = laid.layout.style.size * laid.layout.style.line_height
        for line in laid.layout.lines:
            if line.width:
                # Boxes meet where they would overlap: see-through colours are not laid on twice.
                top = max(line.top - y, lowest)
                lowest = line.top + height + y
                box = (line.left - x, top, line.left + line.width + x, lowest)
                yield self._box(box, laid, plate.radius, inks.plate)

    def _box(self, box: tuple[float, float, float, float], laid: _Laid, radius: float, color: Color) -> Box:
        left, top, right, bottom = box
        scale = self._scale
        return Box(
            (left + laid.x) * scale,
            (top + laid.y) * scale,
            (right + laid.x) * scale,
            (bottom + laid.y) * scale,
            radius * scale,
            color,
        )

    def _inks(self, time: Fraction, laid: _Laid) -> _Inks:
        clip = self._clip
        outline = clip.outline
        edge = value_at(outline.color, time) if outline else None
        width = max(0.0, value_at(outline.width, time)) * self._scale if outline else 0.0
        fill: Color | Wash = value_at(clip.color, time)
        if clip.gradient:
            fill = _wash(clip.gradient.still_at(time), laid, self._scale)
        plain = Ink(fill, edge, width)
        emphasis = clip.emphasis
        accent = plain
        if emphasis and emphasis.color is not None:
            accent = replace(plain, fill=value_at(emphasis.color, time))
        return _Inks(
            plain,
            accent,
            value_at(clip.background.color, time) if clip.background else None,
            value_at(emphasis.background, time) if emphasis and emphasis.background else None,
        )

    def _laid(self, time: Fraction, width: float | None, height: float | None) -> _Laid:
        size = self._size(time)
        return self._keep.get(("laid", size, width, height), lambda: self._lay(size, width, height))

    def _size(self, time: Fraction) -> float:
        return max(1.0, round(value_at(self._clip.size, time) * 16) / 16)

    def _lay(self, size: float, width: float | None, height: float | None) -> _Laid:
        clip = self._clip
        plate = clip.background or Plate(padding_x=0.0, padding_y=0.0)
        x, y = plate.padding_x, plate.padding_y
        widest = (width if width is not None else self._stage.width * _WIDEST) - 2 * x
        highest = None if height is None else height - 2 * y
        found = self._fitted(size, max(1.0, widest), highest)
        if width is None:
            # No wider than its longest line, and even: its middle then lies between two pixels.
            needed = 2 * math.ceil((max((line.width for line in found.lines), default=0.0)) / 2)
            found = resized(found, float(needed))
            width = needed + 2 * x
        if height is None:
            height = 2 * math.ceil(found.height / 2) + 2 * y
        share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[clip.vertical_align]
        return _Laid(found, width, height, x, y + (height - 2 * y - found.height) * share)

    def _fitted(self, size: float, width: float, height: float | None) -> TextLayout:
        found = lay_out(self._text, self._style(size), self._stage.fonts, width)
        if self._clip.fit == "none" or self._fits(found, height):
            return found
        low, high = math.ceil(self._clip.min_size), math.ceil(size)
        best = lay_out(self._text, self._style(float(low)), self._stage.fonts, width)
        while high - low > 1:
            middle = (low + high) // 2
            tried = lay_out(self._text, self._style(float(middle)), self._stage.fonts, width)
            if self._fits(tried, height):
                best, low = tried, middle
            else:
                high = middle
        return best

    def _fits(self, found: TextLayout, height: float | None) -> bool:
        """Whether nothing is cut off, too high, or broken within a word."""
        if found.is_cut or (height is not None and found.height > height):
            return False
        allowed = {
            start + at
            for start, text in _paragraphs(found.text)
            for at in (0, *find_breaks(text, self._clip.language).allowed)
        }
        return all(line.start in allowed for line in found.lines)

    def _style(self, size: float) -> TextStyle:
        clip = self._clip
        heavy = clip.emphasis.weight if clip.emphasis else None
        return TextStyle(
            families=families_of(clip.font),
            weight=clip.weight,
            is_italic=clip.italic,
            size=size,
            letter_spacing=clip.letter_spacing,
            line_height=clip.line_height,
            align=clip.align,
            direction=clip.direction,
            language=clip.language,
            wrap=clip.wrap,
            max_lines=clip.max_lines,
            accents=tuple(Accent(*span, heavy, clip.italic) for span in self._accents) if heavy else (),
        )


def _animated(clip: TextClip) -> Iterator[object]:
    """Yield everything of a clip that may have keyframes and changes its pixels."""
    yield from (clip.size, clip.color, clip.width, clip.height)
    if clip.outline:
        yield from (clip.outline.color, clip.outline.width)
    if clip.gradient:
        yield from (clip.gradient.angle, *(stop.color for stop in clip.gradient.stops))
    if clip.background:
        yield clip.background.color
    if clip.emphasis:
        yield from (clip.emphasis.color, clip.emphasis.background)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for part in text.split("\n"):
        yield start, part
        start += len(part) + 1


def _wash(gradient: Gradient, laid: _Laid, scale: float) -> Wash:
    """Spread a gradient over the lines of a text."""
    lines = laid.layout.lines
    left = laid.x + min(line.left for line in lines)
    right = laid.x + max(line.left + line.width for line in lines)
    box = (left, laid.y, right, laid.y + laid.layout.height)
    return Wash(
        gradient,
        (
            math.floor(box[0] * scale),
            math.floor(box[1] * scale),
            math.ceil(box[2] * scale),
            math.ceil(box[3] * scale),
        ),
    )
