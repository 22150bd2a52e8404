"""A look-ahead limiter for true peaks: no shift, no overshoot, the same gain on every channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cutroom.media.blocks import Block
from cutroom.media.true_peak import CONTEXT, HEADROOM, oversampling, peaks_between

_LOOKAHEAD_SECONDS = 0.005
_RELEASE_DECIBELS_PER_SECOND = 40.0
_MARGIN_DECIBELS = 0.1
"""The gain moves between the samples as well, so peaks may end a little above what was computed."""

_Gains = NDArray[np.float64]


class Limiter:
    """Holds true peaks under a ceiling; what goes in comes out later, but in all the same samples.

    The wanted gain of each sample (in decibels, 0 or less) is first held over the look-ahead by a sliding
    minimum, then released at a constant slope, which is a running minimum too, then smoothed by two moving
    averages that together reach no further than the look-ahead: so the gain is at or below what every peak
    needs at the moment it comes (the scheme of Hämäläinen, "Smoothing of the control signal without clipped
    output in digital peak limiters", DAFx 2002).
    """

    def __init__(self, rate: int, channels: int, ceiling: float) -> None:
        """Make a limiter for blocks of `channels` rows at `rate` hertz.

        Args:
            rate: Samples per second.
            channels: Rows of the blocks.
            ceiling: Highest true peak in dBTP, for example -1.
        """
        self._factor = oversampling(rate)
        self._ceiling = 10 ** ((ceiling - _MARGIN_DECIBELS) / 20)
        self._half = max(1, round(rate * _LOOKAHEAD_SECONDS) // 2)
        self._slope = _RELEASE_DECIBELS_PER_SECOND / rate
        self._ahead = 2 * self._half
        # Samples whose gain is not known yet, behind CONTEXT samples that are out already. A look-ahead of
        # silence goes first, in which the gain can fall for a peak in the first milliseconds.
        self._samples = np.zeros((channels, CONTEXT + self._ahead), np.float32)
        self._skip = self._ahead
        self._wanted: _Gains = np.zeros(0)
        self._held: _Gains = np.zeros(2 * self._half)
        self._released = 0.0
        self.deepest = 0.0

    def push(self, block: Block) -> Block:
        """Take `(channels, n)` samples; return those whose gain is known."""
        self._samples = np.concatenate([self._samples, block], axis=1)
        self._want()
        given = self._give()
        skipped = min(self._skip, given.shape[1])
        self._skip -= skipped
        return given[:, skipped:]

    def finish(self) -> Block:
        """Return the rest; the limiter cannot be used afterwards."""
        channels, waiting = self._samples.shape
        waiting -= CONTEXT + self._skip
        tail = self.push(np.zeros((channels, self._ahead + CONTEXT), np.float32))
        return tail[:, :waiting]

    def _want(self) -> None:
        """Compute the wanted gains of samples that have their right-hand context now."""
        known = self._wanted.shape[0]
        end = self._samples.shape[1] - CONTEXT
        region = self._samples[:, known : end + CONTEXT]
        count = end - CONTEXT - known
        if count <= 0:
            return
        gains = np.zeros(count)
        if max(float(region.max()), -float(region.min())) * HEADROOM > self._ceiling:
            peaks = peaks_between(region, self._factor, self._ceiling)
            np.minimum(0.0, 20 * np.log10(self._ceiling / np.maximum(peaks, 1e-9)), out=gains)
        self._wanted = np.concatenate([self._wanted, gains])

    def _give(self) -> Block:
        count = self._wanted.shape[0] - self._ahead
        if count <= 0:
            return np.zeros((self._samples.shape[0], 0), np.float32)
        gains = self._smooth(self._release(_slide_minimum(self._wanted, self._ahead + 1)[:count]))
        given = self._samples[:, CONTEXT : CONTEXT + count]
        self._samples = self._samples[:, count:]
        self._wanted = self._wanted[count:]
        lowest = float(gains.min())
        if lowest == 0.0:
            return given
        self.deepest = min(self.deepest, lowest)
        return given * (10 ** (gains / 20)).astype(np.float32)

    def _release(self, gains: _Gains) -> _Gains:
        """Let the gain rise by no more than the slope: min over the past of gain + slope * time since."""
        if self._released == 0.0 and not gains.any():
            return gains
        ramp: _Gains = self._slope * np.arange(1, gains.shape[0] + 1, dtype=np.float64)
        falling = np.minimum.accumulate(np.minimum(gains - ramp, self._released))
        released = np.minimum(falling + ramp, 0.0)
        self._released = float(released[-1])
        return released

    def _smooth(self, gains: _Gains) -> _Gains:
        """Average over the past look-ahead, twice half of it: a triangle, without corners in the gain."""
        extended = np.concatenate([self._held, gains])
        self._held = extended[-2 * self._half :]
        if not extended.any():
            return gains
        return _average(_average(extended, self._half + 1), self._half + 1)


def _average(values: _Gains, width: int) -> _Gains:
    total = np.cumsum(np.concatenate([[0.0], values]))
    return np.minimum((total[width:] - total[:-width]) / width, 0.0)


def _slide_minimum(values: _Gains, width: int) -> _Gains:
    """Return the minimum over `width` values from each one on, by doubling the reach."""
    lowest = values.copy()
    if not lowest.any():
        return lowest
    reach = 1
    while reach < width:
        step = min(reach, width - reach)
        lowest[:-step] = np.minimum(lowest[:-step], lowest[step:])
        reach += step
    return lowest
