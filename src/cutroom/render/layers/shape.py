"""Shape: rectangles, ellipses, lines, polygons, stars, arrows and paths, filled and outlined."""

from __future__ import annotations

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Skia's stubs leave keyword arguments open.
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Literal

import skia
from pydantic import Field, model_validator

from cutroom.render.document.animated import Animated, value_at
from cutroom.render.document.clip import Share, VisualClip
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.paths import draw_picture, fill_paint, stroke_paint
from cutroom.render.pixels.sprite import Matrix, Source, Sprite
from cutroom.render.pixels.svg_path import read_svg_path

Form = Literal["rectangle", "ellipse", "line", "polygon", "star", "arrow", "path"]
_LARGEST = 8192
_INNER = 0.382
"""Inner radius of a star, as a share: 1 / phi squared, the pentagram's."""


class Stroke(Model):
    """An outline, drawn inside the box."""

    color: Animated[Color] = Color(255, 255, 255)
    width: Animated[float] = Field(default=8.0)


class ShapeClip(VisualClip):
    """A shape that fills its box; without `fill` and `stroke` it is white."""

    type: Literal["shape"] = "shape"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    shape: Form = "rectangle"
    fill: Animated[Color] | None = None
    stroke: Stroke | None = None
    corners: Animated[float] = Field(default=0.0, description="Radius of a rectangle's corners, in pixels.")
    points: int = Field(default=5, ge=3, le=100, description="Corners of a polygon, tips of a star.")
    path: str | None = Field(
        default=None, max_length=20_000, description="SVG path data, stretched over the box."
    )
    drawn: Animated[Share] = Field(default=1.0, description="How much of the outline is drawn.")

    @model_validator(mode="after")
    def _path_is_path(self) -> ShapeClip:
        if self.shape == "path":
            read_svg_path(self.path or "")
        return self


class Shape(Layer[ShapeClip]):
    """The layer `shape`."""

    name = "shape"
    title = "Shape"
    summary = "A rectangle, ellipse, line, polygon, star, arrow or path; filled, outlined, drawn bit by bit."
    model = ShapeClip
    example: ClassVar[dict[str, Any]] = {
        "type": "shape",
        "shape": "star",
        "fill": "#ffd400",
        "width": 300,
        "height": 300,
        "length": 2,
    }

    def prepare(self, clip: ShapeClip, stage: Stage) -> ShapeDrawing:
        """Take the clip; see `Layer.prepare`."""
        del stage
        return ShapeDrawing(clip)


@dataclass(frozen=True)
class ShapeDrawing:
    """A shape in its box."""

    clip: ShapeClip

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the size asked for, else a square of 200 pixels; see `Drawing.measure`."""
        del time
        return width or height or 200.0, height or (width or 200.0)

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the shape; see `Drawing.sprites`."""
        clip, stroke = self.clip, self.clip.stroke
        fill = value_at(clip.fill, time) if clip.fill is not None else None
        if fill is None and stroke is None:
            fill = Color(255, 255, 255)
        pen = (value_at(stroke.color, time), max(0.0, value_at(stroke.width, time))) if stroke else None
        asked = (clip.shape, clip.points, clip.path, max(0.0, value_at(clip.corners, time)))
        drawn = value_at(clip.drawn, time)
        across, down = (max(1, min(_LARGEST, math.ceil(side))) for side in (width, height))
        key = f"shape:{asked}:{fill}:{pen}:{drawn}:{width:.3f}x{height:.3f}"
        draw = partial(_draw, asked, (fill, pen), drawn, (width, height), (across, down))
        return (Sprite(Source(key, across, down, draw), Matrix()),)


def _draw(
    asked: tuple[Form, int, str | None, float],
    paints: tuple[Color | None, tuple[Color, float] | None],
    drawn: float,
    box: tuple[float, float],
    size: tuple[int, int],
) -> Any:
    fill, pen = paints
    inset = pen[1] / 2 if pen else 0.0
    outline = _outline(asked, box, inset)

    def draw(canvas: skia.Canvas) -> None:
        if fill is not None and asked[0] != "line":
            canvas.drawPath(outline, fill_paint(fill))
        if pen is not None and pen[1] > 0:
            paint = stroke_paint(*pen)
            if drawn < 1:
                paint.setPathEffect(skia.TrimPathEffect.Make(0.0, max(0.0, drawn)))
            canvas.drawPath(outline, paint)
        if asked[0] == "line" and pen is None and fill is not None:
            canvas.drawPath(outline, stroke_paint(fill, max(1.0, box[1])))

    return draw_picture(*size, draw)


def _outline(asked: tuple[Form, int, str | None, float], box: tuple[float, float], inset: float) -> skia.Path:
    form, points, data, corners = asked
    width, height = max(0.01, box[0] - 2 * inset), max(0.01, box[1] - 2 * inset)
    rect = skia.Rect.MakeXYWH(inset, inset, width, height)
    if form == "path":
        return _stretched(data or "", rect)
    if form in {"polygon", "star"}:
        return _polygon(points, width, height, inset, is_star=form == "star")
    return _PLAIN[form](rect, corners)


def _rectangle(rect: skia.Rect, corners: float) -> skia.Path:
    path = skia.Path()
    path.addRoundRect(rect, corners, corners)
    return path


def _ellipse(rect: skia.Rect, _: float) -> skia.Path:
    path = skia.Path()
    path.addOval(rect)
    return path


def _line(rect: skia.Rect, _: float) -> skia.Path:
    path = skia.Path()
    path.moveTo(rect.left(), rect.centerY())
    path.lineTo(rect.right(), rect.centerY())
    return path


def _arrow(rect: skia.Rect, _: float) -> skia.Path:
    head = min(rect.width() / 2, rect.height())
    middle, neck = rect.centerY(), rect.right() - head
    shaft = rect.height() / 5
    path = skia.Path()
    corners = [
        (rect.left(), middle - shaft),
        (neck, middle - shaft),
        (neck, rect.top()),
        (rect.right(), middle),
        (neck, rect.bottom()),
        (neck, middle + shaft),
        (rect.left(), middle + shaft),
    ]
    path.addPoly([skia.Point(*corner) for corner in corners], True)
    return path


_PLAIN: dict[str, Callable[[skia.Rect, float], skia.Path]] = {
    "rectangle": _rectangle,
    "ellipse": _ellipse,
    "line": _line,
    "arrow": _arrow,
}


def _polygon(points: int, width: float, height: float, inset: float, *, is_star: bool) -> skia.Path:
    """Return a regular polygon or star, the first tip up, stretched over the box."""
    count = points * 2 if is_star else points
    corners: list[skia.Point] = []
    for number in range(count):
        angle = 2 * math.pi * number / count - math.pi / 2
        far = _INNER if is_star and number % 2 else 1.0
        x, y = (round(part * far, 9) for part in (math.cos(angle), math.sin(angle)))
        corners.append(skia.Point(inset + width * (1 + x) / 2, inset + height * (1 + y) / 2))
    path = skia.Path()
    path.addPoly(corners, True)
    return path


def _stretched(data: str, rect: skia.Rect) -> skia.Path:
    path = read_svg_path(data)
    matrix = skia.Matrix()
    matrix.setRectToRect(path.computeTightBounds(), rect, skia.Matrix.kFill_ScaleToFit)
    path.transform(matrix)
    return path


layer = Shape()
