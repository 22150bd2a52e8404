"""How far apart two small pictures are: as they lie, and as the same scene seen by a moved camera."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 36
"""Size that pictures are compared at: grain and encoding noise average out, a cut does not."""

_REACH_X, _REACH_Y = 10, 6
"""By how many small pixels the camera may have moved between two pictures: a sixth of the frame."""

_RADIUS = 4
"""Small pixels around each that its surroundings are averaged over; larger shapes count as light."""

_FLAT = 2.0
"""Standard deviation of the detail (of 255) under which a picture has none: black, a plain title."""

Thumbnail = NDArray[np.uint8]
"""`(3, HEIGHT, WIDTH)`: luma and the two colour differences."""

_Plane = NDArray[np.float32]


def difference(one: Thumbnail, other: Thumbnail) -> float:
    """Return the mean absolute difference of 0..255: luma, and both colour differences together."""
    gap = np.abs(one.astype(np.int16) - other).mean(axis=(1, 2))
    return float(gap[0] + (gap[1] + gap[2]) / 2) / 2


def likeness(one: Thumbnail, other: Thumbnail) -> float:
    """Return how much of the same scene both show, -1 to 1.

    The correlation of the luma's detail at the shift that fits best: light that is dimmed or switched
    on changes large shapes only, and a pan or a shake is a shift. Two pictures without detail are as
    alike as their colours, 1 or 0; one with detail and one without are not alike.
    """
    first, second = _detail(one), _detail(other)
    has_detail = [float(plane.std()) >= _FLAT for plane in (first, second)]
    if not any(has_detail):
        return 1.0 if difference(one, other) < 4 * _FLAT else 0.0
    if not all(has_detail):
        return 0.0
    return float(_correlations(first, second).max())


def _detail(picture: Thumbnail) -> _Plane:
    """Return the luma without the mean of each pixel's surroundings."""
    luma = picture[0].astype(np.float32)
    side = 2 * _RADIUS + 1
    padded = np.pad(luma, _RADIUS, mode="edge").cumsum(axis=0).cumsum(axis=1)
    sums = np.pad(padded, ((1, 0), (1, 0)))
    box = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return luma - box / side**2


def _correlations(one: _Plane, other: _Plane) -> NDArray[np.float64]:
    """Return the correlation of what overlaps, for each shift within reach."""
    product = _correlate(one, other)
    ones = np.ones_like(one)
    energy = _correlate(one * one, ones) * _correlate(ones, other * other)
    return product / np.sqrt(np.maximum(energy, 1e-6))


def _correlate(one: _Plane, other: _Plane) -> NDArray[np.float64]:
    """Return the sum of products for shifts of up to the reach, by the convolution theorem."""
    shape = (HEIGHT + _REACH_Y, WIDTH + _REACH_X)
    spectrum = np.fft.rfft2(one, shape) * np.conj(np.fft.rfft2(other, shape))
    return np.fft.irfft2(spectrum, shape)[_shifts()]


@cache
def _shifts() -> tuple[NDArray[np.intp], ...]:
    rows = np.arange(-_REACH_Y, _REACH_Y + 1)
    columns = np.arange(-_REACH_X, _REACH_X + 1)
    return np.ix_(rows, columns)
