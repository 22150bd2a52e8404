"""How loud a file is from moment to moment, and in which bands: what waveforms are drawn from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.media import AudioReader
from cutroom.render.sounds.playback import open_at

BINS_PER_SECOND = 100
_RATE = 16_000
"""Enough for what is drawn: bands up to 7.5 kHz."""
_BIN = _RATE // BINS_PER_SECOND
_CHUNK_SECONDS = 10
_CHUNK = _RATE * _CHUNK_SECONDS
_KEPT_CHUNKS = 8
_LONGEST = 1_000_000
"""More chunks than any file has."""
_RUN = 3
"""Chunks that are always read one after the other from the first of them, wherever somebody begins to ask:
what a decoder gives behind a jump may differ, and pictures must not depend on who drew what before."""

_FOURIER = 2048
"""128 ms: bands of 8 Hz, so that the low ones differ."""
_LOWEST, _HIGHEST = 60.0, 7500.0
_FLOOR, _CEILING = -60.0, -10.0
"""Level in dBFS of one band at which its bar has no height, and all of it: single bands of loud speech and
music reach about -15."""
_TILT = 3.0
"""Decibels per octave by which higher bands are raised: speech and music fall off by about as much."""

Powers = NDArray[np.int64]
Whole = NDArray[np.int16]


class LevelReader:
    """Reads a file where it is asked about, forwards cheaply; samples are rounded to 16 bits of one channel.

    Rounding makes what is drawn the same on machines whose decoders differ in the last bit.
    """

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self._path = path
        self._powers: dict[int, Powers] = {}
        self._chunks: OrderedDict[int, Whole] = OrderedDict()
        self._reader: AudioReader | None = None
        self._source: Iterator[Whole] = iter(())
        self._begun = self._next = 0
        self._run = _RUN

    def powers(self, first: int, count: int) -> Powers:
        """Return the mean square of each bin of 10 ms, full scale 2^30; 0 where there is no sound.

        Args:
            first: Bin, counted from the file's beginning; may be negative.
            count: How many.

        Raises:
            BrokenMedia: As `read_audio`.
        """
        bins = BINS_PER_SECOND * _CHUNK_SECONDS
        found = np.zeros(count, np.int64)
        for number in range(max(0, first // bins), max(0, -(-(first + count) // bins))):
            if number not in self._powers:
                self._load(number)
            begin = number * bins
            low, high = max(first, begin), min(first + count, begin + bins)
            found[low - first : high - first] = self._powers[number][low - begin : high - begin]
        return found

    def bands(self, time: Fraction, count: int) -> NDArray[np.float64]:
        """Return how loud each of `count` bands is around a moment, 0 to 1, from 60 Hz to 7.5 kHz.

        Each is as wide as the others to the ear (equal ratios), but no narrower than what can be told apart.
        """
        begin = round(time * _RATE) - _FOURIER // 2
        samples = self._samples(begin) * np.hanning(_FOURIER)
        # A full-scale sine reads 1.
        spectrum = np.abs(np.fft.rfft(samples)) * (4 / _FOURIER / 32768)
        edges = _LOWEST * (_HIGHEST / _LOWEST) ** (np.arange(count + 1) / count)
        low = np.floor(edges[:-1] * _FOURIER / _RATE).astype(int)
        high = np.maximum(low + 1, np.ceil(edges[1:] * _FOURIER / _RATE).astype(int))
        loudest = np.array([spectrum[a:b].max() for a, b in zip(low, high, strict=True)])
        decibels = 20 * np.log10(np.maximum(loudest, 1e-9)) + _TILT * np.log2(edges[:-1] / _LOWEST)
        return np.clip((decibels - _FLOOR) / (_CEILING - _FLOOR), 0.0, 1.0)

    def close(self) -> None:
        """Close the file; it is opened again when it is asked about again."""
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _samples(self, begin: int) -> NDArray[np.float64]:
        found = np.zeros(_FOURIER)
        for number in range(max(0, begin // _CHUNK), max(0, (begin + _FOURIER - 1) // _CHUNK) + 1):
            start = number * _CHUNK
            low, high = max(begin, start), min(begin + _FOURIER, start + _CHUNK)
            if low < high:
                found[low - begin : high - begin] = self._chunk(number)[low - start : high - start]
        return found

    def _chunk(self, number: int) -> Whole:
        if number not in self._chunks:
            self._load(number)
        self._chunks.move_to_end(number)
        return self._chunks[number]

    def _load(self, number: int) -> None:
        """Read a chunk, and those before it in its run that were not read just now."""
        if self._reader is None or number < self._next or self._first(number) != self._begun:
            self._open(number)
        while self._next <= number:
            chunk = next(self._source, np.zeros(_CHUNK, np.int16))
            squares = chunk.astype(np.int64) ** 2
            self._powers[self._next] = squares.reshape(-1, _BIN).sum(axis=1) // _BIN
            self._chunks[self._next] = chunk
            if len(self._chunks) > _KEPT_CHUNKS:
                self._chunks.popitem(last=False)
            self._next += 1

    def _first(self, number: int) -> int:
        """Return the chunk from which a chunk's run is read; that of a file without an index is all of it."""
        return number // self._run * self._run

    def _open(self, number: int) -> None:
        self.close()
        first = self._first(number)
        reader = open_at(self._path, Fraction(first * _CHUNK_SECONDS), _RATE)
        if reader is not None and not reader.is_indexed:
            self._run = _LONGEST
            if first:
                reader.close()
                first, reader = 0, open_at(self._path, Fraction(0), _RATE)
        self._reader, self._begun, self._next = reader, first, first
        self._source = _read(reader, first) if reader else iter(())


def _read(reader: AudioReader, number: int) -> Iterator[Whole]:
    """Yield chunks from `number` on, the last one filled up with silence."""
    rest = np.zeros(round(reader.start * _RATE) - number * _CHUNK, np.int16)
    for block in reader:
        mean = block.mean(axis=0, dtype=np.float64)
        whole = np.clip(np.rint(mean * 32768), -32768, 32767).astype(np.int16)
        rest = np.concatenate([rest, whole])
        while rest.size >= _CHUNK:
            yield rest[:_CHUNK]
            rest = rest[_CHUNK:]
    yield np.pad(rest, (0, _CHUNK - rest.size))
