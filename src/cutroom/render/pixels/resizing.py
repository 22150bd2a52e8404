"""Pictures in other sizes: Lanczos for what is looked at, halves for what passes by."""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from cutroom.render.document.exact_math import sine
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Picture

_LOBES = 3
_WHOLE = 1 << 14  # weights are fractions of it, as resize.c reads them
_TABLED = 512  # entries per pixel of the filter
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
    centres = (np.arange(target) + 0.5) * ratio
    starts = np.clip(np.ceil(centres - taps / 2), 0, source - taps)
    columns = [_kernel((starts + (tap + 0.5) - centres) / wide) for tap in range(taps)]
    total = np.zeros(target)
    for column in columns:  # one after the other: sums of a library depend on the processor
        total += column
    weights = np.floor(np.stack(columns, axis=1) / total[:, None] * _WHOLE + 0.5).astype(np.int16)
    lines = np.arange(target)
    weights[lines, weights.argmax(axis=1)] += (_WHOLE - weights.sum(axis=1, dtype=np.int64)).astype(np.int16)
    return starts.astype(np.int32), weights


def _kernel(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the filter at some distances, from a table, between whose entries it is straight within 1e-5."""
    table = _kernel_table()
    place = np.minimum(np.abs(x) * _TABLED, float(_LOBES * _TABLED))
    index = np.minimum(place.astype(np.int64), _LOBES * _TABLED - 1)
    low = table[index]
    return low + (table[index + 1] - low) * (place - index)


@cache
def _kernel_table() -> NDArray[np.float64]:
    values = [1.0]
    for number in range(1, _LOBES * _TABLED + 1):
        turn = math.pi * number / _TABLED
        waves = sine(number / _TABLED / 2) * sine(number / _TABLED / 2 / _LOBES)
        values.append(_LOBES * waves / (turn * turn))
    return np.array(values)


def shares_of(values: list[float], whole: int) -> list[int]:
    """Return whole numbers in proportion to values, whose sum is `whole`."""
    total = math.fsum(values)
    shares = [math.floor(value / total * whole + 0.5) for value in values]
    shares[shares.index(max(shares))] += whole - sum(shares)
    return shares
