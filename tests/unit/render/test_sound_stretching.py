"""Stretched sound: its length, pitch, level and times."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cutroom.render.sounds.playback import Block, pad
from cutroom.render.sounds.stretching import StretchedStream
from sample_sounds import RATE, noise, speech, tone

SPEEDS = ["0.25", "0.5", "0.8", "1.25", "1.5", "2", "4"]


class Recording:
    """A stream of samples in memory."""

    def __init__(self, samples: Block) -> None:
        self._samples = np.repeat(samples, 2, axis=0) if samples.shape[0] == 1 else samples
        self._position = 0

    def pull(self, count: int) -> Block:
        part = self._samples[:, self._position : self._position + count]
        self._position += count
        return pad(part, count)

    def close(self) -> None:
        self._position = 0


def stretch(samples: Block, speed: str, *, pulls: int = 4096) -> Block:
    stream = StretchedStream(Recording(samples), Fraction(speed), RATE)
    count = round(samples.shape[1] / Fraction(speed))
    parts = [stream.pull(min(pulls, count - begin)) for begin in range(0, count, pulls)]
    return np.concatenate(parts, axis=1)


def spectrum(samples: Block) -> tuple[float, float]:
    """Return the loudest frequency, and the share of the power within 4 Hz of it."""
    middle = samples[0, RATE // 10 : -RATE // 10].astype(np.float64)
    powers = np.abs(np.fft.rfft(middle * np.hanning(middle.size), 8 * RATE)) ** 2
    peak = int(np.argmax(powers))
    return peak / 8, float(powers[peak - 32 : peak + 33].sum() / powers.sum())


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("hertz", [110, 440, 3000])
def test_sound_stretching_keeps_pitch_and_level(speed: str, hertz: float) -> None:
    stretched = stretch(tone(0.7 * float(speed), hertz=hertz, level=-12), speed)
    found, purity = spectrum(stretched)
    assert found == pytest.approx(hertz, abs=1)
    assert purity > 0.99
    level = 20 * np.log10(np.sqrt(2) * np.std(stretched[0, 5000:-5000]))
    assert level == pytest.approx(-12, abs=0.3)


@pytest.mark.parametrize("speed", SPEEDS)
def test_sound_stretching_keeps_the_level_of_noise(speed: str) -> None:
    stretched = stretch(noise(1.0 * float(speed), level=-20), speed)
    assert 20 * np.log10(np.std(stretched[0, 5000:-5000])) == pytest.approx(-20, abs=0.6)


@pytest.mark.parametrize("speed", SPEEDS)
def test_sound_stretching_moves_sounds_to_their_times(speed: str) -> None:
    count = round(2 * RATE * float(speed))
    source = np.zeros((1, count), np.float32)
    places = [round(count * share) for share in (0.1, 0.6)]
    for place in places:
        source[:, place : place + 4800] = tone(0.1, level=-6)
    stretched = stretch(source, speed)
    loud = np.convolve(np.abs(stretched[0]), np.ones(480) / 480, "same") > 0.05
    begins = np.flatnonzero(np.diff(loud.astype(int)) == 1)
    for place in places:
        late = (begins - place / float(speed)) / RATE
        # A piece of 25 ms may come from 10 ms beside its place in the source.
        assert np.abs(late).min() < 0.02 + 0.01 / min(1, float(speed))


def test_sound_stretching_does_not_depend_on_how_it_is_pulled() -> None:
    source = speech(1.5)
    assert np.array_equal(stretch(source, "1.5", pulls=100), stretch(source, "1.5", pulls=48000))


def test_sound_stretching_of_silence_is_silence() -> None:
    assert not stretch(np.zeros((2, RATE), np.float32), "1.3").any()
