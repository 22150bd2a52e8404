"""Waveforms drawn: bars, a line, a filled outline, or rays around a circle."""

from __future__ import annotations

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Skia's stubs leave keyword arguments open.
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import skia

from cutroom.render.document.values import Color
from cutroom.render.pixels.paths import draw_picture, fill_paint, stroke_paint
from cutroom.render.pixels.picture import Picture

Style = Literal["bars", "line", "area", "circle"]
Align = Literal["center", "bottom", "top"]

FULL = 255
"""The highest level."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a waveform is drawn; its `repr` is part of the picture's key.

    Attributes:
        style: What is drawn.
        align: Where bars and lines stand.
        gap: Share of a bar's place that is left empty.
        rounded: Whether ends are round, and silence is a row of dots.
        thickness: Pixels of a line.
        inner: Radius of the circle's hollow, as a share of the whole.
        color: Of everything.
        played: Of what has been heard; None: the same.
    """

    style: Style
    align: Align
    gap: float
    rounded: bool
    thickness: float
    inner: float
    color: Color
    played: Color | None


@dataclass(frozen=True, slots=True)
class Wave:
    """One moment.

    Attributes:
        levels: From left to right, 0 to `FULL`.
        first: Where the first begins, in places; 0, or less where they wander to the left.
        places: How many fit into the width.
        split: Share of the width that has been heard.
        parity: 1 where the first level is an odd one of the whole sound: which way a line swings there.
    """

    levels: tuple[int, ...]
    first: float
    places: int
    split: float
    parity: int = 0


def draw_wave(look: Look, wave: Wave, width: float, height: float) -> Picture:
    """Draw a wave into a box."""
    shapes = {"bars": _bars, "line": _line, "area": _area, "circle": _circle}
    paint: Callable[[skia.Canvas, Color], None] = partial(shapes[look.style], look, wave, width, height)

    def draw(canvas: skia.Canvas) -> None:
        canvas.clipRect(skia.Rect.MakeWH(width, height), doAntiAlias=True)
        if look.played is None:
            paint(canvas, look.color)
            return
        for color, heard in ((look.played, True), (look.color, False)):
            canvas.save()
            _clip(canvas, look, wave, width, height, heard=heard)
            paint(canvas, color)
            canvas.restore()

    return draw_picture(max(1, math.ceil(width)), max(1, math.ceil(height)), draw)


def _clip(canvas: skia.Canvas, look: Look, wave: Wave, width: float, height: float, *, heard: bool) -> None:
    """Leave only what has been heard, or only the rest; around a circle from above, clockwise."""
    if look.style != "circle":
        split = wave.split * width
        canvas.clipRect(skia.Rect(0, 0, split, height) if heard else skia.Rect(split, 0, width, height))
        return
    reach = width + height
    box = skia.Rect(width / 2 - reach, height / 2 - reach, width / 2 + reach, height / 2 + reach)
    pie = skia.Path()
    pie.moveTo(width / 2, height / 2)
    # A full turn would be no arc at all.
    pie.arcTo(box, -90, 359.99 * wave.split, False)
    pie.close()
    canvas.clipPath(pie, skia.ClipOp.kIntersect if heard else skia.ClipOp.kDifference, doAntiAlias=True)


def _bars(look: Look, wave: Wave, width: float, height: float, canvas: skia.Canvas, color: Color) -> None:
    pitch = width / wave.places
    thick = pitch * (1 - look.gap)
    paint = fill_paint(color)
    for number, level in enumerate(wave.levels):
        left = (number + wave.first) * pitch + (pitch - thick) / 2
        long = max(min(thick, height) if look.rounded else 1.0, height * level / FULL)
        top = {"center": (height - long) / 2, "bottom": height - long, "top": 0.0}[look.align]
        box = skia.Rect.MakeXYWH(left, top, thick, long)
        radius = thick / 2 if look.rounded else 0.0
        canvas.drawRoundRect(box, radius, radius, paint)


def _circle(look: Look, wave: Wave, width: float, height: float, canvas: skia.Canvas, color: Color) -> None:
    outer = min(width, height) / 2
    inner = outer * look.inner
    thick = 2 * math.pi * inner / wave.places * (1 - look.gap) if inner else look.thickness
    pen = stroke_paint(color, max(1.0, thick))
    if not look.rounded:
        pen.setStrokeCap(skia.Paint.kButt_Cap)
    # Round ends reach out by half the thickness.
    room = max(0.0, outer - inner - thick)
    for number, level in enumerate(wave.levels[: wave.places]):
        angle = 2 * math.pi * (number + 0.5) / wave.places
        x, y = math.sin(angle), -math.cos(angle)
        ends = [inner + thick / 2, inner + thick / 2 + max(0.01, room * level / FULL)]
        (x0, y0), (x1, y1) = ((width / 2 + x * end, height / 2 + y * end) for end in ends)
        canvas.drawLine(x0, y0, x1, y1, pen)


def _line(look: Look, wave: Wave, width: float, height: float, canvas: skia.Canvas, color: Color) -> None:
    room = max(0.0, height - look.thickness)
    points: list[tuple[float, float]] = []
    for number, level in enumerate(wave.levels):
        x = (number + wave.first + 0.5) * width / wave.places
        rise = room * level / FULL
        if look.align == "center":  # to and fro around the middle
            y = height / 2 + (rise / 2 if _is_down(number, wave) else -rise / 2)
        else:
            y = height - look.thickness / 2 - rise if look.align == "bottom" else look.thickness / 2 + rise
        points.append((x, y))
    path = skia.Path()
    path.moveTo(*points[0])
    _smooth(path, points)
    canvas.drawPath(path, stroke_paint(color, look.thickness))


def _is_down(number: int, wave: Wave) -> bool:
    """Say whether the line swings down here; what wanders to the left keeps its side."""
    return (number + wave.parity) % 2 == 1


def _area(look: Look, wave: Wave, width: float, height: float, canvas: skia.Canvas, color: Color) -> None:
    base = {"center": height / 2, "bottom": height, "top": 0.0}[look.align]
    room = height / 2 if look.align == "center" else height
    reaches = [
        ((number + wave.first + 0.5) * width / wave.places, max(0.5, room * level / FULL))
        for number, level in enumerate(wave.levels)
    ]
    upper = [(x, base - (reach if look.align != "top" else 0.0)) for x, reach in reaches]
    lower = [(x, base + (reach if look.align != "bottom" else 0.0)) for x, reach in reversed(reaches)]
    path = skia.Path()
    path.moveTo(*upper[0])
    _smooth(path, upper)
    path.lineTo(*lower[0])
    _smooth(path, lower)
    path.close()
    canvas.drawPath(path, fill_paint(color))


def _smooth(path: skia.Path, points: list[tuple[float, float]]) -> None:
    """Continue a path through points: curves between the middles of its edges."""
    for (x, y), (following_x, following_y) in itertools.pairwise(points):
        path.quadTo(x, y, (x + following_x) / 2, (y + following_y) / 2)
    path.lineTo(*points[-1])
