"""True peaks, the limiter and the bins of a waveform, on made signals."""

from __future__ import annotations

import numpy as np
import pytest

from cutroom.media.limiter import Limiter
from cutroom.media.samples import to_float, to_frame
from cutroom.media.true_peak import TruePeak
from cutroom.media.waveform import BINS_PER_SECOND, DEFAULT_BINS, MOST_BINS, Peaks, bins_for

RATE = 48000


def true_peak(sound, rate: int = RATE, size: int = 5000) -> float:
    meter = TruePeak(rate, sound.shape[0])
    for place in range(0, sound.shape[1], size):
        meter.write(sound[:, place : place + size])
    meter.finish()
    return 20 * np.log10(meter.peak)


def sine(hertz: float, phase: float = 0.0, level: float = -6.0, count: int = 9600):
    wave = (
        10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(count) / RATE + phase) * np.hanning(count)
    )
    return wave.astype(np.float32)[None]


@pytest.mark.parametrize("phase", [0.0, 0.4, np.pi / 4])
@pytest.mark.parametrize("hertz", [997, 6000, 12000, 19000])
def test_true_peaks_are_found_between_the_samples(hertz: float, phase: float):
    # EBU Tech 3341, table 1, cases 15 to 23, allows +0.2 and -0.4 dB.
    assert -6.4 <= true_peak(sine(hertz, phase)) <= -5.8


def test_true_peak_does_not_depend_on_the_blocks():
    sound = np.random.default_rng(0).standard_normal((2, 20_000)).astype(np.float32)
    assert true_peak(sound, size=20_000) == pytest.approx(true_peak(sound, size=333), abs=1e-4)


def limit(sound, ceiling: float, size: int):
    limiter = Limiter(RATE, sound.shape[0], ceiling)
    parts = [limiter.push(sound[:, i : i + size]) for i in range(0, sound.shape[1], size)]
    return np.concatenate([*parts, limiter.finish()], axis=1)


def test_a_limiter_with_nothing_to_do_changes_no_bit():
    sound = np.random.default_rng(0).uniform(-0.3, 0.3, (2, 12_345)).astype(np.float32)
    assert np.array_equal(limit(sound, -1.0, 1000), sound)


@pytest.mark.parametrize("place", [0, 3, 200, 10_000, 19_990])
def test_a_peak_anywhere_is_held_down_without_a_shift(place: int):
    sound = np.random.default_rng(1).uniform(-0.2, 0.2, (2, 20_000)).astype(np.float32)
    sound[0, place : place + 8] = 1.9
    held = limit(sound, -1.0, 4800)
    assert held.shape == sound.shape
    assert true_peak(held) <= -0.99
    # Both channels get the same gain, so the image stands still.
    gains = held[:, place + 1] / sound[:, place + 1]
    assert gains[0] == pytest.approx(gains[1], rel=1e-4)
    far = np.r_[0 : max(0, place - 500), min(20_000, place + 19_000) : 20_000]
    assert np.array_equal(held[:, far], sound[:, far])


def test_the_limiter_does_not_depend_on_the_blocks():
    sound = np.random.default_rng(2).uniform(-1.5, 1.5, (1, 20_000)).astype(np.float32)
    assert np.abs(limit(sound, -1.0, 20_000) - limit(sound, -1.0, 777)).max() < 1e-5


@pytest.mark.parametrize("count", [1, 63, 64, 65, 5_000, 100_003, 300_001])
def test_waveform_bins_cover_everything_and_stay_few(count: int):
    sound = np.random.default_rng(3).uniform(-0.5, 0.5, count).astype(np.float32)
    sound[count // 3] = 0.9
    sound[-1] = -0.8
    peaks = Peaks(100)
    for place in range(0, count, 4_801):
        peaks.write(sound[None, place : place + 4_801])
    bins = peaks.finish()
    assert peaks.count == count
    assert len(bins) <= 101
    assert len(bins) >= min(50, count)
    if count > 2:
        assert max(high for _, high in bins) == pytest.approx(0.9, abs=1e-3)
        place = next(i for i, (_, high) in enumerate(bins) if high > 0.85)
        assert place / len(bins) == pytest.approx(1 / 3, abs=0.04)
    assert bins[-1][0] == pytest.approx(-0.8, abs=1e-3)


@pytest.mark.parametrize("channels", [1, 2, 8, 12])
@pytest.mark.parametrize("name", ["flt", "fltp"])
def test_frames_and_rows_are_the_same_samples(channels: int, name: str):
    layout = {1: "mono", 2: "stereo", 8: "7.1", 12: "7.1.4"}[channels]
    sound = np.random.default_rng(0).uniform(-1, 1, (channels, 100)).astype(np.float32)
    assert np.array_equal(to_float(to_frame(sound, name, layout, RATE)), sound)


def test_nan_and_infinity_become_silence():
    sound = np.array([[0.5, np.nan, np.inf, -np.inf, -0.25]], np.float32)
    assert to_float(to_frame(sound, "fltp", "mono", RATE)).tolist() == [[0.5, 0, 0, 0, -0.25]]


def test_integer_samples_keep_every_bit():
    values = np.array([[-32768, -1, 0, 1, 32767]], np.int16)
    found = to_float(to_frame(values, "s16p", "mono", RATE))
    assert np.array_equal(found * 32768, values)
    assert to_float(to_frame(np.array([[0, 128, 255]], np.uint8), "u8", "mono", RATE)).tolist() == [
        [-1, 0, 127 / 128]
    ]


def test_waveforms_are_as_fine_as_an_editor_needs_within_bounds():
    assert bins_for(0) == bins_for(10) == DEFAULT_BINS
    assert bins_for(600) == 600 * BINS_PER_SECOND
    assert bins_for(6 * 3600) == MOST_BINS
