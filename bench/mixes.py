"""The fixed lists of noisy mixes that quality is measured on: one to tune with, one to report."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from voices import RATE, join_with_pauses, speak

Samples = NDArray[np.float32]
SNRS = (0, 5, 10, 15, 30)
_SECONDS = 6.5


@dataclass(frozen=True)
class Mix:
    """Clean speech and the same speech in noise; both `(n,)` float32 at 48 kHz."""

    name: str
    snr: float
    clean: Samples
    noisy: Samples


def shared_folder() -> Path | None:
    """Find the folder of real recordings, or None."""
    places = [os.environ.get("CUTROOM_SHARED"), Path(__file__).resolve().parents[2] / "shared"]
    for place in places:
        if place and (Path(place) / "data" / "speech").is_dir():
            return Path(place)
    return None


def read_recording(path: Path) -> Samples:
    """Decode a recording to mono at 48 kHz."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        rate = stream.rate
        blocks = [_to_float(frame) for frame in container.decode(stream)]
    samples = np.concatenate(blocks, axis=1).mean(axis=0)
    return soxr.resample(samples, rate, RATE, quality="VHQ").astype(np.float32)


def _to_float(frame) -> Samples:  # noqa: ANN001 - PyAV's frame, imported late
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, len(frame.layout.channels)).T
    if np.issubdtype(samples.dtype, np.integer):
        return samples.astype(np.float32) / float(-np.iinfo(samples.dtype).min)
    return samples.astype(np.float32)


_TEXTS = (
    "The harbour was quiet when the first boats came in. Nobody had expected such a calm morning.",
    "Please keep the recorder close to your mouth, and read every line of the page at a steady pace.",
    "She sells four hundred tickets a week, but on a holiday the queue goes around the block twice.",
    "We measured the temperature of the water every hour. It never rose above eleven degrees.",
    "Thank you all for coming. Before we begin, let me explain how the new workshop is arranged.",
    "A small dog ran across the bridge, jumped over the fence, and vanished behind the old station.",
)


def speeches(list_name: str) -> dict[str, Samples]:
    """Return the clean clips of a list; the two lists share no clip and no synthetic sentence."""
    tuning = list_name == "tuning"
    first = 0 if tuning else 3
    voices = [("en-us", 160, 45), ("en-us", 180, 70), ("de", 165, 55)]
    if not tuning:
        voices = [("en-us", 170, 60), ("en-us", 150, 35), ("fr", 165, 50)]
    found = {
        f"espeak-{voice}-{pitch}": speak(_TEXTS[first + i], voice, words, pitch)
        for i, (voice, words, pitch) in enumerate(voices)
    }
    shared = shared_folder()
    if shared is None:
        return found
    # mfa_acoustic.wav is left out: its own pauses lie only 8 to 12 dB below its speech, so it cannot stand
    # for clean speech (an engine that removes that noise would be marked down for it).
    folder = shared / "data" / "speech"
    if tuning:
        found["austen-0870"] = read_recording(folder / "austen_0870.wav")
        return found
    short = [read_recording(folder / f"austen_{number}.wav") for number in ("0880", "0890")]
    found["austen-0880-0890"] = join_with_pauses(short)
    found["jfk"] = read_recording(folder / "jfk.flac")
    return found


def _pink(random: np.random.Generator, count: int) -> Samples:
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 1))
    return np.fft.irfft(spectrum, count).astype(np.float32)


def _white(random: np.random.Generator, count: int) -> Samples:
    return random.standard_normal(count).astype(np.float32)


def _hum(random: np.random.Generator, count: int) -> Samples:
    time = np.arange(count) / RATE
    base = random.choice([50.0, 60.0])
    tones = sum(np.sin(2 * np.pi * base * k * time + random.uniform(0, 6)) / k for k in range(1, 12))
    return np.asarray(tones + 0.3 * _pink(random, count) * 30, np.float32)


def _fan(random: np.random.Generator, count: int) -> Samples:
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum /= 1 + (frequency / 250) ** 1.2
    spectrum *= 1 + 4 * np.exp(-(((frequency - 180) / 25) ** 2))
    return np.fft.irfft(spectrum, count).astype(np.float32)


def _street(random: np.random.Generator, count: int) -> Samples:
    """Passing cars: brown noise that swells and fades in 2 s, over a steady pink floor."""
    time = np.arange(count) / RATE
    swell = 0.3 + np.sin(np.pi * time / random.uniform(1.5, 2.5) + random.uniform(0, 3)) ** 2
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum /= np.maximum(np.fft.rfftfreq(count, 1 / RATE), 40)
    cars = np.fft.irfft(spectrum, count)
    return (cars / cars.std() * swell + 0.25 * _pink(random, count) * 30).astype(np.float32)


def _clicks(random: np.random.Generator, count: int) -> Samples:
    samples = 0.02 * random.standard_normal(count)
    for start in random.integers(0, max(1, count - 2000), count // 6000):
        length = int(random.integers(100, 2000))
        burst = random.standard_normal(length) * np.exp(-np.arange(length) / (length / 5))
        samples[start : start + length] += burst[: count - start]
    return samples.astype(np.float32)


def _babble(random: np.random.Generator, count: int) -> Samples:
    total = np.zeros(count, np.float32)
    for talker in range(6):
        text = " ".join(random.permutation(_TEXTS))
        voice = ("en-us", "de", "fr", "es", "it", "pl")[talker]
        spoken = speak(text, voice, int(random.integers(140, 190)), int(random.integers(20, 80)))
        total += np.resize(np.roll(spoken, int(random.integers(spoken.size))), count)
    return total


NOISES: dict[str, Callable[[np.random.Generator, int], Samples]] = {
    "white": _white,
    "pink": _pink,
    "hum": _hum,
    "fan": _fan,
    "street": _street,
    "clicks": _clicks,
    "babble": _babble,
}


def _active_power(clean: Samples) -> float:
    """Mean power of the 20 ms frames that carry speech: those within 35 dB of the loudest."""
    frames = clean[: clean.size // 960 * 960].reshape(-1, 960)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    return float(power[power > power.max() * 10**-3.5].mean())


def make_mixes(list_name: str, snrs: tuple[int, ...] = SNRS) -> list[Mix]:
    """Make a list of mixes, the same in every run.

    Args:
        list_name: `tuning` (parameters may be chosen on it) or `report` (only to be measured on).
        snrs: Decibels over active speech.
    """
    mixes: list[Mix] = []
    clips = speeches(list_name)
    real = _real_noise(list_name)
    for number, (speech_name, speech) in enumerate(clips.items()):
        clean = _prepare(speech)
        for offset, noise_name in enumerate([*NOISES, *(["real"] if real is not None else [])]):
            if (number + offset) % 2:  # every noise meets half of the clips
                continue
            random = np.random.default_rng([number, offset, len(list_name)])
            if noise_name == "real":
                noise = np.resize(real, clean.size)
            else:
                noise = NOISES[noise_name](random, clean.size)
            noise = noise / np.sqrt((noise.astype(np.float64) ** 2).mean())
            for snr in snrs:
                level = np.sqrt(_active_power(clean) / 10 ** (snr / 10))
                noisy = clean + (level * noise).astype(np.float32)
                mixes.append(Mix(f"{speech_name}+{noise_name}", snr, clean, noisy.astype(np.float32)))
    return mixes


def _real_noise(list_name: str) -> Samples | None:
    shared = shared_folder()
    if shared is None:
        return None
    noise = read_recording(shared / "data" / "noise" / "fs573577.wav")
    half = noise.size // 2
    return noise[:half] if list_name == "tuning" else noise[half:]


def _prepare(speech: Samples) -> Samples:
    """Cut to 6.5 s and set active speech to -26 dBFS (the level of ITU-T P.56 practice)."""
    clip = speech[: round(_SECONDS * RATE)].astype(np.float32)
    return (clip * (10 ** (-26 / 20) / np.sqrt(_active_power(clip)))).astype(np.float32)
