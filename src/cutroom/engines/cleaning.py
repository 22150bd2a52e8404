"""Noise removal of a file: decode, hear, limit, bring to a loudness, encode, put under the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Refused
from cutroom.engines.advice import Advice, advise, describe_repairs
from cutroom.engines.denoiser import DENOISERS, Block, Findings, Separation, Sound
from cutroom.engines.levels import FrameLevels, Measurement, find_pauses, measure
from cutroom.engines.phases import Phases
from cutroom.engines.scratch_sound import ScratchSound
from cutroom.media import (
    AudioReader,
    AudioWriter,
    Loudness,
    Meter,
    plan_normalisation,
    probe,
    read_audio,
    replace_audio,
)
from cutroom.media.replace_audio import Sound as NewSound

_MUSIC_LIMIT = 6.0
"""Decibels: as much as music survives (product decision; RNNoise itself takes 14 dB of it away)."""


@dataclass(frozen=True)
class CleanRequest:
    """What to do. Picklable."""

    strength: float = 1.0
    """0 leaves the sound as it is, 1 attenuates noise as much as suits the file."""
    keep_music: bool = False
    """Attenuate by 6 dB at most, so that music survives."""
    loudness: float | None = None
    """LUFS to bring the result to, for example -16; None leaves the loudness alone."""
    start: float | None = None
    """Seconds from which on, for a preview."""
    seconds: float | None = None
    """How many seconds, for a preview. A preview has no video."""
    stream: int = 0
    """Which audio stream, counted from 0."""
    engine: str = "rnnoise"
    """A name of `DENOISERS`."""
    isolated: Path | None = None
    """What the engine's `isolate` wrote, for engines that are not local; of the same start and seconds."""
    make_video: bool = True
    """Whether a video gets the cleaned sound as well."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if not 0 <= self.strength <= 1:
            raise Refused(f"strength is {self.strength}; choose 0 to 1.", code="bad_strength")
        if self.loudness is not None and not -70 < self.loudness <= -5:  # noqa: PLR2004 - LUFS
            raise Refused(f"loudness is {self.loudness} LUFS; choose -69 to -5.", code="bad_loudness")


@dataclass(frozen=True)
class CleanReport:
    """What was done. Picklable."""

    audio: Path
    """`cleaned.flac`, at the source's rate and layout."""
    video: Path | None
    """The video with the cleaned sound, where the source has a picture."""
    video_mime_type: str | None
    engine: str
    engine_title: str
    engine_version: str
    before: Measurement
    after: Measurement
    limit: float
    """Decibels of attenuation that noise got at most."""
    estimated_snr: float | None
    """What the limit was chosen from, decibels."""
    seconds: float
    rate: int
    channels: int
    layout: str
    bits: int
    warnings: tuple[Advice, ...] = field(default=())


def clean(
    source: Path,
    folder: Path,
    request: CleanRequest,
    *,
    progress: Callable[[float, str], None] | None = None,
) -> CleanReport:
    """Remove noise from the sound of a file.

    Args:
        source: An audio or video file.
        folder: An existing folder; gets `cleaned.flac`, for a video `cleaned.<ending>`, and scratch files
            that are gone at the end.
        request: What to do.
        progress: Called with a fraction that never falls and a phase, at least every second or so.

    Raises:
        BrokenMedia: When the file has no sound that decodes.
        Refused: For an audio stream or an engine that is not there.
        Unsupported: When the engine cannot work here.
        Unavailable: When the disk is full.
    """
    return _Cleaning(source, folder, request, progress or _ignore).run()


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class _Heard:
    """What the first pass over the sound brought."""

    separation: Separation
    loudness: Loudness
    powers: NDArray[np.float32]
    bits: int
    samples: int
    start: Fraction
    repairs: tuple[Advice, ...]


class _Cleaning:
    """One run of `clean`."""

    def __init__(
        self, source: Path, folder: Path, request: CleanRequest, progress: Callable[[float, str], None]
    ) -> None:
        self._source = source
        self._folder = folder
        self._request = request
        self._engine = DENOISERS.load(request.engine)
        is_preview = request.start is not None or request.seconds is not None
        self._file = probe(source)
        self._has_video = request.make_video and not is_preview and self._file.kind == "video"
        costs = {"Listening": 0.72, "Cleaning": 0.28}
        if request.loudness is not None:
            costs["Setting the loudness"] = 0.12
        if self._has_video:
            costs["Putting the sound under the picture"] = 0.25
        self._phases = Phases(progress, costs)

    def run(self) -> CleanReport:
        with self._open() as reader:
            self._sound = Sound(reader.rate, reader.channels, reader.layout, reader.expected_seconds)
            self._phases.begin("Listening")
            heard = self._hear(reader)
        try:
            return self._make(heard)
        finally:
            heard.separation.close()

    def _open(self) -> AudioReader:
        request = self._request
        return read_audio(self._source, stream=request.stream, start=request.start, seconds=request.seconds)

    def _hear(self, reader: AudioReader) -> _Heard:
        """Decode once: loudness, levels, depth, and the denoiser's hearing."""
        sound = self._sound
        meter, levels, depth = _meter(sound), FrameLevels(sound.rate), _Depth()
        listener = self._engine.listen(sound, self._folder, isolated=self._request.isolated)
        samples = 0
        try:
            for block in reader:
                meter.write(block)
                levels.write(block)
                depth.write(block)
                listener.write(block)
                samples += block.shape[1]
                self._phases.advance(samples / sound.rate, sound.seconds)
            separation = listener.finish()
        except BaseException:
            listener.close()
            raise
        damage = reader.damage
        repairs = describe_repairs(damage.packets, damage.silence, reader.source_rate)
        return _Heard(separation, meter.finish(), levels.finish(), depth.bits, samples, reader.start, repairs)

    def _make(self, heard: _Heard) -> CleanReport:
        findings = heard.separation.findings
        limit = self._choose_limit(findings)
        audio = self._folder / "cleaned.flac"
        after, powers, reason = self._write(heard, limit, audio)
        video, mime_type = self._put_under_picture(audio, heard) if self._has_video else (None, None)
        self._phases.finish()
        pauses = find_pauses(heard.powers)
        before = measure(heard.powers, pauses, findings.speech_frames, heard.loudness)
        request = self._request
        warnings = heard.repairs + advise(
            findings,
            heard.loudness,
            keep_music=request.keep_music,
            strength=request.strength,
            skipped=reason,
        )
        return CleanReport(
            audio=audio,
            video=video,
            video_mime_type=mime_type,
            engine=self._engine.name,
            engine_title=self._engine.title,
            engine_version=self._engine.version,
            before=before,
            after=measure(powers, pauses, findings.speech_frames, after),
            limit=limit,
            estimated_snr=findings.snr,
            seconds=heard.samples / self._sound.rate,
            rate=self._sound.rate,
            channels=self._sound.channels,
            layout=self._sound.layout,
            bits=heard.bits,
            warnings=warnings,
        )

    def _choose_limit(self, findings: Findings) -> float:
        if findings.snr is None:
            return 0.0
        limit = min(findings.limit, _MUSIC_LIMIT) if self._request.keep_music else findings.limit
        return limit * self._request.strength

    def _render(self, heard: _Heard, limit: float) -> Iterator[Block]:
        """Decode a second time, which costs less than keeping the sound on disk, and attenuate."""
        done = 0
        with self._open() as reader:
            for block in heard.separation.render(reader, limit):
                done += block.shape[1]
                self._phases.advance(done, heard.samples)
                yield block

    def _write(
        self, heard: _Heard, limit: float, target: Path
    ) -> tuple[Loudness, NDArray[np.float32], str | None]:
        """Write the cleaned sound; return its loudness, its powers, and why the loudness was left alone."""
        self._phases.begin("Cleaning")
        rendered = self._render(heard, limit)
        if self._request.loudness is None:
            return *self._encode(rendered, heard.bits, target), None
        scratch = ScratchSound(self._folder / "rendered.f32", self._sound.channels)
        try:
            return self._normalise(scratch, rendered, heard.bits, target)
        finally:
            scratch.close()

    def _normalise(
        self, scratch: ScratchSound, rendered: Iterable[Block], bits: int, target: Path
    ) -> tuple[Loudness, NDArray[np.float32], str | None]:
        """Bring the sound to a loudness; the limiter may need several readings to find the gain."""
        sound = self._sound
        meter = _meter(sound)
        for block in scratch.fill(rendered):
            meter.write(block)
        self._phases.begin("Setting the loudness")
        plan = plan_normalisation(
            lambda: scratch.read(sound.rate),
            sound.rate,
            sound.layout,
            sound.channels,
            target=self._request.loudness or 0.0,
            before=meter.finish(),
        )
        louder = plan.apply(scratch.read(sound.rate), sound.rate, sound.channels)
        return *self._encode(louder, bits, target), plan.reason

    def _encode(
        self, blocks: Iterable[Block], bits: int, target: Path
    ) -> tuple[Loudness, NDArray[np.float32]]:
        """Write FLAC and measure it on the way."""
        sound = self._sound
        meter, levels = _meter(sound), FrameLevels(sound.rate)
        with AudioWriter(target, codec="flac", rate=sound.rate, layout=sound.layout, bits=bits) as writer:
            for block in blocks:
                writer.write(block)
                meter.write(block)
                levels.write(block)
        return meter.finish(), levels.finish()

    def _put_under_picture(self, audio: Path, heard: _Heard) -> tuple[Path, str]:
        self._phases.begin("Putting the sound under the picture")
        target = self._folder / "cleaned.video"
        with read_audio(audio) as blocks:
            made = replace_audio(
                self._source,
                NewSound(blocks, blocks.rate, blocks.layout, heard.start),
                target,
                stream=self._request.stream,
                progress=lambda share: self._phases.advance(share, 1.0),
            )
        return target.rename(self._folder / f"cleaned{made.suffix}"), made.mime_type


def _meter(sound: Sound) -> Meter:
    return Meter(sound.rate, sound.layout, sound.channels)


class _Depth:
    """Whether all samples lie on the steps of 16 bits: measured, because a codec's name does not say it."""

    def __init__(self) -> None:
        self.bits = 16

    def write(self, block: Block) -> None:
        """Look at `(channels, n)` samples until one needs more."""
        if self.bits == 16 and block.size:  # noqa: PLR2004 - bits
            steps = block * np.float32(32768.0)
            self.bits = 16 if np.array_equal(steps, np.rint(steps)) else 24
