import numpy as np
import pytest

from cutroom.engines.alignment import Alignment, align
from cutroom.engines.isolated_sound import describe, level_correction, take_aligned

RATE = 8000


def voice(seconds, seed=0):
    random = np.random.default_rng(seed)
    count = round(seconds * RATE)
    envelope = np.repeat(random.uniform(0, 1, count // 800 + 1) ** 2, 800)[:count]
    return (0.1 * random.standard_normal(count) * envelope).astype(np.float32)


@pytest.mark.parametrize("lag", [-4000, -37, 0, 1, 1105, 7000])
def test_an_offset_is_found(lag):
    clean = voice(20)
    noisy = clean + 0.02 * np.random.default_rng(1).standard_normal(clean.size).astype(np.float32)
    returned = np.pad(clean, (max(0, lag), 0))[max(0, -lag) :]
    found = align(noisy, returned, RATE)
    assert found.offset * RATE == pytest.approx(lag, abs=0.2)
    assert abs(found.drift) < 1e-6
    assert found.gain == pytest.approx(1, abs=0.05)
    aligned = take_aligned(returned, clean.size, found, RATE)
    assert np.abs(aligned - clean)[4000:-8000].max() < 1e-3


def test_drift_is_found():
    clean = voice(120)
    index = np.arange(clean.size) / (1 + 3e-5) - 400
    late = np.interp(index, np.arange(clean.size), clean, left=0).astype(np.float32)
    found = align(clean, late, RATE)
    assert found.drift == pytest.approx(3e-5, rel=0.1)
    assert found.offset * RATE == pytest.approx(400, abs=1)


def test_strangers_do_not_match():
    assert not align(voice(20), voice(20, seed=5), RATE).is_same_sound
    assert not align(voice(20), np.zeros(20 * RATE, np.float32), RATE).is_same_sound


def test_short_and_empty_sounds_stay_where_they_are():
    assert align(voice(0.01), voice(0.01), RATE) == Alignment(0, 0, 1, 1)
    assert align(voice(5), np.zeros(0, np.float32), RATE).offset == 0
    assert align(voice(0.3), voice(0.3), RATE).offset * RATE == pytest.approx(0, abs=0.1)


def test_a_sound_upside_down_is_turned():
    found = align(voice(20), -voice(20), RATE)
    assert level_correction(found) == -1


@pytest.mark.parametrize(("gain", "factor"), [(1.05, 1), (2, 2), (0.5, 0.5), (9, 1), (0, 1)])
def test_levels_are_corrected_within_reason(gain, factor):
    assert level_correction(Alignment(0, 0, 1, gain)) == factor


def test_corrections_are_told():
    assert describe(Alignment(0, 0, 1, 1)) == ()
    assert len(describe(Alignment(0.03, 1e-4, 1, 2))) == 3
