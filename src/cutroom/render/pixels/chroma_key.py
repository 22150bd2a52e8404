"""Chroma key: a colour of a film becomes transparent."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cutroom.render.document.clip import Share
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color
from cutroom.render.pixels.picture import Pixels

_FURTHEST = 181
"""Largest distance of two chroma vectors that counts: half the diagonal of the plane."""


class ChromaKey(Model):
    """Which colour becomes transparent.

    Distances are those of the chroma, brightness apart, so that shadows on the screen go too.
    """

    color: Color = Color(0, 177, 64)
    tolerance: Share = Field(default=0.25, description="Colours nearer than this vanish.")
    softness: Share = Field(default=0.1, description="Width of the soft edge behind it.")
    spill: Share = Field(default=0.5, description="How much of the colour's shine is taken off what stays.")


def remove_color(key: ChromaKey, pixels: Pixels) -> Pixels:
    """Return pixels without a colour.

    Args:
        key: Which one.
        pixels: Premultiplied BGRA; not changed.
    """
    # Integers throughout: every machine gets the same bits. Strips stay in the cache.
    table = _alphas(key.color, key.tolerance, key.softness)
    made = np.empty_like(pixels)
    for begin in range(0, pixels.shape[0], 32):
        strip = pixels[begin : begin + 32]
        target = made[begin : begin + 32]
        parts = [np.ascontiguousarray(strip[..., channel]) for channel in range(3)]
        alpha = table[_places(*(part.astype(np.int32) for part in parts))]
        if not alpha.any():
            target[:] = 0
            continue
        _take_spill(parts, key)
        for channel, part in enumerate((*parts, strip[..., 3])):
            scaled = part * alpha
            scaled += 128
            target[..., channel] = (scaled + (scaled >> 8)) >> 8
    return made


def _places(blue: NDArray[np.int32], green: NDArray[np.int32], red: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return 256 times Cb plus Cr, each 0 to 255, of BT.709 (ITU-R BT.709-6, 3.3)."""
    difference_blue = (32768 * blue - 25259 * green - 7509 * red + _HALF) >> 16
    difference_red = (32768 * red - 29763 * green - 3005 * blue + _HALF) >> 16
    return (difference_blue << 8) + difference_red


_HALF = 128 << 16


@lru_cache(maxsize=16)
def _alphas(color: Color, tolerance: float, softness: float) -> NDArray[np.uint16]:
    """Return alpha, 0 to 255, for each place of Cb and Cr."""
    channels = (color.blue, color.green, color.red)
    centre = int(_places(*(np.array(part, np.int32) for part in channels)))
    near = round(tolerance * _FURTHEST * 256)
    soft = max(1, round(softness * _FURTHEST * 256))
    away = np.arange(256, dtype=np.int64)
    squares = ((away - (centre >> 8)) ** 2)[:, None] + ((away - (centre & 255)) ** 2)[None, :]
    roots = np.array([math.isqrt(square << 16) for square in range(int(squares.max()) + 1)], np.int64)
    return (np.clip(roots[squares] - near, 0, soft) * 255 // soft).astype(np.uint16).ravel()


def _take_spill(parts: list[NDArray[np.uint8]], key: ChromaKey) -> None:
    """Lower the key's strongest channel towards the larger of the others."""
    if not key.spill:
        return
    colours = (key.color.blue, key.color.green, key.color.red)
    strongest = colours.index(max(colours))
    others = [part for channel, part in enumerate(parts) if channel != strongest]
    limit = np.maximum(*others)
    over = (np.maximum(parts[strongest], limit) - limit).astype(np.uint16)
    parts[strongest] = parts[strongest] - (over * np.uint16(round(key.spill * 256)) >> 8).astype(np.uint8)
