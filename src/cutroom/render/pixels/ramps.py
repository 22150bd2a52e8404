"""Pictures whose brightness says when each place changes: for wipes with soft or round edges."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Source

SHARPEST = 0.004
"""The softness of a sharp edge: one level of brightness, so that it is smooth but no blur is seen."""


def ramp(width: int, height: int, *, across: bool, is_reversed: bool) -> Source:
    """Return a ramp from black to white, from left to right or from top to bottom."""
    long, key = (width if across else height), f"ramp:{width}x{height}:{across}:{is_reversed}"
    return Source(key, width, height, partial(_ramp, width, height, long, across, is_reversed))


def rings(width: int, height: int) -> Source:
    """Return circles about the middle: black there, white in the corners."""
    return Source(f"rings:{width}x{height}", width, height, partial(_rings, width, height))


def dial(width: int, height: int) -> Source:
    """Return a turn about the middle: black at twelve o'clock, brighter clockwise."""
    return Source(f"dial:{width}x{height}", width, height, partial(_dial, width, height))


def _ramp(width: int, height: int, long: int, across: bool, is_reversed: bool) -> Picture:
    share = (np.arange(long) + 0.5) / long
    line = share[::-1] if is_reversed else share
    return _grey(np.broadcast_to(line if across else line[:, None], (height, width)))


def _rings(width: int, height: int) -> Picture:
    y, x = np.ogrid[0.5:height, 0.5:width]
    far = np.sqrt((x - width / 2) ** 2 + (y - height / 2) ** 2)
    return _grey(far / (math.hypot(width, height) / 2))


def _dial(width: int, height: int) -> Picture:
    y, x = np.ogrid[0.5:height, 0.5:width]
    return _grey(np.arctan2(width / 2 - x, y - height / 2) / (2 * math.pi) + 0.5)


def _grey(share: NDArray[np.float64]) -> Picture:
    level = np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
    pixels = np.empty((*level.shape, 4), np.uint8)
    pixels[:, :, :3] = level[:, :, None]
    pixels[:, :, 3] = 255
    return Picture(pixels, is_opaque=True)
