"""A file's sound from a moment on, as one stereo stream to pull samples from, looped where asked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import BrokenMedia
from cutroom.media import AudioReader, read_audio
from cutroom.media.samples import mix as mix_channels
from cutroom.render.sound import Sound

Block = NDArray[np.float32]
"""`(2, n)` float32, full scale is 1.0."""

CHANNELS = 2
_KEPT_SECONDS = 5
"""A loop up to this long is decoded once and stays in memory (2 MB); a longer one is opened again."""


class SampleStream(Protocol):
    """Something that sounds."""

    def pull(self, count: int) -> Block:
        """Return the next `(2, count)` samples; silence where there are no more."""
        ...

    def close(self) -> None:
        """Close files; harmless when they are closed."""
        ...


class FileStream:
    """One pass through the sound of a file, at a rate, in stereo.

    One channel sounds on both sides as loud as it is (as players do it); more than two are mixed by
    libswresample's matrix, which is that of ITU-R BS.775-4, annex 4: centre and surrounds at -3 dB, no LFE.
    """

    def __init__(self, path: Path, trim: Fraction, rate: int) -> None:
        """Open the file.

        Args:
            path: A file with sound.
            trim: Seconds on the file's own timeline of the first sample; silence where its sound starts late.
            rate: Samples per second wanted.

        Raises:
            BrokenMedia: As `read_audio`.
        """
        self._rate = rate
        self._rest = silence(0)
        self._reader: AudioReader | None = open_at(path, trim, rate)
        self._blocks = self._read(round(trim * rate))

    def read(self, count: int) -> Block:
        """Return up to `(2, count)` samples; fewer only where the sound ends."""
        parts: list[Block] = []
        missing = count
        while missing:
            if not self._rest.shape[1]:
                block = next(self._blocks, None)
                if block is None:
                    break
                self._rest = block
            parts.append(self._rest[:, :missing])
            self._rest = self._rest[:, missing:]
            missing -= parts[-1].shape[1]
        return np.concatenate(parts, axis=1) if parts else silence(0)

    def pull(self, count: int) -> Block:
        """Return the next `(2, count)` samples, silence behind the end."""
        return pad(self.read(count), count)

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        if self._reader is not None:
            self._reader.close()

    def _read(self, begin: int) -> Iterator[Block]:
        if self._reader is None:
            return
        late = round(self._reader.start * self._rate) - begin
        while late > 0:
            yield silence(min(late, self._rate))
            late -= self._rate
        for block in self._reader:
            yield _to_stereo(block, self._reader.layout, self._rate)


def open_at(path: Path, time: Fraction, rate: int) -> AudioReader | None:
    """Open a file's sound at a time; None where it is over by then (as under the last pictures of a film).

    Raises:
        BrokenMedia: As `read_audio`.
    """
    try:
        return read_audio(path, rate=rate, start=time or None)
    except BrokenMedia as error:
        if time and error.code_word == "no_audio_decoded":
            return None
        raise


def _to_stereo(block: Block, layout: str, rate: int) -> Block:
    if block.shape[0] == 1:
        return np.repeat(block, CHANNELS, axis=0)
    if layout in {"stereo", "downmix"}:
        return block
    return mix_channels(block, layout, "stereo", rate)


class LoopedStream:
    """A file's sound again and again, without a gap.

    Sound repeats where its own last sample was; that of a film repeats with the film, whose length is a
    fraction of samples: pass k begins at the first sample at or after k periods.
    """

    def __init__(self, sound: Sound, rate: int) -> None:
        """Open the file for its first pass."""
        self._path = sound.item.path
        self._trim = sound.trim
        self._rate = rate
        self._period = _period(sound, rate)
        self._position = 0
        self._kept: list[Block] | None = []
        self._kept_samples = 0
        self._whole: Block | None = None
        self._pass = 0
        self._passed = 0
        self._file = FileStream(self._path, self._trim, rate)

    def pull(self, count: int) -> Block:
        """Return the next `(2, count)` samples."""
        parts: list[Block] = []
        missing = count
        while missing and self._whole is None:
            part = self._next(missing)
            self._keep(part)
            missing -= part.shape[1]
            parts.append(part)
            self._passed += part.shape[1]
            if missing:
                self._begin_pass()
        self._position += count - missing
        if missing:
            parts.append(self._repeat(missing))
        return np.concatenate([silence(0), *parts], axis=1)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _next(self, count: int) -> Block:
        """Return samples of this pass; fewer than asked for only at its end."""
        if self._period is None:
            return self._file.read(count)
        left = _pass_begin(self._pass + 1, self._period) - _pass_begin(self._pass, self._period)
        return self._file.pull(min(count, left - self._passed))

    def _keep(self, part: Block) -> None:
        if self._kept is None:
            return
        self._kept_samples += part.shape[1]
        self._kept.append(part)
        if self._kept_samples > _KEPT_SECONDS * self._rate:
            self._kept = None

    def _begin_pass(self) -> None:
        if self._kept is not None or not self._passed:
            # A film's pass may be one sample longer the next time.
            whole = [*(self._kept or []), self._file.read(1) if self._period else silence(0)]
            self._whole = np.concatenate(whole, axis=1)
            self._file.close()
            return
        self._pass += 1
        self._passed = 0
        self._file.close()
        self._file = FileStream(self._path, self._trim, self._rate)

    def _repeat(self, count: int) -> Block:
        assert self._whole is not None  # noqa: S101 - only asked for when the pass is in memory
        places = np.arange(self._position, self._position + count, dtype=np.int64)
        self._position += count
        size = self._whole.shape[1]
        if not size:
            return silence(count)
        if self._period is None:
            return self._whole[:, places % size]
        above, below = self._period.numerator, self._period.denominator
        offsets = places - -(-(places * below // above * above) // below)
        return np.where(offsets < size, self._whole[:, np.minimum(offsets, size - 1)], np.float32(0))


def _pass_begin(number: int, period: Fraction) -> int:
    return -(-number * period.numerator // period.denominator)


def _period(sound: Sound, rate: int) -> Fraction | None:
    """Return the samples after which a film repeats; None for files that are sound alone."""
    if sound.item.kind != "video" or sound.item.seconds is None:
        return None
    # A denominator that keeps sample numbers times it within 64 bits; 1 us in 6 hours at worst.
    return max(Fraction(1), ((sound.item.seconds - sound.trim) * rate).limit_denominator(1_000_000))


def silence(count: int) -> Block:
    """Return `(2, count)` zeros."""
    return np.zeros((CHANNELS, count), np.float32)


def pad(block: Block, count: int) -> Block:
    """Return the block with silence behind it, `count` samples in all."""
    missing = count - block.shape[1]
    return block if missing <= 0 else np.concatenate([block, silence(missing)], axis=1)
