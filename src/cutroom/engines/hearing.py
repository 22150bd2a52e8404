"""Sound made ready for recognisers: 16 kHz windows at exact places, cut in pauses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np

from cutroom.base.errors import Refused
from cutroom.engines.advice import describe_repairs
from cutroom.engines.denoiser import DENOISERS, Block, Sound
from cutroom.engines.downmix import Downmix
from cutroom.engines.phases import Phases
from cutroom.engines.scratch_sound import ScratchSound
from cutroom.engines.speech_probability import FRAME, RATE, Activity, SpeechDetector
from cutroom.engines.speech_regions import FRAMES_PER_SECOND, find_regions, measure_snr
from cutroom.engines.transcriber import Heard, Progress
from cutroom.engines.windows import Stretch, plan_windows
from cutroom.media import AudioReader, AudioWriter, read_audio
from cutroom.subtitles import Word

VERSION = "2"
"""Enters the hashes of steps: a new version means that windows may differ."""

DENOISE_BELOW = 5.0
"""Decibels of speech over noise under which noise is removed before a recogniser hears it.

Measured on ten clips in eight noises, error rates without, with, and with removal under it: Whisper
base at 0 dB .221 / .231 / .178, at 5 dB .082 / .096 / .091, above it removal harms (10 dB .053 / .101 /
.058); pocketsphinx at 0 dB .885 / .779 / .827. A true 0 dB is measured as 5 (median), 5 dB as 10.
Part of Whisper's gain at 0 dB may come from the way its stretches were cut, which changed between the runs.
"""

_SHORTEST_WINDOW, _LONGEST_WINDOW = 30.0, 3600.0
_SILENT = 10**-8.0
"""Mean square of the loudest frame, -80 dBFS: below there is nothing but the dither of a recorder."""

_LITTLE_SPEECH = 0.3
"""Seconds: less speech than a short word."""

_WANTED_POWER, _QUIET_POWER = 10**-2.3, 10**-3.5
"""Speech under -35 dBFS is brought to -23 dBFS: windows have 16 bits."""

_CEILING = 0.95


@dataclass(frozen=True)
class HearingRequest:
    """How to prepare. Picklable."""

    stream: int = 0
    """Which audio stream, counted from 0."""
    start: float | None = None
    """Seconds from which on; None: from the beginning."""
    seconds: float | None = None
    """How many seconds; None: to the end."""
    window_seconds: float = 600.0
    """What a window may last, 30 to 3600."""
    denoise: Literal["auto", "never", "always"] = "auto"
    """Whether noise is removed first; `auto`: where the ratio of speech to noise is under `denoise_below`."""
    denoise_below: float = DENOISE_BELOW
    """Decibels."""
    denoiser: str = "rnnoise"
    """A local engine of `DENOISERS`."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if not _SHORTEST_WINDOW <= self.window_seconds <= _LONGEST_WINDOW:
            message = f"A window of {self.window_seconds:g} s is asked for; choose 30 to 3600."
            raise Refused(message, code="bad_window")


@dataclass(frozen=True)
class Window:
    """A part of the recording for one call of a transcriber.

    Attributes:
        path: A FLAC file: 16 kHz, one channel, 16 bits.
        start: Where its first sample lies on the container's timeline, exact.
        seconds: Its length, exact.
        speech_seconds: In how much of it somebody speaks.
    """

    path: Path
    start: Fraction
    seconds: Fraction
    speech_seconds: float

    @property
    def has_speech(self) -> bool:
        """Whether it is worth sending."""
        return self.speech_seconds > 0


@dataclass(frozen=True)
class Prepared:
    """A recording in windows. Picklable.

    Attributes:
        windows: In order, without overlap; silence between them is left out. Empty where nobody speaks.
        seconds: How long the sound is.
        snr: Decibels of speech over noise, as it came; None where nobody speaks.
        denoised: Whether noise was removed from the windows.
        speech_seconds: In how much of it somebody speaks.
        reason_empty: Why there is no window, in one sentence; None where there are windows.
        notes: Sentences for the user about what was met on the way.
    """

    windows: tuple[Window, ...]
    seconds: float
    snr: float | None
    denoised: bool
    speech_seconds: float
    reason_empty: str | None
    notes: tuple[str, ...]


def prepare(
    source: Path, folder: Path, request: HearingRequest, *, progress: Progress | None = None
) -> Prepared:
    """Make the windows of a recording. Memory stays flat; the scratch (230 MB per hour) is gone at the end.

    Args:
        source: A media file with sound.
        folder: An existing folder; gets `window-0000.flac` and so on.
        request: Which stream, how to cut, whether to remove noise.
        progress: Told how far it is.

    Raises:
        BrokenMedia: When the file has no sound that decodes.
        Refused: For an audio stream that is not there, or numbers that mean nothing.
        Unavailable: When the disk is full.
    """
    return _Preparation(source, folder, request, progress or _ignore).run()


def place_words(window: Window, heard: Heard) -> tuple[Word, ...]:
    """Return the words of a window on the container's timeline, in order.

    Times beyond the window are brought to its edges; a word that begins behind its end, as services invent
    them in trailing silence, is left out, and so is a word without text.
    """
    placed: list[Word] = []
    for word in sorted(heard.words, key=lambda word: word.start):
        start = max(Fraction(0), word.start)
        text = " ".join(word.text.split())
        if start >= window.seconds or not text:
            continue
        end = min(window.seconds, max(start, word.end))
        placed.append(
            Word(window.start + start, window.start + end, text, word.glued, word.confidence, word.speaker)
        )
    return tuple(placed)


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


class _Preparation:
    """One run of `prepare`."""

    def __init__(self, source: Path, folder: Path, request: HearingRequest, progress: Progress) -> None:
        self._source = source
        self._folder = folder
        self._request = request
        costs = {"Listening for speech": 0.5, "Removing noise": 0.4, "Cutting into parts": 0.1}
        self._phases = Phases(progress, costs)

    def run(self) -> Prepared:
        with ExitStack() as stack:
            sound = ScratchSound(self._folder / "heard.f32", 1)
            stack.callback(sound.close)
            activity, start, notes = self._listen(sound)
            regions = find_regions(activity)
            snr = measure_snr(activity, regions)
            stretches = plan_windows(activity, regions, self._request.window_seconds)
            speech = sum(stretch.speech for stretch in stretches) / FRAMES_PER_SECOND
            reason = _reason_empty(activity, speech)
            denoised = reason is None and self._is_noisy(snr)
            if denoised:
                sound = self._denoise(sound, stack)
                notes += (f"Speech is only {snr or 0:.0f} dB over the noise; the noise was removed first.",)
            windows = () if reason else self._cut(sound, stretches, start, _gain(activity))
        self._phases.finish()
        return Prepared(windows, activity.samples / RATE, snr, denoised, speech, reason, notes)

    def _listen(self, sound: ScratchSound) -> tuple[Activity, Fraction, tuple[str, ...]]:
        """Decode once: to the scratch file and to the detector of speech."""
        self._phases.begin("Listening for speech")
        request, detector = self._request, SpeechDetector()
        with read_audio(
            self._source, rate=RATE, stream=request.stream, start=request.start, seconds=request.seconds
        ) as reader:
            for block in sound.fill(_mono(reader)):
                detector.write(block[0])
                self._phases.advance(sound.samples / RATE, reader.expected_seconds)
        damage = reader.damage
        repairs = describe_repairs(damage.packets, damage.silence, reader.source_rate)
        return detector.finish(), reader.start, tuple(advice.message for advice in repairs)

    def _is_noisy(self, snr: float | None) -> bool:
        if self._request.denoise == "auto":
            return snr is not None and snr < self._request.denoise_below
        return self._request.denoise == "always"

    def _denoise(self, sound: ScratchSound, stack: ExitStack) -> ScratchSound:
        """Return the sound with its noise attenuated, in a file of its own; the other one is removed."""
        self._phases.begin("Removing noise")
        engine = DENOISERS.load(self._request.denoiser)
        seconds = sound.samples / RATE
        listener = engine.listen(Sound(RATE, 1, "mono", seconds), self._folder)
        stack.callback(listener.close)
        for number, block in enumerate(sound.read(RATE)):
            listener.write(block)
            self._phases.advance(number, 2 * seconds)
        separation = listener.finish()
        stack.callback(separation.close)
        cleaned = ScratchSound(self._folder / "cleaned.f32", 1)
        stack.callback(cleaned.close)
        for _ in cleaned.fill(separation.render(sound.read(RATE), separation.findings.limit)):
            self._phases.advance(seconds + cleaned.samples / RATE, 2 * seconds)
        sound.close()
        return cleaned

    def _cut(
        self, sound: ScratchSound, stretches: list[Stretch], start: Fraction, gain: np.float32
    ) -> tuple[Window, ...]:
        self._phases.begin("Cutting into parts")
        windows: list[Window] = []
        for number, stretch in enumerate(stretches):
            begin, end = stretch.begin * FRAME, min(stretch.end * FRAME, sound.samples)
            path = self._folder / f"window-{number:04d}.flac"
            with AudioWriter(path, codec="flac", rate=RATE, layout="mono", bits=16) as writer:
                for block in _part(sound, begin, end):
                    writer.write(np.clip(block * gain, -_CEILING, _CEILING) if gain != 1 else block)
            place, seconds = start + Fraction(begin, RATE), Fraction(end - begin, RATE)
            windows.append(Window(path, place, seconds, stretch.speech / FRAMES_PER_SECOND))
            self._phases.advance(number + 1, len(stretches))
        return tuple(windows)


def _mono(reader: AudioReader) -> Iterator[Block]:
    downmix = Downmix(reader.layout, reader.channels)
    for block in reader:
        yield downmix.mix(block)[None]


def _part(sound: ScratchSound, begin: int, end: int) -> Iterator[Block]:
    left = end - begin
    for block in sound.read(RATE, begin):
        yield block[:, :left]
        left -= block.shape[1]
        if left <= 0:
            return


def _reason_empty(activity: Activity, speech: float) -> str | None:
    """Say why there is nothing to recognise, or None."""
    if not activity.samples or float(activity.power.max()) < _SILENT:
        return "The recording is silent."
    if speech < _LITTLE_SPEECH:
        return "Nobody speaks in the recording; there is only music or noise."
    return None


def _gain(activity: Activity) -> np.float32:
    """Return the factor that brings quiet speech to where 16 bits hold it well; 1 where it is loud enough."""
    spoken = activity.power[activity.probability >= 0.5]  # noqa: PLR2004 - more likely than not
    level = float(spoken.mean(dtype=np.float64)) if spoken.size else 0.0
    if not 0 < level < _QUIET_POWER:
        return np.float32(1)
    return np.float32((_WANTED_POWER / level) ** 0.5)
