"""Another sample rate without a shift and with the exact length, block by block."""

from __future__ import annotations

import numpy as np
import soxr

from cutroom.media.blocks import Block

QUALITY = "VHQ"
"""28-bit passband. Measured: 0.25 ms per second of mono 44.1 to 48 kHz, against 0.21 ms for HQ."""


class Resampler:
    """A streaming converter: n samples in give round(n * output / input) samples out, in time.

    soxr removes its filter's delay itself; only the block boundaries of the output vary.
    """

    def __init__(self, source_rate: int, rate: int, channels: int) -> None:
        """Convert `channels` rows from `source_rate` to `rate`, both in hertz."""
        self._ratio = (rate, source_rate)
        self._taken = 0
        self._given = 0
        self._channels = channels
        self._stream = None
        if source_rate != rate:
            self._stream = soxr.ResampleStream(source_rate, rate, channels, dtype="float32", quality=QUALITY)

    def push(self, block: Block) -> Block:
        """Convert `(channels, n)` samples; what comes out may be shorter or empty."""
        if self._stream is None:
            return block
        self._taken += block.shape[1]
        converted = self._stream.resample_chunk(np.ascontiguousarray(block.T), last=False)
        return self._give(converted)

    def finish(self) -> Block:
        """Return the end of the sound; the converter cannot be used afterwards."""
        empty = np.zeros((self._channels, 0), np.float32)
        if self._stream is None or not self._taken:
            return empty
        tail = self._stream.resample_chunk(np.zeros((0, self._channels), np.float32), last=True)
        converted = np.asarray(tail, np.float32).reshape(-1, self._channels).T
        numerator, denominator = self._ratio
        wanted = max(0, (2 * self._taken * numerator + denominator) // (2 * denominator) - self._given)
        missing = max(0, wanted - converted.shape[1])
        return np.ascontiguousarray(np.pad(converted[:, :wanted], ((0, 0), (0, missing))))

    def _give(self, converted: object) -> Block:
        samples = np.asarray(converted, np.float32).reshape(-1, self._channels)
        self._given += samples.shape[0]
        return np.ascontiguousarray(samples.T)
