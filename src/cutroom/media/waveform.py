"""Peaks of a sound for drawing, gathered while it streams by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.media.audio_reader import read_audio
from cutroom.media.blocks import Block

DEFAULT_BINS = 1000
BINS_PER_SECOND = 30
"""What an editor needs to show where a word begins."""
MOST_BINS = 60_000
"""Of one file: 900 KB; an hour has about 11 per second."""
_FIRST_SPAN = 1
_DIGITS = 3


@dataclass(frozen=True)
class Waveform:
    """Lowest and highest value per bin, all channels mixed."""

    seconds: float
    """Length of the timeline that the bins divide evenly."""
    peaks: list[list[float]]
    """`[[lowest, highest], ...]` in [-1, 1], between half of the wanted bins and all of them."""

    def to_json(self) -> dict[str, object]:
        """Return `{"seconds": ..., "peaks": [[min, max], ...]}`."""
        return {"seconds": round(self.seconds, _DIGITS), "peaks": self.peaks}

    def write(self, path: str | Path) -> None:
        """Write the JSON, compact: about 15 KB for 1,000 bins."""
        Path(path).write_text(json.dumps(self.to_json(), separators=(",", ":")), encoding="utf-8")


class Peaks:
    """Bins that double their span whenever there would be too many: flat memory for any length."""

    def __init__(self, bins: int = DEFAULT_BINS) -> None:
        """Gather at most `bins` bins."""
        self._bins = bins + bins % 2
        self._span = _FIRST_SPAN
        self._low = np.zeros(0, np.float32)
        self._high = np.zeros(0, np.float32)
        self._rest = np.zeros(0, np.float32)
        self.count = 0

    def write(self, block: Block) -> None:
        """Add `(channels, n)` samples."""
        mixed = block[0] if block.shape[0] == 1 else block.mean(axis=0, dtype=np.float32)
        self.count += mixed.shape[0]
        mixed = np.concatenate([self._rest, mixed])
        whole = mixed.shape[0] // self._span * self._span
        self._rest = mixed[whole:]
        if whole:
            rows = mixed[:whole].reshape(-1, self._span)
            self._low = np.concatenate([self._low, rows.min(axis=1)])
            self._high = np.concatenate([self._high, rows.max(axis=1)])
        while self._low.shape[0] > self._bins:
            self._merge()

    def _merge(self) -> None:
        """Join neighbours; an odd one at the end goes back to the rest as its two extremes."""
        even = self._low.shape[0] // 2 * 2
        if even < self._low.shape[0]:
            # What waits must stay `span` samples long, so the odd bin is repeated from its extremes.
            odd = np.full(self._span, self._low[-1], np.float32)
            odd[0] = self._high[-1]
            self._rest = np.concatenate([odd, self._rest])
        self._low = self._low[:even].reshape(-1, 2).min(axis=1)
        self._high = self._high[:even].reshape(-1, 2).max(axis=1)
        self._span *= 2

    def finish(self) -> list[list[float]]:
        """Return `[[lowest, highest], ...]`, the last bin from what is left."""
        low, high = self._low, self._high
        if self._rest.shape[0]:
            low = np.append(low, self._rest.min())
            high = np.append(high, self._rest.max())
        return _pairs(low, high)


def _pairs(low: NDArray[np.float32], high: NDArray[np.float32]) -> list[list[float]]:
    clipped = np.clip(np.stack([low, high], axis=1).astype(np.float64), -1, 1)
    return [[float(a), float(b)] for a, b in np.round(clipped, _DIGITS)]


def bins_for(seconds: float) -> int:
    """Return how many bins a recording of a length deserves: as an editor needs them, within bounds."""
    return round(min(MOST_BINS, max(DEFAULT_BINS, BINS_PER_SECOND * seconds)))


def make_waveform(path: str | Path, *, bins: int = DEFAULT_BINS, stream: int = 0) -> Waveform:
    """Read a file's sound and gather its peaks; a late start is drawn as silence.

    Raises:
        BrokenMedia: As `read_audio`.
    """
    peaks = Peaks(bins)
    with read_audio(path, stream=stream) as reader:
        late = round(reader.start * reader.rate)
        while late > 0:
            peaks.write(np.zeros((1, min(late, reader.rate)), np.float32))
            late -= reader.rate
        for block in reader:
            peaks.write(block)
        return Waveform(peaks.count / reader.rate, peaks.finish())
