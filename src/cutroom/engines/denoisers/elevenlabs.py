"""ElevenLabs' audio isolation as a denoiser: its result laid back over the source to the sample."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import BrokenMedia, Refused, TooLarge
from cutroom.engines.alignment import Alignment, align
from cutroom.engines.denoiser import (
    Block,
    Credentials,
    Denoiser,
    Findings,
    Listener,
    Progress,
    Separation,
    Sound,
)
from cutroom.engines.downmix import Downmix, low_frequency_channel
from cutroom.engines.isolated_sound import IsolatedSound, describe, take_aligned
from cutroom.engines.levels import FrameLevels
from cutroom.engines.vendors import elevenlabs
from cutroom.media import AudioWriter, read_audio
from cutroom.media.resampling import Resampler

_RATE = 8000
"""Hertz at which the two sounds are compared."""

_LIMIT = 40.0
"""Decibels: the service's result is used as it is; 1 % of the original hides its gaps."""

_ACTIVE = 10**-2.5
_QUIETEST = 1e-12
_AUDIBLE = 1e-5
"""Full scale 1: -100 dBFS."""


class ElevenLabsDenoiser(Denoiser):
    """Audio isolation of ElevenLabs."""

    name = "elevenlabs"
    title = "ElevenLabs audio isolation"
    version = "1"
    is_local = False
    destination = "The sound (never the picture) is sent to ElevenLabs, a company in the United States."

    def check(self, credentials: Credentials) -> None:
        """Make sure that there is a key; the service is not called."""
        elevenlabs.require_key(credentials)

    def listen(self, sound: Sound, folder: Path, *, isolated: Path | None = None) -> Listener:
        """Begin to hear a sound whose isolated version lies at `isolated`."""
        if isolated is None:
            message = "ElevenLabs' result is missing; call `isolate` first and hand its file over."
            raise Refused(message, code="isolated_needed")
        del folder  # nothing is kept on disk
        return _Listener(sound, isolated)

    def isolate(
        self,
        source: Path,
        target: Path,
        credentials: Credentials,
        *,
        stream: int = 0,
        start: float | None = None,
        seconds: float | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Send the sound as FLAC and write the MP3 that comes back to `target`.

        Raises:
            TooLarge: When the sound is longer than the service takes.
            Errors of `elevenlabs.isolate_audio`, and BrokenMedia of the source.
        """
        elevenlabs.require_key(credentials)
        tell = progress or _ignore
        sent = target.with_name(f"{target.stem}-sent.flac")
        try:
            tell(0.0, "Preparing")
            _extract(source, sent, stream, start, seconds)
            elevenlabs.isolate_audio(
                sent, target, credentials, progress=lambda share, text: tell(0.1 + 0.9 * share, text)
            )
        finally:
            sent.unlink(missing_ok=True)
        tell(1.0, "Receiving")
        return target


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


def _extract(source: Path, target: Path, stream: int, start: float | None, seconds: float | None) -> None:
    """Write the sound alone, 16 bits: half the size, far below any noise that is to be removed."""
    with read_audio(source, stream=stream, start=start, seconds=seconds) as reader:
        samples = 0
        with AudioWriter(target, codec="flac", rate=reader.rate, layout=reader.layout, bits=16) as writer:
            for block in reader:
                samples += block.shape[1]
                if samples / reader.rate > elevenlabs.MAX_SECONDS:
                    message = "ElevenLabs takes at most an hour of sound; use the local engine or cut it."
                    raise TooLarge(message)
                writer.write(block)


class _Listener(Listener):
    """Keeps the source at 8 kHz, 32 kB per second, to find where the service's result belongs."""

    def __init__(self, sound: Sound, isolated: Path) -> None:
        self._sound = sound
        self._isolated = isolated
        self._downmix = Downmix(sound.layout, sound.channels)
        self._resampler = Resampler(sound.rate, _RATE, 1)
        self._pieces: list[Block] = []

    def write(self, block: Block) -> None:
        """Hear `(channels, n)` samples."""
        self._pieces.append(self._resampler.push(self._downmix.mix(block)[None])[0].copy())

    def finish(self) -> Separation:
        """Place the result on the source.

        Raises:
            BrokenMedia: With code `isolated_mismatch` when the two have nothing in common.
        """
        self._pieces.append(self._resampler.finish()[0])
        original = np.concatenate(self._pieces)
        self._pieces.clear()
        returned = _read_small(self._isolated)
        alignment = align(original, returned, _RATE)
        is_audible = float(np.abs(original).max(initial=0.0)) > _AUDIBLE
        if is_audible and not alignment.is_same_sound:
            message = "ElevenLabs' result does not belong to this sound; run the isolation again."
            raise BrokenMedia(message, code="isolated_mismatch")
        findings = _find(original, returned, alignment) if is_audible else Findings(None, _LIMIT, None, 0.0)
        return _Separation(self._sound, IsolatedSound(self._isolated, self._sound, alignment), findings)

    def close(self) -> None:
        """Forget what was heard."""
        self._pieces.clear()


class _Separation(Separation):
    def __init__(self, sound: Sound, isolated: IsolatedSound, findings: Findings) -> None:
        self._isolated = isolated
        self._low = low_frequency_channel(sound.layout)
        self.findings = findings

    def render(self, blocks: Iterable[Block], limit: float) -> Iterator[Block]:
        """Yield the service's sound over as much of the original as the limit asks for, LFE untouched."""
        return iter(blocks) if limit <= 0 else self._render(blocks, np.float32(10 ** (-limit / 20)))

    def _render(self, blocks: Iterable[Block], floor: np.float32) -> Iterator[Block]:
        with self._isolated.open() as isolated:
            for block in blocks:
                mixed: Block = isolated.pull(block.shape[1]) * (np.float32(1) - floor)
                mixed += block * floor
                if self._low is not None and self._low < block.shape[0]:
                    mixed[self._low] = block[self._low]
                yield mixed

    def close(self) -> None:
        """Nothing was written."""


def _read_small(path: Path) -> Block:
    """Read a sound as one channel at 8 kHz, `(n,)`."""
    with read_audio(path, rate=_RATE) as reader:
        lead = np.zeros(round(reader.start * _RATE), np.float32)
        return np.concatenate([lead, *(block.mean(axis=0) for block in reader)])


def _find(original: Block, returned: Block, alignment: Alignment) -> Findings:
    """Tell speech from noise by the service's own result."""
    speech = take_aligned(returned, original.size, alignment, _RATE)
    powers = _powers(speech)
    residue = _powers(original - speech)
    active = powers > float(np.quantile(powers, 0.95)) * _ACTIVE
    snr = None
    if active.any():
        ratio = float(powers[active].mean()) / max(float(residue.mean()), _QUIETEST)
        snr = 10 * math.log10(max(ratio, _QUIETEST))
    return Findings(snr, _LIMIT, active, 0.0, describe(alignment))


def _powers(samples: Block) -> NDArray[np.float32]:
    levels = FrameLevels(_RATE)
    levels.write(samples[None])
    return levels.finish()


denoiser = ElevenLabsDenoiser()
