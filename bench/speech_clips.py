"""What the speech bench hears: clips with their texts, clean and in noise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mixes import NOISES, RATE, Samples, read_recording, shared_folder
from voices import join_with_pauses, speak

SENTENCES = (
    "The harbour was quiet when the first boats came in. Nobody had expected such a calm morning.",
    "Please keep the recorder close to your mouth, and read every line of the page at a steady pace.",
    "We measured the temperature of the water every hour. It never rose above eleven degrees.",
    "Thank you all for coming. Before we begin, let me explain how the new workshop is arranged.",
    "A small dog ran across the bridge, jumped over the fence, and vanished behind the old station.",
)
_VOICES = (("en-us", 160, 45), ("en-us", 145, 65), ("en", 165, 40), ("en-us", 175, 55), ("en", 150, 60))


@dataclass(frozen=True)
class Clip:
    """Speech and what is said; `samples` is `(n,)` float32 at 48 kHz."""

    name: str
    kind: str
    samples: Samples
    text: str


def make_clips() -> list[Clip]:
    """Return the shared recordings where they are found, and synthetic voices."""
    clips = [
        Clip(f"espeak-{number}", "synthetic", speak(text, voice, words, pitch), text)
        for number, (text, (voice, words, pitch)) in enumerate(zip(SENTENCES, _VOICES, strict=True))
    ]
    shared = shared_folder()
    if shared is None:
        return clips
    folder = shared / "data" / "speech"
    table = (shared / "data" / "README.md").read_text()
    rows = re.findall(r"^\| speech/(\S+\.(?:wav|flac)) \| ([a-z' ]+) \|", table, re.MULTILINE)
    for name, text in rows:
        clips.append(Clip(name, "real", read_recording(folder / name), text))
    spontaneous = (folder / "mfa_acoustic.lab").read_text()
    clips.append(Clip("mfa_acoustic.wav", "real", read_recording(folder / "mfa_acoustic.wav"), spontaneous))
    return clips


def join_clips(clips: list[Clip], seconds: float) -> Samples:
    """Repeat clips with pauses until there are so many seconds of sound."""
    once = join_with_pauses([clip.samples / np.abs(clip.samples).max() * 0.5 for clip in clips], 0.7)
    return np.resize(once, round(seconds * RATE)).astype(np.float32)


def add_noise(clips: list[Clip], snr: float) -> Iterator[tuple[str, Clip]]:
    """Yield each clip in one kind of noise; every kind meets a clip, the same in every run."""
    names = [*NOISES, "real"]
    shared = shared_folder()
    recorded = None if shared is None else read_recording(shared / "data" / "noise" / "fs573577.wav")
    for number, clip in enumerate(clips):
        name = names[number % len(names)]
        count = clip.samples.size
        if name != "real":
            noise = NOISES[name](np.random.default_rng(number), count)
        elif recorded is not None:
            noise = np.resize(recorded, count)
        else:
            continue
        yield name, Clip(clip.name, clip.kind, _mix(clip.samples, noise, snr), clip.text)


def _mix(speech: Samples, noise: Samples, snr: float) -> Samples:
    """Bring active speech to -26 dBFS and noise so many decibels below it."""
    frames = speech[: speech.size // 960 * 960].reshape(-1, 960)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    active = np.sqrt(power[power > power.max() * 10**-3.5].mean())
    clean = speech * (10 ** (-26 / 20) / active)
    level = 10 ** ((-26 - snr) / 20) / np.sqrt((noise.astype(np.float64) ** 2).mean())
    return (clean + level * noise).astype(np.float32)
