"""The sound of a whole template as one file: summed, ducked, brought to a loudness, in flat memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from cutroom.media import AudioWriter, Loudness, Meter, Normalisation, plan_normalisation, read_audio
from cutroom.render.document.template import Mastering
from cutroom.render.sound import Sound
from cutroom.render.sounds.ducking import Ducking, find_speech
from cutroom.render.sounds.playback import CHANNELS, Block
from cutroom.render.sounds.summing import Sum, count_samples

VERSION = 1
"""Of how things sound; part of `signature`. Raise it when a mix of the same template changes."""

_LAYOUT = "stereo"
_CEILING = -1.0
"""dBTP: EBU R 128, 2023, requirement (j); lossy encoders overshoot by less."""
_HEARD = 0.3
"""Share of the summing that is done when speech was listened to."""
_MIXED = 0.6
"""Share of the progress when everything is summed and only the loudness is missing; measured."""

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1, about every second of sound."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A finished mix.

    Attributes:
        path: FLAC of 24 bits, or WAV of 32-bit floats, by the name that was asked for; stereo.
        samples: Length.
        rate: Samples per second.
        peak: True peak in dBTP; None for silence.
        loudness: Integrated, in LUFS; None for silence and for less than 0.4 s.
        note: Why a loudness target was missed, or that peaks were held down; in one sentence.
    """

    path: Path
    samples: int
    rate: int
    peak: float | None
    loudness: float | None
    note: str | None = None


def mix(
    sounds: Sequence[Sound],
    *,
    seconds: Fraction,
    mastering: Mastering,
    target: Path,
    progress: Progress | None = None,
) -> Mixed:
    """Mix sounds into one file; the same sounds give the same bytes.

    The first sample of a sound is number round(start * rate). Without a loudness target everything stays as
    it was mixed, unless it would clip: then true peaks are held at -1 dBTP.

    Args:
        sounds: What is heard, in any order.
        seconds: Length of the timeline; shorter sounds are followed by silence.
        mastering: Sample rate, loudness, ducking.
        target: The file to write; `.wav` for WAV, else FLAC.
        progress: Told how far it is.

    Raises:
        BrokenMedia: When a file's sound cannot be read; it says whose.
        Refused: With code `too_many_sounds`.
        Unavailable: With code `disk_full`.
    """
    work = _Mix(tuple(sounds), seconds, mastering, target, progress or _ignore)
    return work.plainly() if mastering.loudness is None else work.to_loudness(mastering.loudness)


def signature(sounds: Sequence[Sound], seconds: Fraction, mastering: Mastering) -> str:
    """Return the SHA-256 of everything that decides how a mix sounds; files by their contents."""
    words = [f"{VERSION} {seconds} {mastering.model_dump_json()}"]
    for sound in sounds:
        item = sound.item
        said = [f"{item.sha256} {item.kind} {item.seconds}"]
        for field in fields(sound):
            value = getattr(sound, field.name)
            if field.name not in {"item", "path"}:
                said.append(value.model_dump_json() if isinstance(value, BaseModel) else repr(value))
        words.append(" ".join(said))
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


class _Mix:
    """One call of `mix`."""

    def __init__(
        self,
        sounds: tuple[Sound, ...],
        seconds: Fraction,
        mastering: Mastering,
        target: Path,
        progress: Progress,
    ) -> None:
        self._sounds = sounds
        self._mastering = mastering
        self._target = target
        self._progress = progress
        self._done = 0.0
        self._rate = int(mastering.sample_rate)
        self._samples = count_samples(seconds, self._rate)

    def plainly(self) -> Mixed:
        """Write the sum; once more with a limiter where it clips."""
        ducking = self._listen(_HEARD)
        read = self._write(self._sum(ducking, 1.0), self._target)
        if read.true_peak is None or read.true_peak <= 0:
            return self._mixed(read)
        limited = Normalisation(read, read, 0.0, _CEILING, gain=0.0, is_limited=True)
        loudness = self._write(limited.apply(self._sum(ducking, 1.0), self._rate, CHANNELS), self._target)
        note = f"The sum reached {read.true_peak:+.1f} dBTP; its peaks were held at {_CEILING:g} dBTP."
        return self._mixed(loudness, note)

    def to_loudness(self, target: float) -> Mixed:
        """Write the sum to a scratch file, then bring it to the target."""
        scratch = self._target.with_name(self._target.name + ".scratch.wav")
        try:
            ducking = self._listen(_HEARD * _MIXED)
            before = self._write(self._sum(ducking, _MIXED), scratch)
            plan = plan_normalisation(
                lambda: _read(scratch),
                self._rate,
                _LAYOUT,
                CHANNELS,
                target=target,
                ceiling=_CEILING,
                before=before,
            )
            raised = plan.apply(self._counted(_read(scratch), _MIXED), self._rate, CHANNELS)
            loudness = self._write(raised, self._target)
        finally:
            scratch.unlink(missing_ok=True)
        return self._mixed(loudness, plan.reason)

    def _sum(self, ducking: Ducking | None, done: float) -> Iterator[Block]:
        """Yield everything added up; `done` is the share of the progress when that is over."""
        begun = _HEARD * done if ducking else 0.0
        total = Sum(self._sounds, self._rate, self._samples)
        for begin, music, rest in total.blocks(self._rate):
            if ducking is not None:
                np.multiply(music, ducking.gains(begin, music.shape[1]), out=music)
            yield np.add(rest, music, out=rest)
            self._advance(begun + (done - begun) * (begin + rest.shape[1]) / self._samples)

    def _listen(self, done: float) -> Ducking | None:
        """Find where music has to make room; None where there is none, no speech, or it is not wanted."""
        speech = [sound for sound in self._sounds if sound.role == "speech"]
        has_music = any(sound.role == "music" for sound in self._sounds)
        if not self._mastering.ducking or not has_music or not speech:
            return None
        wanted = max(1, count_samples(sum((sound.length for sound in speech), Fraction(0)), self._rate))
        heard = 0

        def advance(samples: int) -> None:
            nonlocal heard
            heard += samples
            self._advance(done * min(1.0, heard / wanted))

        activity = find_speech(speech, self._rate, self._samples, advance)
        return Ducking(activity, self._mastering.ducking, self._rate)

    def _advance(self, share: float) -> None:
        if share > self._done:  # what has to be summed twice is not told twice
            self._done = share
            self._progress(share)

    def _counted(self, blocks: Iterator[Block], done: float) -> Iterator[Block]:
        position = 0
        for block in blocks:
            yield block
            position += block.shape[1]
            self._advance(done + (1 - done) * position / self._samples)

    def _write(self, blocks: Iterator[Block], path: Path) -> Loudness:
        meter = Meter(self._rate, _LAYOUT, CHANNELS)
        is_wav = path.suffix == ".wav"
        codec = "wav" if is_wav else "flac"
        with AudioWriter(
            path, codec=codec, rate=self._rate, layout=_LAYOUT, bits=32 if is_wav else 24
        ) as file:
            for block in blocks:
                file.write(block)
                meter.write(block)
        return meter.finish()

    def _mixed(self, loudness: Loudness, note: str | None = None) -> Mixed:
        return Mixed(self._target, self._samples, self._rate, loudness.true_peak, loudness.integrated, note)


def _read(path: Path) -> Iterator[Block]:
    with read_audio(path) as reader:
        yield from reader


def _ignore(share: float) -> None:
    del share
