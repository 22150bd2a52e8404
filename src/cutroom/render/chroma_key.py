"""Chroma key: a colour of a film becomes transparent."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from cutroom.render.clip import Share
from cutroom.render.model import Model
from cutroom.render.picture import Pixels
from cutroom.render.values import Color

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
    table = _alphas(key)
    centre = _chroma(np.array([[[key.color.blue, key.color.green, key.color.red]]], np.int32))[0, 0]
    made = np.empty_like(pixels)
    for begin in range(0, pixels.shape[0], 32):
        strip = pixels[begin : begin + 32]
        away = _chroma(strip[..., :3].astype(np.int32)) - centre
        squared = away[..., 0] ** 2 + away[..., 1] ** 2
        alpha = table[np.minimum(squared >> 3, table.size - 1)]
        colours = strip[..., :3].astype(np.uint16)
        if key.spill:
            _take_spill(colours, key)
        scaled = np.concatenate([colours, strip[..., 3:].astype(np.uint16)], axis=2) * alpha[..., None]
        scaled += 128
        made[begin : begin + 32] = (scaled + (scaled >> 8)) >> 8
    return made


def _chroma(colours: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return Cb and Cr of BT.709 (ITU-R BT.709-6, 3.3), centred on 0; from `(..., BGR)`."""
    blue, green, red = colours[..., 0], colours[..., 1], colours[..., 2]
    cb = (-7509 * red - 25259 * green + 32768 * blue) >> 16
    cr = (32768 * red - 29763 * green - 3005 * blue) >> 16
    return np.stack([cb, cr], axis=-1)


def _alphas(key: ChromaKey) -> NDArray[np.uint16]:
    """Return alpha (0 to 255) by squared distance in eighths."""
    count = (_FURTHEST**2 >> 3) + 1
    squares = np.arange(count, dtype=np.int64) << 3
    near = round(key.tolerance * _FURTHEST * 256)
    soft = max(1, round(key.softness * _FURTHEST * 256))
    distances = np.array([math.isqrt(int(square) << 16) for square in squares], np.int64)
    return (np.clip(distances - near, 0, soft) * 255 // soft).astype(np.uint16)


def _take_spill(colours: NDArray[np.uint16], key: ChromaKey) -> None:
    """Lower the key's strongest channel towards the larger of the others."""
    parts = (key.color.blue, key.color.green, key.color.red)
    strongest = parts.index(max(parts))
    others = [channel for channel in range(3) if channel != strongest]
    limit = np.maximum(colours[..., others[0]], colours[..., others[1]])
    over = np.maximum(colours[..., strongest], limit) - limit
    share = round(key.spill * 256)
    colours[..., strongest] -= (over.astype(np.uint32) * share >> 8).astype(np.uint16)
