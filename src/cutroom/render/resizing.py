"""Pictures in other sizes: Lanczos for what is looked at, halves for what passes by."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cutroom.render.kernels import binding
from cutroom.render.picture import Picture

_LOBES = 3
_WHOLE = 1 << 14  # weights are fractions of it, as resize.c reads them
_MOST_TAPS = 512  # sums stay in 32 bits


def resize(picture: Picture, width: int, height: int) -> Picture:
    """Return a picture in another size, by a Lanczos filter with three lobes in each direction.

    Args:
        picture: Any picture; it is returned itself when it has that size.
        width: Pixels, at least 1.
        height: The same.
    """
    if (picture.width, picture.height) == (width, height):
        return picture
    kernels = binding.kernels()
    pixels = picture.pixels
    if height != picture.height:
        starts, weights = _lanczos(picture.height, height)
        target = binding.empty(picture.width, height)
        arguments = (starts.ctypes.data, weights.ctypes.data, weights.shape[1])
        kernels.resample_down(binding.image(target), binding.image(pixels), *arguments)
        pixels = target
    if width != picture.width:
        starts, weights = _lanczos(picture.width, width)
        target = binding.empty(width, height)
        arguments = (starts.ctypes.data, weights.ctypes.data, weights.shape[1])
        kernels.resample_across(binding.image(target), binding.image(pixels), *arguments)
        pixels = target
    return Picture(pixels, picture.is_opaque)


def halve(picture: Picture) -> Picture:
    """Return a picture in half its size, rounded up, by the mean of two by two pixels."""
    target = binding.empty((picture.width + 1) // 2, (picture.height + 1) // 2)
    binding.kernels().halve_picture(binding.image(target), binding.image(picture.pixels))
    return Picture(target, picture.is_opaque)


@lru_cache(maxsize=64)
def _lanczos(source: int, target: int) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Return the first pixel and the weights of each pixel of the target.

    L(x) = sinc(x) sinc(x / 3) for |x| < 3 (Duchon 1979), widened by the ratio where a picture shrinks.
    Weights outside of the picture are dropped; the rest is brought to a sum of 1 again.

    Returns:
        (target,) and (target, taps).
    """
    ratio = source / target
    wide = max(ratio, 1.0)
    taps = min(2 * math.ceil(_LOBES * wide) + 1, source, _MOST_TAPS)
    starts = np.zeros(target, np.int32)
    weights = np.zeros((target, taps), np.int16)
    for index in range(target):
        centre = (index + 0.5) * ratio
        start = min(max(math.ceil(centre - taps / 2), 0), source - taps)
        starts[index] = start
        values = [_kernel((start + tap + 0.5 - centre) / wide) for tap in range(taps)]
        weights[index] = shares_of(values, _WHOLE)
    return starts, weights


def _kernel(x: float) -> float:
    if abs(x) >= _LOBES:
        return 0.0
    turn = math.pi * x
    return 1.0 if abs(x) < 1e-9 else _LOBES * math.sin(turn) * math.sin(turn / _LOBES) / (turn * turn)  # noqa: PLR2004 - the limit of sin(x) / x


def shares_of(values: list[float], whole: int) -> list[int]:
    """Return whole numbers in proportion to values, whose sum is `whole`."""
    total = math.fsum(values)
    shares = [math.floor(value / total * whole + 0.5) for value in values]
    shares[shares.index(max(shares))] += whole - sum(shares)
    return shares
