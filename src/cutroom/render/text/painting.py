"""From placed glyphs and boxes to sources: what is drawn, named by its contents."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from cutroom.render.document.values import Color
from cutroom.render.font_face import Face
from cutroom.render.pixels.gradients import Gradient, draw_gradient
from cutroom.render.pixels.paths import draw_picture, fill_paint, stroke_paint
from cutroom.render.pixels.picture import Picture, Pixels
from cutroom.render.pixels.sprite import Source
from cutroom.render.text.layout import PlacedRun

_LARGEST = 16_384
"""Pixels of a side; what is larger is cut off."""
_REVISION = 1
"""Of how things are drawn; raise it when pixels change."""


@dataclass(frozen=True, slots=True)
class Wash:
    """A gradient, spread over a box that the glyphs lie in.

    Attributes:
        gradient: Without keyframes.
        box: Left, top, right, bottom in whole pixels.
    """

    gradient: Gradient
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ink:
    """What glyphs are drawn with.

    Attributes:
        fill: Inside; colours of emoji are their own.
        outline: Around, below the fill; None: nothing.
        outline_width: Pixels to each side of the edge.
    """

    fill: Color | Wash
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


def glyphs_of(
    runs: Iterable[PlacedRun], ink: Ink, shift: tuple[float, float] = (0.0, 0.0), scale: float = 1.0
) -> list[Glyphs]:
    """Return the glyphs of runs in one ink.

    Args:
        runs: Placed glyphs.
        ink: What they are drawn with; its lengths are not scaled.
        shift: Pixels to the right and down.
        scale: By how much everything is larger, the shift included.
    """
    x, y = shift
    return [
        Glyphs(
            run.face,
            run.size * scale,
            run.glyphs,
            tuple((at + x) * scale for at in run.xs),
            tuple((at + y) * scale for at in run.ys),
            ink,
        )
        for run in runs
        if run.glyphs
    ]


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


def _moved(step: Step, x: int, y: int) -> Step:
    if isinstance(step, Box):
        return Box(step.left + x, step.top + y, step.right + x, step.bottom + y, step.radius, step.color)
    ink = step.ink
    if isinstance(ink.fill, Wash):
        left, top, right, bottom = ink.fill.box
        wash = Wash(ink.fill.gradient, (left + x, top + y, right + x, bottom + y))
        ink = Ink(wash, ink.outline, ink.outline_width)
    # Rounded as the key is: pictures of one key are the same to the bit.
    xs = tuple(round((at + x) * 256) / 256 for at in step.xs)
    ys = tuple(round((at + y) * 256) / 256 for at in step.ys)
    return Glyphs(step.face, step.size, step.glyphs, xs, ys, ink)


def _bounds(step: Step) -> tuple[float, float, float, float] | None:
    """Return the box that a step can touch; None when it draws nothing."""
    if isinstance(step, Box):
        return (step.left, step.top, step.right, step.bottom)
    edge = (step.ink.outline_width if step.ink.outline else 0.0) + 2.0
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
    def draw(canvas: Any) -> None:
        # All outlines lie below all letters: the next one's does not cut into the one before.
        for step in steps:
            _draw_below(canvas, step)
        for step in steps:
            if isinstance(step, Glyphs) and not _is_washed(step):
                _draw_glyphs(canvas, step, fill_paint(_flat(step.ink.fill)))

    picture = draw_picture(width, height, draw)
    for step in steps:
        if isinstance(step, Glyphs) and isinstance(step.ink.fill, Wash) and _is_washed(step):
            _wash(picture.pixels, step, step.ink.fill)
    return picture


def _draw_below(canvas: Any, step: Step) -> None:
    """Draw a box, or the outline of letters."""
    if isinstance(step, Box):
        rectangle = skia.Rect.MakeLTRB(step.left, step.top, step.right, step.bottom)
        canvas.drawRoundRect(rectangle, step.radius, step.radius, fill_paint(step.color))
    elif step.ink.outline and step.ink.outline_width > 0 and not step.face.has_colors:
        _draw_glyphs(canvas, step, stroke_paint(step.ink.outline, 2 * step.ink.outline_width))


def _is_washed(step: Glyphs) -> bool:
    return isinstance(step.ink.fill, Wash) and not step.face.has_colors


def _flat(fill: Color | Wash) -> Color:
    return fill if isinstance(fill, Color) else Color(0, 0, 0)


def _draw_glyphs(canvas: Any, step: Glyphs, paint: Any) -> None:
    builder = skia.TextBlobBuilder()
    points = [skia.Point(x, y) for x, y in zip(step.xs, step.ys, strict=True)]
    builder.allocRunPos(step.face.font(step.size), list(step.glyphs), points)
    canvas.drawTextBlob(builder.make(), 0, 0, paint)


def _wash(pixels: Pixels, step: Glyphs, wash: Wash) -> None:
    """Draw glyphs in a gradient over what is there."""
    height, width = pixels.shape[:2]
    paint = fill_paint(Color(255, 255, 255))
    cover = draw_picture(width, height, lambda canvas: _draw_glyphs(canvas, step, paint)).pixels[:, :, 3:]
    left, top, right, bottom = wash.box
    tint = draw_gradient(wash.gradient, max(1, right - left), max(1, bottom - top))
    # Letters may reach out of the box: the gradient's edge goes on there.
    rows: NDArray[np.int64] = np.clip(np.arange(height, dtype=np.int64) - top, 0, tint.shape[0] - 1)
    columns: NDArray[np.int64] = np.clip(np.arange(width, dtype=np.int64) - left, 0, tint.shape[1] - 1)
    colored = _scaled(tint[rows[:, None], columns[None, :]], cover)
    pixels[...] = colored + _scaled(pixels, 255 - colored[:, :, 3:])


def _scaled(pixels: Pixels, share: Pixels) -> Pixels:
    """Multiply by shares of 255, rounded to the nearest."""
    product = pixels.astype(np.uint16) * share + 128
    return ((product + (product >> 8)) >> 8).astype(np.uint8)
