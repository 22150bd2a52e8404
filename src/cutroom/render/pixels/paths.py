"""Outlines drawn by Skia into pictures: shapes, bars, codes."""

from __future__ import annotations

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Skia's stubs leave keyword arguments open.
from collections.abc import Callable

import numpy as np
import skia

from cutroom.render.document.values import Color
from cutroom.render.pixels.picture import Picture

Draw = Callable[[skia.Canvas], None]


def draw_picture(width: int, height: int, draw: Draw) -> Picture:
    """Return what a function draws on a transparent canvas.

    Args:
        width: Pixels.
        height: Pixels.
        draw: Gets the canvas; its pixels are `Picture`'s.
    """
    pixels = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface(pixels, colorType=skia.kBGRA_8888_ColorType, alphaType=skia.kPremul_AlphaType)
    draw(surface.getCanvas())
    surface.flushAndSubmit()
    return Picture(pixels)


def fill_paint(color: Color) -> skia.Paint:
    """Return a smooth-edged paint of one colour."""
    return skia.Paint(AntiAlias=True, Color=skia.Color(color.red, color.green, color.blue, color.alpha))


def stroke_paint(color: Color, width: float) -> skia.Paint:
    """Return a smooth-edged pen with round ends."""
    paint = fill_paint(color)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(width)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint
