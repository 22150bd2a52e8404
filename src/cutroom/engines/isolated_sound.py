"""A service's result brought to the original's time, rate, channels and level, in flat memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soxr
from numpy.typing import NDArray

from cutroom.engines.alignment import Alignment
from cutroom.engines.denoiser import Block, Sound
from cutroom.media import AudioReader, read_audio

_NOTICEABLE_DRIFT = 1e-6
"""Seconds per second: 4 ms in an hour, beyond which the rate is corrected."""

_LEVEL_TOLERANCE = 1.0
_LARGEST_CORRECTION = 12.0
"""Decibels: within 1 the level is left alone, beyond 12 it is no mere level difference."""


def level_correction(alignment: Alignment) -> float:
    """Return the factor to apply, 1.0 where the levels agree or cannot be compared."""
    if alignment.gain == 0:
        return 1.0
    decibels = 20 * math.log10(abs(alignment.gain))
    sign = math.copysign(1.0, alignment.gain)
    if not _LEVEL_TOLERANCE < abs(decibels) <= _LARGEST_CORRECTION:
        return sign
    return alignment.gain


def describe(alignment: Alignment) -> tuple[str, ...]:
    """Say what had to be corrected."""
    notes: list[str] = []
    milliseconds = alignment.offset * 1000
    if abs(milliseconds) >= 1:
        notes.append(f"The service's sound lagged by {milliseconds:.1f} ms; it was moved back into time.")
    if abs(alignment.drift) > _NOTICEABLE_DRIFT:
        notes.append(
            f"The service's sound ran {alignment.drift * 1e6:.0f} ppm slow; its speed was corrected."
        )
    factor = level_correction(alignment)
    if abs(factor) != 1:
        notes.append(f"The service's level was corrected by {20 * math.log10(abs(factor)):+.1f} dB.")
    return tuple(notes)


def take_aligned(
    returned: NDArray[np.float32], count: int, alignment: Alignment, rate: int
) -> NDArray[np.float32]:
    """Return `(count,)` samples of the whole returned sound on the original's time, its drift left alone."""
    shift = round((alignment.offset + alignment.drift * count / rate / 2) * rate)
    piece = returned[max(0, shift) : max(0, shift + count)]
    front = max(0, -shift)
    return np.pad(piece, (front, max(0, count - front - piece.size)))[:count] * np.float32(
        level_correction(alignment)
    )


class IsolatedSound:
    """The file, and how it lies on the original."""

    def __init__(self, path: Path, sound: Sound, alignment: Alignment) -> None:
        """Note it; nothing is opened yet."""
        self._path = path
        self._sound = sound
        self._alignment = alignment

    def open(self) -> IsolatedStream:
        """Read it from the beginning; the caller closes."""
        return IsolatedStream(read_audio(self._path), self._sound, self._alignment)


class IsolatedStream:
    """Gives as many samples as are asked for; silence where the service's sound has none."""

    def __init__(self, reader: AudioReader, sound: Sound, alignment: Alignment) -> None:
        """Prepare to convert."""
        self._reader = reader
        self._channels = sound.channels
        self._gain = np.float32(level_correction(alignment))
        drift = alignment.drift if abs(alignment.drift) > _NOTICEABLE_DRIFT else 0.0
        # Output sample n belongs to the returned sound's time offset + n / rate * (1 + drift).
        self._converter = soxr.ResampleStream(
            reader.rate * (1 + drift), sound.rate, reader.channels, dtype="float32", quality="VHQ"
        )
        shift = round((alignment.offset - float(reader.start)) / (1 + drift) * sound.rate)
        self._skip = max(0, shift)
        self._ready: Block = np.zeros((sound.channels, max(0, -shift)), np.float32)
        self._blocks = self._convert()

    def pull(self, count: int) -> Block:
        """Return the next `(channels, count)` samples."""
        while self._ready.shape[1] < count:
            block = next(self._blocks, None)
            if block is None:
                block = np.zeros((self._channels, count - self._ready.shape[1]), np.float32)
            self._ready = np.concatenate([self._ready, block], axis=1)
        taken, self._ready = self._ready[:, :count], self._ready[:, count:]
        return taken

    def _convert(self) -> Iterator[Block]:
        rows = self._reader.channels
        for block in self._reader:
            yield self._fit(self._converter.resample_chunk(np.ascontiguousarray(block.T)))
        yield self._fit(self._converter.resample_chunk(np.zeros((0, rows), np.float32), last=True))

    def _fit(self, converted: object) -> Block:
        samples = np.asarray(converted, np.float32).reshape(-1, self._reader.channels).T * self._gain
        skipped = min(self._skip, samples.shape[1])
        self._skip -= skipped
        samples = samples[:, skipped:]
        if samples.shape[0] != self._channels:
            samples = np.repeat(samples.mean(axis=0, keepdims=True), self._channels, axis=0)
        return samples

    def __enter__(self) -> Self:
        """Return the stream."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._reader.close()
