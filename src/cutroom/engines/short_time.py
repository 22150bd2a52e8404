"""Short-time spectra on a grid of 20 ms that is the same at every sample rate.

Frame m is centred on sample floor(m * rate / 50) and 40 ms long under a square-root Hann window, so that
analysis and synthesis together add up to 1 (Griffin and Lim 1984). A bin is 25 Hz wide at every rate: gains
found at 48 kHz are applied at the source's own rate, and nothing is ever resampled on its way out.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Spectra = NDArray[np.complex64]

FRAMES_PER_SECOND = 50


def frame_centre(number: int, rate: int) -> int:
    """Return the sample that frame `number` is centred on."""
    return number * rate // FRAMES_PER_SECOND


def frame_count(samples: int, rate: int) -> int:
    """Return how many frames cover `samples`: the last is centred at or behind the end."""
    return -(-samples * FRAMES_PER_SECOND // rate) + 1


def half_width(rate: int) -> int:
    """Return the half of a window in samples: the largest distance of two centres."""
    return -(-rate // FRAMES_PER_SECOND)


@cache
def window(rate: int) -> Samples:
    """Return the periodic square-root Hann window, `(2 * half_width,)`."""
    size = 2 * half_width(rate)
    return np.sin(np.pi * np.arange(size) / size).astype(np.float32)


class Analysis:
    """Blocks of samples in, spectra of 20 ms frames out."""

    def __init__(self, rate: int, channels: int) -> None:
        """Analyse `channels` rows at `rate` hertz, beginning at sample 0."""
        self._rate = rate
        self._half = half_width(rate)
        self._window = window(rate)
        # Sample -half is the first of frame 0's window.
        self._kept: Samples = np.zeros((channels, self._half), np.float32)
        self._kept_from = -self._half
        self._next = 0
        self._taken = 0

    def push(self, block: Samples) -> Spectra:
        """Take `(channels, n)` samples; return `(channels, frames, bins)` of the frames that are whole."""
        self._kept = np.concatenate([self._kept, block], axis=1)
        self._taken += block.shape[1]
        return self._transform(self._taken)

    def finish(self) -> Spectra:
        """Return the frames of the end, the sound followed by silence."""
        last = frame_centre(frame_count(self._taken, self._rate) - 1, self._rate)
        silence = np.zeros((self._kept.shape[0], max(0, last + self._half - self._taken)), np.float32)
        self._kept = np.concatenate([self._kept, silence], axis=1)
        return self._transform(last + self._half)

    def _transform(self, known: int) -> Spectra:
        first = self._next
        # The largest m with floor(m * rate / 50) + half <= known, plus one.
        stop = max(first, ((known - self._half + 1) * FRAMES_PER_SECOND - 1) // self._rate + 1)
        frames = self._cut(first, stop)
        self._next = stop
        keep = max(0, min(frame_centre(stop, self._rate) - self._half - self._kept_from, self._kept.shape[1]))
        self._kept = self._kept[:, keep:]
        self._kept_from += keep
        # numpy keeps single precision here; its stubs do not know.
        return np.fft.rfft(frames, axis=2).astype(np.complex64, copy=False)

    def _cut(self, first: int, stop: int) -> Samples:
        """Return windowed frames, `(channels, stop - first, 2 * half)`."""
        size = 2 * self._half
        start = frame_centre(first, self._rate) - self._half - self._kept_from
        if self._rate % FRAMES_PER_SECOND == 0 and stop > first:  # a view, four times faster than gathering
            views = np.lib.stride_tricks.sliding_window_view(self._kept[:, start:], size, axis=1)
            return views[:, :: self._half][:, : stop - first] * self._window
        starts = np.arange(first, stop) * self._rate // FRAMES_PER_SECOND - self._half - self._kept_from
        return self._kept[:, starts[:, None] + np.arange(size)] * self._window


class Synthesis:
    """Spectra of 20 ms frames in, blocks of samples out: the inverse of `Analysis`."""

    def __init__(self, rate: int, channels: int) -> None:
        """Put `channels` rows at `rate` hertz together, beginning at sample 0."""
        self._rate = rate
        self._half = half_width(rate)
        self._window = window(rate)
        self._is_even = rate % FRAMES_PER_SECOND == 0
        self._sum: Samples = np.zeros((channels, self._half), np.float32)
        self._weight: Samples = np.zeros(self._half, np.float32)
        self._sum_from = -self._half
        self._next = 0

    def push(self, spectra: Spectra) -> Samples:
        """Take `(channels, frames, bins)` spectra; return the `(channels, n)` samples that are complete."""
        count = spectra.shape[1]
        frames = np.fft.irfft(spectra, 2 * self._half, axis=2)
        frames *= self._window
        end = frame_centre(self._next + count - 1, self._rate) + self._half
        self._grow(end)
        for number in range(count):
            at = frame_centre(self._next + number, self._rate) - self._half - self._sum_from
            self._sum[:, at : at + 2 * self._half] += frames[:, number]
            if not self._is_even:
                self._weight[at : at + 2 * self._half] += self._window**2
        self._next += count
        # The next frame begins here; everything before it has got all it will get.
        return self._take(frame_centre(self._next, self._rate) - self._half)

    def finish(self) -> Samples:
        """Return what is left: the half window behind the last centre, mostly silence."""
        return self._take(self._sum_from + self._sum.shape[1])

    def _grow(self, end: int) -> None:
        missing = end - self._sum_from - self._sum.shape[1]
        if missing > 0:
            self._sum = np.pad(self._sum, ((0, 0), (0, missing)))
            self._weight = np.pad(self._weight, (0, missing))

    def _take(self, end: int) -> Samples:
        count = max(0, min(end - self._sum_from, self._sum.shape[1]))
        ready = self._sum[:, :count]
        if not self._is_even:  # centres are rounded to samples there, so the windows add up only nearly to 1
            ready = np.divide(ready, np.maximum(self._weight[:count], np.float32(0.1)), dtype=np.float32)
        skip = min(count, max(0, -self._sum_from))
        self._sum = self._sum[:, count:]
        self._weight = self._weight[count:]
        self._sum_from += count
        return np.ascontiguousarray(ready[:, skip:])
