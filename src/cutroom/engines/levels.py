"""Speech level, noise floor and the ratio of both, measured on the same 20 ms frames before and after."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cutroom.engines.short_time import FRAMES_PER_SECOND
from cutroom.media import Loudness

Block = NDArray[np.float32]
Powers = NDArray[np.float32]

_QUIETEST = 0.1
"""The share of frames that counts as pauses: even read speech pauses for a sixth of the time."""

_LOWEST = -120.0
"""Decibels of full scale below which nothing is told apart from digital silence."""


class FrameLevels:
    """Mean power of all channels per frame of 20 ms; 4 bytes per frame, 0.7 MB per hour."""

    def __init__(self, rate: int) -> None:
        """Begin at sample 0 of a sound with `rate` samples per second."""
        self._rate = rate
        self._position = 0
        self._open_frame = 0
        self._carried = 0.0
        self._powers: list[NDArray[np.float64]] = []

    def write(self, block: Block) -> None:
        """Add `(channels, n)` samples."""
        count = block.shape[1]
        if not count:
            return
        squares = np.einsum("cn,cn->n", block, block) / np.float32(block.shape[0])
        first = self._position * FRAMES_PER_SECOND // self._rate
        last = (self._position + count - 1) * FRAMES_PER_SECOND // self._rate
        frames = np.arange(first, last + 1, dtype=np.int64)
        # The first sample whose frame has this number; the first frame goes on from the block before.
        edges = np.maximum(-(-frames * self._rate // FRAMES_PER_SECOND) - self._position, 0)
        sums = np.add.reduceat(squares, edges).astype(np.float64)
        if first == self._open_frame:
            sums[0] += self._carried
        elif self._position:
            self._powers.append(np.array([self._carried]))
        self._carried, self._open_frame = float(sums[-1]), last
        self._powers.append(sums[:-1])
        self._position += count

    def finish(self) -> Powers:
        """Return the mean power of each frame, `(frames,)`."""
        sums = np.concatenate([*self._powers, [self._carried]])
        return (sums * (FRAMES_PER_SECOND / self._rate)).astype(np.float32)


@dataclass(frozen=True)
class Measurement:
    """What a sound measures; None where there is nothing to measure."""

    loudness: float | None
    """Integrated, LUFS (EBU R128)."""
    true_peak: float | None
    """dBTP."""
    noise_floor: float | None
    """dBFS of the quietest tenth of the source's frames."""
    speech_level: float | None
    """dBFS of the frames that carry speech."""
    snr: float | None
    """Speech level over noise floor, decibels."""


def measure(
    powers: Powers, pauses: NDArray[np.bool_], speech: NDArray[np.bool_] | None, loudness: Loudness
) -> Measurement:
    """Put a measurement together.

    Args:
        powers: Per frame, as `FrameLevels` gives them.
        pauses: Which frames are pauses in the source, from `find_pauses`.
        speech: Which frames carry speech; may be a few frames longer or shorter than `powers`.
        loudness: The meter's reading.
    """
    floor = _level(powers[pauses[: powers.size]])
    level = None
    if speech is not None:
        count = min(speech.size, powers.size)
        level = _level(powers[:count][speech[:count]])
    snr = level - floor if level is not None and floor is not None else None
    return Measurement(loudness.integrated, loudness.true_peak, floor, level, snr)


def find_pauses(powers: Powers) -> NDArray[np.bool_]:
    """Mark the quietest tenth of the frames, at least one."""
    if not powers.size:
        return np.zeros(0, np.bool_)
    return powers <= np.quantile(powers, _QUIETEST)


def _level(powers: Powers) -> float | None:
    if not powers.size:
        return None
    mean = float(powers.mean(dtype=np.float64))
    return max(_LOWEST, 10 * math.log10(mean)) if mean > 0 else _LOWEST
