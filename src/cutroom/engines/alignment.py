"""Where a returned sound lies on the original: offset and drift by cross-correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_SMALLEST_MATCH = 0.1
"""Correlation below which two sounds are not the same recording."""

_PIECE_SECONDS = 5.0
_PIECES = 13
_DRIFT_CORRELATION = 0.25


@dataclass(frozen=True)
class Alignment:
    """How to read the returned sound."""

    offset: float
    """Seconds by which the returned sound lags: its time t + offset belongs to the original's t."""
    drift: float
    """Seconds of extra lag per second; 1e-4 is 6 ms per minute."""
    match: float
    """Correlation at the best place, 0 to 1, over the loudest piece."""
    gain: float
    """Factor that brings the returned sound to the original's level where both carry speech."""

    @property
    def is_same_sound(self) -> bool:
        """Whether the two sounds have anything to do with each other."""
        return self.match >= _SMALLEST_MATCH


def align(original: Samples, returned: Samples, rate: int, reach: float = 1.0) -> Alignment:
    """Find offset, drift and level.

    Pieces of 5 s spread over the sound are placed one by one by normalised cross-correlation with a
    parabola through its top; the line through their lags, weighted by how well they match, is the result.

    Args:
        original: `(n,)` float32.
        returned: `(m,)` float32 at the same rate.
        rate: Samples per second, 8000 is plenty: the top is found between the samples.
        reach: Seconds to search in either direction.
    """
    size = min(original.size, round(_PIECE_SECONDS * rate))
    if size < rate // 20 or returned.size < rate // 20:
        return Alignment(0.0, 0.0, 1.0, 1.0)
    spread = np.linspace(0, original.size - size, _PIECES if original.size > 2 * size else 1)
    found = [_place(original, returned, round(at), size, round(reach * rate)) for at in spread]
    times = np.array([(at + size / 2) / rate for at in spread])
    lags = np.array([lag / rate for lag, _, _ in found])
    matches = np.array([match for _, match, _ in found])
    best = int(matches.argmax())
    gain = float(found[best][2])
    good = matches >= max(_DRIFT_CORRELATION, 0.5 * matches[best])
    # A lag far from the best piece's is a mistake (repeated words), not drift: 0.1 % of any clock is a lot.
    good &= np.abs(lags - lags[best]) <= 0.002 + 1e-3 * np.abs(times - times[best])
    if good.sum() < 3 or np.ptp(times[good]) < 3 * _PIECE_SECONDS:  # noqa: PLR2004 - too few for a line
        return Alignment(float(lags[best]), 0.0, float(matches[best]), gain)
    slope, intercept = np.polyfit(times[good], lags[good], 1, w=matches[good])
    return Alignment(float(intercept), float(slope), float(matches[best]), gain)


def _place(
    original: Samples, returned: Samples, at: int, size: int, reach: int
) -> tuple[float, float, float]:
    """Return the lag in samples, the correlation there, and the level of original over returned."""
    piece = original[at : at + size]
    begin, end = at - reach, at + size + reach
    region = returned[max(0, begin) : min(end, returned.size)]
    region = np.pad(region, (max(0, -begin), max(0, end - begin - max(0, -begin) - region.size)))
    length = 1 << math.ceil(math.log2(region.size + size))
    spectrum = np.fft.rfft(region, length) * np.conj(np.fft.rfft(piece, length))
    products = np.fft.irfft(spectrum, length)[: 2 * reach + 1]
    energies = np.cumsum(np.pad(region.astype(np.float64) ** 2, (1, 0)))
    norms = np.sqrt((energies[size : size + products.size] - energies[: products.size]).clip(0))
    own = math.sqrt(float(np.dot(piece, piece)))
    floor = 1e-3 * own + 1e-9
    correlation = products / (np.maximum(norms, floor) * (own + 1e-12))
    top = int(np.abs(correlation).argmax())
    match = float(abs(correlation[top]))
    # Projection of the original onto the returned sound: noise that is in one only does not count.
    gain = float(products[top] / max(norms[top] ** 2, 1e-12))
    return top + _parabola(np.abs(correlation), top) - reach, match, gain


def _parabola(values: NDArray[np.floating], top: int) -> float:
    """Return where between the samples the top lies, -0.5 to 0.5."""
    if not 0 < top < values.size - 1:
        return 0.0
    left, middle, right = (float(values[top + step]) for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    return 0.0 if bend >= 0 else 0.5 * (left - right) / bend
