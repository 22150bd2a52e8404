"""Progress bar: how much of the film, or of a stretch of it, has been played."""

from __future__ import annotations

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Skia's stubs leave keyword arguments open.
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Literal

import skia
from pydantic import Field

from cutroom.render.document.animated import Animated, value_at
from cutroom.render.document.clip import Share, VisualClip
from cutroom.render.document.values import Color
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.paths import draw_picture, fill_paint, stroke_paint
from cutroom.render.pixels.sprite import Source, Sprite

_STEPS = 4
"""Steps of a pixel in which the bar grows."""


class ProgressBarClip(VisualClip):
    """A bar or ring that fills while the clip plays, or by `value`."""

    type: Literal["progress-bar"] = "progress-bar"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    style: Literal["bar", "ring"] = "bar"
    value: Animated[Share] | None = Field(default=None, description="Left out: from 0 to 1 with the time.")
    of: Literal["clip", "template"] = Field(default="clip", description="Whose time is shown.")
    direction: Literal["right", "left", "up", "down"] = "right"
    color: Color = Color(255, 255, 255)
    track_color: Color = Color(255, 255, 255, 64)
    rounded: bool = True
    thickness: float = Field(default=12.0, gt=0, le=1000, description="Of a ring, in pixels.")


class ProgressBar(Layer[ProgressBarClip]):
    """The layer `progress-bar`."""

    name = "progress-bar"
    title = "Progress bar"
    summary = "A bar or ring that fills as time goes by."
    model = ProgressBarClip
    example: ClassVar[dict[str, Any]] = {
        "type": "progress-bar",
        "width": "80%",
        "height": 16,
        "y": "95%",
        "length": 2,
    }

    def prepare(self, clip: ProgressBarClip, stage: Stage) -> ProgressBarDrawing:
        """Take the clip; see `Layer.prepare`."""
        return ProgressBarDrawing(clip, stage)


@dataclass(frozen=True)
class ProgressBarDrawing:
    """A progress bar in its box."""

    clip: ProgressBarClip
    stage: Stage

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the size asked for, else a bar across or a ring; see `Drawing.measure`."""
        del time
        if self.clip.style == "ring":
            side = width or height or self.stage.width / 5
            return side, height or side
        if self.clip.direction in {"up", "down"}:
            return width or 12.0, height or self.stage.height / 2
        return width or float(self.stage.width), height or 12.0

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the bar; see `Drawing.sprites`."""
        clip, stage = self.clip, self.stage
        if clip.value is not None:
            share = float(value_at(clip.value, time))
        elif clip.of == "template":
            share = float((stage.start + time) / stage.total)
        else:
            share = float(time / stage.length)
        # The same picture as long as no quarter of a pixel changes.
        steps = max(1, round(max(width, height) * _STEPS * (math.pi if clip.style == "ring" else 1)))
        share = round(min(1.0, max(0.0, share)) * steps) / steps
        size = (max(1, math.ceil(width)), max(1, math.ceil(height)))
        style = (clip.style, clip.direction, clip.color, clip.track_color, clip.rounded, clip.thickness)
        key = f"progress-bar:{style}:{share:.6f}:{width:.3f}x{height:.3f}"
        draw = partial(_draw, clip, share, (width, height), size)
        return (Sprite(Source(key, *size, draw, is_still=False)),)


def _draw(clip: ProgressBarClip, share: float, box: tuple[float, float], size: tuple[int, int]) -> Any:
    return draw_picture(*size, partial(_ring if clip.style == "ring" else _bar, clip, share, box))


def _bar(clip: ProgressBarClip, share: float, box: tuple[float, float], canvas: skia.Canvas) -> None:
    width, height = box
    radius = min(width, height) / 2 if clip.rounded else 0.0
    canvas.clipRRect(skia.RRect.MakeRectXY(skia.Rect.MakeWH(width, height), radius, radius), doAntiAlias=True)
    canvas.drawRect(skia.Rect.MakeWH(width, height), fill_paint(clip.track_color))
    boxes = {
        "right": (0.0, 0.0, width * share, height),
        "left": (width * (1 - share), 0.0, width, height),
        "down": (0.0, 0.0, width, height * share),
        "up": (0.0, height * (1 - share), width, height),
    }
    canvas.drawRect(skia.Rect(*boxes[clip.direction]), fill_paint(clip.color))


def _ring(clip: ProgressBarClip, share: float, box: tuple[float, float], canvas: skia.Canvas) -> None:
    width, height = box
    inset = min(clip.thickness, *box) / 2
    rect = skia.Rect.MakeLTRB(inset, inset, max(inset + 0.1, width - inset), max(inset + 0.1, height - inset))
    canvas.drawOval(rect, stroke_paint(clip.track_color, inset * 2))
    if share > 0:
        pen = stroke_paint(clip.color, inset * 2)
        pen.setStrokeCap(skia.Paint.kRound_Cap if clip.rounded else skia.Paint.kButt_Cap)
        way = -360 if clip.direction in {"left", "down"} else 360
        canvas.drawArc(rect, -90, way * share, False, pen)


layer = ProgressBar()
