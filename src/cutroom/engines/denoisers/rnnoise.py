"""RNNoise as an estimator of gains: the network's one pass on a downmix, its gains on every channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from cutroom.base.errors import Refused
from cutroom.engines import rnnoise_library
from cutroom.engines.denoiser import (
    Block,
    Credentials,
    Denoiser,
    Findings,
    Listener,
    Separation,
    Sound,
)
from cutroom.engines.downmix import Downmix, low_frequency_channel
from cutroom.engines.lift import Lift
from cutroom.engines.music import MusicDetector
from cutroom.engines.noise_estimate import find
from cutroom.engines.rnnoise_library import FRAME, LATENCY, RATE, Rnnoise
from cutroom.engines.short_time import Analysis, Spectra, Synthesis
from cutroom.engines.spectral_gain import GainEstimator, GainFile, Gains, decode_table, spread_bins
from cutroom.media.resampling import Resampler


class RnnoiseDenoiser(Denoiser):
    """RNNoise (Valin 2018), its attenuation limited and refined per bin of 25 Hz."""

    name = "rnnoise"
    title = "RNNoise"
    version = f"1+{rnnoise_library.library_version()}"
    is_local = True
    destination = "The sound stays on this machine."

    def check(self, credentials: Credentials) -> None:
        """Load the library and denoise one frame of silence."""
        del credentials  # nothing to sign in to
        engine = Rnnoise()
        engine.process(np.zeros(FRAME, np.float32))
        engine.close()

    def listen(self, sound: Sound, folder: Path, *, isolated: Path | None = None) -> Listener:
        """Begin to hear a sound."""
        if isolated is not None:
            message = "RNNoise works here and takes no result of a service; leave `isolated` out."
            raise Refused(message, code="isolated_unused")
        return _Listener(sound, folder)


class _Listener(Listener):
    """Noisy and denoised signal side by side at 48 kHz, the network's latency taken out."""

    def __init__(self, sound: Sound, folder: Path) -> None:
        self._sound = sound
        self._downmix = Downmix(sound.layout, sound.channels)
        self._lift = Lift()
        self._resampler = Resampler(sound.rate, RATE, 1)
        self._engine = Rnnoise()
        self._waiting: Block = np.zeros((1, 0), np.float32)
        self._delayed: Block = np.zeros((1, 0), np.float32)
        self._skip = LATENCY
        self._analyses = Analysis(RATE, 2)
        self._estimator = GainEstimator()
        self._music = MusicDetector()
        self._gains = GainFile(folder / "rnnoise-gains.bin")

    def write(self, block: Block) -> None:
        """Hear `(channels, n)` samples."""
        mixed = self._lift.apply(self._downmix.mix(block))
        self._hear(self._resampler.push(mixed[None]))

    def _hear(self, samples: Block) -> None:
        self._waiting = np.concatenate([self._waiting, samples], axis=1)
        count = self._waiting.shape[1] // FRAME * FRAME
        if not count:
            return
        noisy, self._waiting = self._waiting[:, :count], self._waiting[:, count:]
        wet, voice = self._engine.process(noisy[0])
        self._music.hear_voice(voice)
        wet = wet[self._skip :]
        self._skip -= min(self._skip, count)
        self._delayed = np.concatenate([self._delayed, noisy], axis=1)
        pair = np.stack([self._delayed[0, : wet.size], wet])
        self._delayed = self._delayed[:, wet.size :]
        self._study(self._analyses.push(pair))

    def _study(self, spectra: Spectra) -> None:
        if spectra.shape[1]:
            self._music.hear_spectra(spectra[0])
            self._gains.append(self._estimator.push(spectra[0], spectra[1]))

    def finish(self) -> Separation:
        """Push the last samples through the network's latency and sum up."""
        tail = self._resampler.finish()
        rest = self._waiting.shape[1] + tail.shape[1]
        silence = LATENCY + -(rest + LATENCY) % FRAME
        self._hear(np.pad(tail, ((0, 0), (0, silence))))
        self._study(self._analyses.finish())
        self._gains.append(self._estimator.finish())
        self._engine.close()
        findings = find(self._estimator, self._music)
        return _Separation(self._sound, self._gains, findings)

    def close(self) -> None:
        """Stop early."""
        self._engine.close()
        self._gains.close()


class _Separation(Separation):
    def __init__(self, sound: Sound, gains: GainFile, findings: Findings) -> None:
        self._sound = sound
        self._gains = gains
        self.findings = findings

    def render(self, blocks: Iterable[Block], limit: float) -> Iterator[Block]:
        """Yield the sound with one gain on all channels, LFE untouched."""
        return iter(blocks) if limit <= 0 else self._render(blocks, decode_table(limit))

    def _render(self, blocks: Iterable[Block], table: Gains) -> Iterator[Block]:
        voiced = _Voiced(self._sound, self._gains, table)
        for block in blocks:
            ready = voiced.push(block)
            if ready.shape[1]:
                yield ready
        tail = voiced.finish()
        if tail.shape[1]:
            yield tail

    def close(self) -> None:
        """Remove the gains."""
        self._gains.close()


class _Voiced:
    """Gains of a file on the spectra of a sound at its own rate."""

    def __init__(self, sound: Sound, gains: GainFile, table: Gains) -> None:
        self._rate = sound.rate
        self._gains = gains
        self._table = table
        low = low_frequency_channel(sound.layout)
        self._low = low if low is not None and low < sound.channels else None
        self._analysis = Analysis(sound.rate, sound.channels)
        self._synthesis = Synthesis(sound.rate, sound.channels)
        self._row = 0
        self._owed = 0

    def push(self, block: Block) -> Block:
        self._owed += block.shape[1]
        return self._give(self._analysis.push(block))

    def finish(self) -> Block:
        ready = self._give(self._analysis.finish())
        return np.concatenate([ready, self._synthesis.finish()[:, : self._owed]], axis=1)

    def _give(self, spectra: Spectra) -> Block:
        count = spectra.shape[1]
        if not count:
            return np.zeros((spectra.shape[0], 0), np.float32)
        codes = spread_bins(self._gains.read(self._row, self._row + count), self._rate)
        self._row += count
        gains = self._table[codes]
        if self._low is None:
            spectra *= gains
        else:
            voiced = [row for row in range(spectra.shape[0]) if row != self._low]
            spectra[voiced] *= gains
        ready = self._synthesis.push(spectra)[:, : self._owed]
        self._owed -= ready.shape[1]
        return ready


denoiser = RnnoiseDenoiser()
