"""The meter against EBU Tech 3341 and 3342, and normalising to a target."""

from __future__ import annotations

import numpy as np
import pytest

import samples
from cutroom.media import Meter, measure, plan_normalisation, read_audio

RATE = 48000


def level(*parts: tuple[float, float], rate: int = RATE) -> np.ndarray:
    """Make a stereo sine of 1 kHz from (dBFS, seconds) parts, as the EBU's test signals are."""
    return np.concatenate([samples.tone(s, level=dbfs, rate=rate, channels=2) for dbfs, s in parts], axis=1)


def in_blocks(sound: np.ndarray, size: int = 7000):
    return [sound[:, place : place + size] for place in range(0, sound.shape[1], size)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # EBU Tech 3341 v4, table 1, cases 1 to 5; all within 0.1 LU.
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_integrated_loudness(parts: list, expected: float):
    found = measure(in_blocks(level(*parts)), RATE, "stereo", 2)
    assert found.integrated == pytest.approx(expected, abs=0.1)


def test_surround_is_weighted():
    # EBU Tech 3341 v4, case 6: -28, -28, -24, (no LFE), -30, -30 dBFS in L R C Ls Rs.
    levels = (-28, -28, -24, None, -30, -30)
    rows = [samples.silence(20) if v is None else samples.tone(20, level=v) for v in levels]
    found = measure(in_blocks(np.concatenate(rows)), RATE, "5.1", 6)
    assert found.integrated == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "expected"),
    # EBU Tech 3342 v4, table 1, cases 1 to 3; within 1 LU.
    [([(-20, 20), (-30, 20)], 10), ([(-20, 20), (-15, 20)], 5), ([(-40, 20), (-20, 20)], 20)],
)
def test_loudness_range(parts: list, expected: float):
    found = measure(in_blocks(level(*parts)), RATE, "stereo", 2)
    assert found.range == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 96000])
def test_the_rate_does_not_matter(rate: int):
    found = measure(in_blocks(level((-23, 5), rate=rate)), rate, "stereo", 2)
    assert found.integrated == pytest.approx(-23.0, abs=0.1)
    assert found.true_peak == pytest.approx(-23.0, abs=0.1)


def test_one_channel_counts_once():
    found = measure([samples.tone(5, level=-23)], RATE, "mono", 1)
    assert found.integrated == pytest.approx(-26.0, abs=0.1)


def test_the_blocks_do_not_matter():
    sound = samples.speech(6, channels=2)
    whole = measure([sound], RATE, "stereo", 2)
    pieces = measure(in_blocks(sound, 4801), RATE, "stereo", 2)
    assert pieces.integrated == pytest.approx(whole.integrated, abs=0.01)
    assert pieces.true_peak == pytest.approx(whole.true_peak, abs=0.01)


@pytest.mark.parametrize("sound", [samples.silence(3, channels=2), samples.tone(0.3, channels=2)])
def test_silence_and_snippets_have_no_loudness(sound: np.ndarray):
    assert measure([sound], RATE, "stereo", 2).integrated is None
    plan = plan_normalisation(lambda: [sound], RATE, "stereo", 2)
    assert plan.gain == 0
    assert plan.reason is not None
    assert np.array_equal(np.concatenate(list(plan.apply([sound], RATE, 2)), axis=1), sound)


def test_a_meter_answers_twice_alike():
    meter = Meter(RATE, "mono", 1)
    meter.write(samples.speech(3))
    assert meter.finish() is meter.finish()
    assert meter.integrated == meter.finish().integrated
    assert set(meter.finish().to_json()) == {"integrated", "range", "truePeak"}


@pytest.mark.parametrize("target", [-23.0, -16.0, -14.0])
@pytest.mark.parametrize("before", [-45.0, -20.0, -9.0])
def test_speech_reaches_the_target_under_the_ceiling(target: float, before: float):
    blocks = in_blocks(
        samples.speech(8, level=before, channels=2) + samples.noise(8, level=before - 40, channels=2)
    )
    plan = plan_normalisation(lambda: blocks, RATE, "stereo", 2, target=target)
    made = np.concatenate(list(plan.apply(blocks, RATE, 2)), axis=1)
    found = measure(in_blocks(made), RATE, "stereo", 2)
    assert made.shape[1] == 8 * RATE
    assert found.integrated == pytest.approx(target, abs=0.2)
    assert found.true_peak <= -0.99
    assert found.integrated == pytest.approx(plan.after.integrated, abs=0.05)
    assert abs(samples.lag(np.concatenate(blocks, axis=1), made)) < 0.05


def test_a_plain_gain_reads_the_sound_once():
    blocks = in_blocks(samples.speech(4, level=-12))
    reads = []

    def read():
        reads.append(1)
        return blocks

    plan = plan_normalisation(read, RATE, "mono", 1, target=-30)
    assert not plan.is_limited
    assert len(reads) == 1
    before = measure(blocks, RATE, "mono", 1)
    plan_normalisation(read, RATE, "mono", 1, target=-30, before=before)
    assert len(reads) == 1


@pytest.mark.parametrize("level", [-40, -55, -66])
def test_what_the_gate_hides_in_a_very_quiet_sound_is_heard_in_a_loud_one(level: float):
    soft = np.concatenate([samples.speech(4, level=level), samples.speech(8, level=level - 9)], axis=1)
    plan = plan_normalisation(lambda: [soft], RATE, "mono", 1, target=-23)
    made = np.concatenate(list(plan.apply([soft], RATE, 1)), axis=1)
    assert plan.reason is None
    assert measure([made], RATE, "mono", 1).integrated == pytest.approx(-23, abs=0.1)
    assert plan.after.integrated == pytest.approx(-23, abs=0.1)
    assert measure([made], RATE, "mono", 1).true_peak <= -1


def test_a_lonely_peak_is_no_reason_to_crush_everything():
    sound = samples.speech(6, level=-50)
    sound[0, 100_000:100_010] = 0.9
    blocks = in_blocks(sound)
    plan = plan_normalisation(lambda: blocks, RATE, "mono", 1, target=-16)
    assert plan.reason is not None
    assert plan.gain <= 13
    assert plan.after.true_peak <= -0.99


def test_real_recordings_reach_the_target():
    for path in sorted((samples.shared_folder() / "speech").iterdir()):
        if path.suffix in {".wav", ".flac"}:
            reader = read_audio(path, rate=RATE)
            blocks = list(reader)
            plan = plan_normalisation(lambda b=blocks: b, RATE, reader.layout, reader.channels)
            assert plan.after.integrated == pytest.approx(-16, abs=0.2), path.name
            assert plan.after.true_peak <= -0.99
