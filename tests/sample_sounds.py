"""Makers of sound for tests: tones, noise, clicks, speech; all return (channels, n) float32."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 48000
Samples = NDArray[np.float32]


def tone(
    seconds: float, *, hertz: float = 1000, level: float = -20, rate: int = RATE, channels: int = 1
) -> Samples:
    """Make a sine of `level` dBFS (peak)."""
    time = np.arange(round(seconds * rate)) / rate
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hertz * time)
    return np.tile(wave.astype(np.float32), (channels, 1))


def noise(
    seconds: float, *, level: float = -30, seed: int = 0, rate: int = RATE, channels: int = 1
) -> Samples:
    """Make white noise of `level` dBFS (RMS)."""
    values = np.random.default_rng(seed).standard_normal((channels, round(seconds * rate)))
    return (values * 10 ** (level / 20)).astype(np.float32)


def silence(seconds: float, *, rate: int = RATE, channels: int = 1) -> Samples:
    """Make digital silence."""
    return np.zeros((channels, round(seconds * rate)), np.float32)


def clicks(
    seconds: float, *, every: float = 0.25, first: float = 0.1, rate: int = RATE, channels: int = 1
) -> Samples:
    """Make short chirped bursts at known times: sharp under correlation and kind to lossy codecs."""
    sound = np.zeros(round(seconds * rate), np.float32)
    length = round(0.008 * rate)
    time = np.arange(length) / rate
    burst = (0.6 * np.sin(2 * np.pi * (500 + 1500 * time / 0.008) * time) * np.hanning(length)).astype(
        np.float32
    )
    for start in np.arange(first, seconds - 0.01, every):
        # A different height for each click, so that one cannot be taken for its neighbour.
        place = round(start * rate)
        sound[place : place + length] += burst * np.float32(0.5 + 0.5 * np.sin(place) ** 2)
    return np.tile(sound, (channels, 1))


def speech(
    seconds: float = 3.0, *, seed: int = 0, rate: int = RATE, channels: int = 1, level: float = -20
) -> Samples:
    """Make a voice-like sound: a gliding pulse train through formants, syllables, unvoiced bursts, pauses.

    Args:
        seconds: Length.
        seed: Another seed says something else.
        rate: Samples per second.
        channels: Rows, all alike.
        level: RMS in dBFS while it speaks.
    """
    rng = np.random.default_rng(seed)
    parts: list[NDArray[np.float64]] = []
    count = round(seconds * rate)
    made = 0
    while made < count:
        for _ in range(int(rng.integers(3, 7))):
            parts.append(_syllable(rng, rate))
            made += parts[-1].size
        parts.append(np.zeros(round(rng.uniform(0.15, 0.4) * rate)))
        made += parts[-1].size
    wave = np.concatenate(parts)[:count]
    active = wave[np.abs(wave) > 1e-4]
    wave *= 10 ** (level / 20) / np.sqrt(np.mean(active**2))
    return np.tile(wave.astype(np.float32), (channels, 1))


def _syllable(rng: np.random.Generator, rate: int) -> NDArray[np.float64]:
    hiss = rng.standard_normal(round(rng.uniform(0.03, 0.08) * rate)) * 0.08
    length = round(rng.uniform(0.09, 0.22) * rate)
    pitch = np.linspace(rng.uniform(105, 150), rng.uniform(85, 130), length)
    phase = np.cumsum(pitch) / rate
    formants = (rng.uniform(300, 800), rng.uniform(900, 2200), rng.uniform(2300, 3200))
    voice = np.zeros(length)
    for harmonic in range(1, 40):
        hertz = harmonic * pitch.mean()
        if hertz > 0.45 * rate:
            break
        gain = sum(1 / (1 + ((hertz - f) / (60 + 0.06 * f)) ** 2) for f in formants) + 0.01
        voice += gain / harmonic**0.5 * np.sin(2 * np.pi * harmonic * phase)
    ramp = round(0.012 * rate)
    envelope = np.minimum(1, np.minimum(np.arange(length), np.arange(length)[::-1]) / ramp)
    return np.concatenate([hiss * np.hanning(hiss.size), voice / np.abs(voice).max() * envelope])


def lag(reference: Samples, found: Samples) -> float:
    """Return by how many samples `found` is late, to a fraction of a sample (parabola through the peak)."""
    count = 2 * max(reference.shape[-1], found.shape[-1])
    left = np.fft.rfft(reference[0].astype(np.float64), count)
    right = np.fft.rfft(found[0].astype(np.float64), count)
    match = np.fft.irfft(right * left.conj())
    peak = int(np.argmax(match))
    before, top, after = match[peak - 1], match[peak], match[(peak + 1) % count]
    shift = peak if peak < count // 2 else peak - count
    return shift + 0.5 * (before - after) / (before - 2 * top + after)
