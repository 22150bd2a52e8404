"""From placed glyphs and boxes to sources: what is drawn, named by its contents."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import skia

from cutroom.render.font_face import Face
from cutroom.render.picture import Picture
from cutroom.render.sprite import Source
from cutroom.render.text.layout import PlacedRun
from cutroom.render.values import Color

_LARGEST = 16_384
"""Pixels of a side; what is larger is cut off."""
_REVISION = 1
"""Of how things are drawn; raise it when pixels change."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """A linear gradient over a box.

    Attributes:
        colors: From its beginning to its end.
        stops: Where each is, 0 to 1, in order.
        angle: Degrees; 0 runs upwards, 90 to the right (CSS Images Level 3, 3.1).
        box: Left, top, right, bottom in pixels.
    """

    colors: tuple[Color, ...]
    stops: tuple[float, ...]
    angle: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Ink:
    """What glyphs are drawn with.

    Attributes:
        fill: Inside; colours of emoji are their own.
        outline: Around, below the fill; None: nothing.
        outline_width: Pixels to each side of the edge.
    """

    fill: Color | Ramp
    outline: Color | None = None
    outline_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Glyphs of one face in one ink; places in pixels."""

    face: Face
    size: float
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    ink: Ink


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with round corners; pixels."""

    left: float
    top: float
    right: float
    bottom: float
    radius: float
    color: Color


Step = Glyphs | Box


@dataclass(frozen=True, slots=True)
class Painted:
    """A source and where its upper left corner stands, in whole pixels."""

    source: Source
    left: int
    top: int


def glyphs_of(runs: Iterable[PlacedRun], ink: Ink) -> list[Glyphs]:
    """Return the glyphs of runs in one ink."""
    return [Glyphs(run.face, run.size, run.glyphs, run.xs, run.ys, ink) for run in runs if run.glyphs]


def paint(steps: Sequence[Step], *, is_still: bool = True) -> Painted | None:
    """Make a source of what is drawn, from below to above; None when there is nothing to see.

    Equal steps that only stand elsewhere by whole pixels give sources of one key.

    Args:
        steps: What to draw.
        is_still: See `Source`.
    """
    bounds = [found for step in steps if (found := _bounds(step)) is not None]
    if not bounds:
        return None
    left = math.floor(min(box[0] for box in bounds))
    top = math.floor(min(box[1] for box in bounds))
    right = math.ceil(max(box[2] for box in bounds))
    bottom = math.ceil(max(box[3] for box in bounds))
    width, height = min(right - left, _LARGEST), min(bottom - top, _LARGEST)
    if width <= 0 or height <= 0:
        return None
    moved = tuple(_moved(step, -left, -top) for step in steps)
    source = Source(_key(moved, width, height), width, height, lambda: _draw(moved, width, height), is_still)
    return Painted(source, left, top)


def _key(steps: Sequence[Step], width: int, height: int) -> str:
    parts = [_name(step) for step in steps]
    return "text:" + hashlib.sha256(repr((_REVISION, width, height, parts)).encode()).hexdigest()


def _name(step: Step) -> tuple[Any, ...]:
    """Return everything that decides how a step looks; places to a 256th of a pixel."""
    if isinstance(step, Box):
        return ("box", step)
    places = [(round(x * 256), round(y * 256)) for x, y in zip(step.xs, step.ys, strict=True)]
    return ("glyphs", step.face.key, round(step.size, 4), step.glyphs, places, step.ink)


def _moved(step: Step, x: float, y: float) -> Step:
    if isinstance(step, Box):
        return Box(step.left + x, step.top + y, step.right + x, step.bottom + y, step.radius, step.color)
    ink = step.ink
    if isinstance(ink.fill, Ramp):
        left, top, right, bottom = ink.fill.box
        box = (left + x, top + y, right + x, bottom + y)
        ink = Ink(Ramp(ink.fill.colors, ink.fill.stops, ink.fill.angle, box), ink.outline, ink.outline_width)
    # Rounded as the key is: pictures of one key are the same to the bit.
    xs = tuple(round((at + x) * 256) / 256 for at in step.xs)
    ys = tuple(round((at + y) * 256) / 256 for at in step.ys)
    return Glyphs(step.face, step.size, step.glyphs, xs, ys, ink)


def _bounds(step: Step) -> tuple[float, float, float, float] | None:
    """Return the box that a step can touch; None when it draws nothing."""
    if isinstance(step, Box):
        return (step.left, step.top, step.right, step.bottom)
    edge = (step.ink.outline_width if step.ink.outline else 0.0) + 1.0
    boxes = [
        (x + box[0], y + box[1], x + box[2], y + box[3])
        for x, y, box in zip(step.xs, step.ys, _glyph_boxes(step), strict=True)
        if box[0] < box[2]
    ]
    if not boxes:
        return None
    return (
        min(box[0] for box in boxes) - edge,
        min(box[1] for box in boxes) - edge,
        max(box[2] for box in boxes) + edge,
        max(box[3] for box in boxes) + edge,
    )


def _glyph_boxes(step: Glyphs) -> list[tuple[float, float, float, float]]:
    """Return the ink of each glyph around its own origin, in pixels."""
    face, scale = step.face, step.size / step.face.units
    if face.has_colors:
        box = (-0.1 * step.size, -1.1 * step.size, 1.4 * step.size, 0.4 * step.size)
        return [box] * len(step.glyphs)
    boxes: list[tuple[float, float, float, float]] = []
    slant = abs(face.skew)
    for glyph in step.glyphs:
        ink = face.shaper.get_glyph_extents(glyph)
        if ink is None or not ink.width:
            boxes.append((0.0, 0.0, 0.0, 0.0))
            continue
        left, right = ink.x_bearing * scale, (ink.x_bearing + ink.width) * scale
        high, low = -ink.y_bearing * scale, -(ink.y_bearing + ink.height) * scale
        lean = slant * max(abs(high), abs(low))
        boxes.append((left - lean, high, right + lean, low))
    return boxes


def _draw(steps: Sequence[Step], width: int, height: int) -> Picture:
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface.MakeRasterDirect(
        skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType), pixels
    )
    canvas = surface.getCanvas()
    for step in steps:
        if isinstance(step, Box):
            paint = skia.Paint(AntiAlias=True, Color=_color(step.color))
            rectangle = skia.Rect.MakeLTRB(step.left, step.top, step.right, step.bottom)
            canvas.drawRoundRect(rectangle, step.radius, step.radius, paint)
        elif step.ink.outline and step.ink.outline_width > 0 and not step.face.has_colors:
            _draw_glyphs(canvas, step, _outline(step.ink))
    # All outlines lie below all letters: the next one's does not cut into the one before.
    for step in steps:
        if isinstance(step, Glyphs):
            _draw_glyphs(canvas, step, _fill(step.ink))

    return Picture(pixels)


def _draw_glyphs(canvas: Any, step: Glyphs, paint: Any) -> None:
    builder = skia.TextBlobBuilder()
    points = [skia.Point(x, y) for x, y in zip(step.xs, step.ys, strict=True)]
    builder.allocRunPos(step.face.font(step.size), list(step.glyphs), points)
    canvas.drawTextBlob(builder.make(), 0, 0, paint)


def _outline(ink: Ink) -> Any:
    return skia.Paint(
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=2 * ink.outline_width,
        StrokeJoin=skia.Paint.kRound_Join,
        Color=_color(ink.outline or Color(0, 0, 0, 0)),
    )


def _fill(ink: Ink) -> Any:
    if isinstance(ink.fill, Color):
        return skia.Paint(AntiAlias=True, Color=_color(ink.fill))
    return skia.Paint(AntiAlias=True, Shader=_shader(ink.fill))


def _shader(ramp: Ramp) -> Any:
    left, top, right, bottom = ramp.box
    angle = math.radians(ramp.angle)
    x, y = round(math.sin(angle), 9), -round(math.cos(angle), 9)
    reach = (abs((right - left) * x) + abs((bottom - top) * y)) / 2
    middle = ((left + right) / 2, (top + bottom) / 2)
    points = [
        skia.Point(middle[0] - x * reach, middle[1] - y * reach),
        skia.Point(middle[0] + x * reach, middle[1] + y * reach),
    ]
    return skia.GradientShader.MakeLinear(points, [_color(c) for c in ramp.colors], list(ramp.stops))


def _color(color: Color) -> int:
    return skia.ColorSetARGB(color.alpha, color.red, color.green, color.blue)
