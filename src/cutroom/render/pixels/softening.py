"""Blurred small pictures for backgrounds: shown many times larger, they cost next to nothing."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Pixels
from cutroom.render.pixels.resizing import shares_of

_LARGEST_SIGMA = 4.0
"""Of a small picture, in its pixels: with 2, the edges of the enlarged pixels show in slow slopes."""

_MOST_SIGMA = 9.0
"""With which the kernel's 64 weights reach to three sigmas."""

_WHOLE = 128
"""Weights are fractions of it, as the kernel reads them."""


def reduction_for(sigma: float) -> int:
    """Return by which power of 2 a picture may be reduced before it is blurred by `sigma` pixels."""
    factor = 1
    while sigma > _LARGEST_SIGMA * factor:
        factor *= 2
    return factor


def soften(pixels: Pixels, sigma: float, brightness: float = 1.0) -> Pixels:
    """Blur a picture and dim it.

    Args:
        pixels: Premultiplied BGRA; not changed.
        sigma: Of the Gaussian, in its pixels, at most 9. Beyond the edges the edge goes on.
        brightness: Factor of the colours, 0 to 1.
    """
    weights = _weights(min(sigma, _MOST_SIGMA))
    reach = (len(weights) - 1) // 2
    around = np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    made = binding.empty(pixels.shape[1], pixels.shape[0])
    taps = binding.address(weights), len(weights)
    binding.check(binding.kernels().blur_picture(binding.image(made), binding.image(around), *taps))
    if brightness < 1:
        dimmed = made[..., :3].astype(np.uint16) * np.uint16(round(brightness * 256))
        made[..., :3] = (dimmed + 128) >> 8
    return made


@lru_cache(maxsize=64)
def _weights(sigma: float) -> NDArray[np.int8]:
    reach = math.ceil(3 * sigma)
    return np.array(
        shares_of([math.exp(-(x**2) / (2 * sigma**2)) for x in range(-reach, reach + 1)], _WHOLE), np.int8
    )
