"""Blurred small pictures for backgrounds: shown many times larger, they cost next to nothing."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cutroom.render.picture import Pixels

_PASSES = 3
"""Box filters whose sequence comes within 3 % of a Gaussian (Wells, "Efficient Synthesis of Gaussian Filters
by Cascaded Uniform Filters", 1986)."""

_SMALL_SIGMA = 4.0
"""Sigma in small pixels from which enlarging them bilinearly cannot be seen."""


def reduction_for(sigma: float) -> int:
    """Return by which power of 2 a picture may be reduced before it is blurred by `sigma` pixels."""
    factor = 1
    while factor < 16 and sigma / (2 * factor) >= _SMALL_SIGMA:  # noqa: PLR2004 - 68 by 120 pixels for 1080p
        factor *= 2
    return factor


def soften(pixels: Pixels, sigma: float, brightness: float = 1.0) -> Pixels:
    """Blur a picture and dim it.

    Args:
        pixels: Premultiplied BGRA; not changed.
        sigma: Of the Gaussian, in its pixels. Beyond the edges the edge goes on.
        brightness: Factor of the colours, 0 to 1.
    """
    made = pixels.astype(np.int64)
    for width in _box_widths(sigma):
        made = _box(_box(made, width, 0), width, 1)
    factor = round(brightness * 256)
    made[..., :3] = (made[..., :3] * factor + 128) >> 8
    return made.astype(np.uint8)


def _box_widths(sigma: float) -> list[int]:
    """Return odd widths of boxes whose variances add up to sigma squared: (w^2 - 1) / 12 each."""
    ideal = math.sqrt(12 * sigma * sigma / _PASSES + 1)
    low = int(ideal) if int(ideal) % 2 else int(ideal) - 1
    low = max(1, low)
    wanted = 12 * sigma * sigma - _PASSES * low * low - 4 * _PASSES * low - 3 * _PASSES
    smaller = round(wanted / (-4 * low - 4))
    return [low if number < smaller else low + 2 for number in range(_PASSES)]


def _box(values: NDArray[np.int64], width: int, axis: int) -> NDArray[np.int64]:
    if width <= 1:
        return values
    reach = width // 2
    edges = [(0, 0)] * 3
    edges[axis] = (reach + 1, reach)
    sums = np.cumsum(np.pad(values, edges, mode="edge"), axis=axis)
    length = values.shape[axis]
    late, soon = (sums.take(range(begin, begin + length), axis=axis) for begin in (width, 0))
    return (late - soon + width // 2) // width
