import numpy as np
import pytest

from cutroom.engines.short_time import Analysis, Synthesis, frame_centre, frame_count

RATES = [8000, 11025, 16000, 22050, 44100, 48000, 96000, 12345]


def there_and_back(sound, rate, sizes):
    analysis, synthesis = Analysis(rate, sound.shape[0]), Synthesis(rate, sound.shape[0])
    parts, spectra, at = [], [], 0
    for size in sizes:
        spectra.append(analysis.push(sound[:, at : at + size]))
        parts.append(synthesis.push(spectra[-1]))
        at += size
    spectra.append(analysis.finish())
    parts += [synthesis.push(spectra[-1]), synthesis.finish()]
    return np.concatenate(parts, axis=1)[:, : sound.shape[1]], np.concatenate(spectra, axis=1)


@pytest.mark.parametrize("rate", RATES)
def test_there_and_back_is_the_same_at_every_rate(rate):
    sound = np.random.default_rng(rate).standard_normal((2, rate + 333)).astype(np.float32) * 0.1
    back, spectra = there_and_back(sound, rate, [1, 7, rate // 3, rate])
    assert np.abs(back - sound).max() < 1e-6
    assert spectra.shape[1] == frame_count(sound.shape[1], rate)


@pytest.mark.parametrize("rate", [11025, 48000])
def test_block_sizes_do_not_matter(rate):
    sound = np.random.default_rng(1).standard_normal((1, rate)).astype(np.float32)
    _, whole = there_and_back(sound, rate, [rate])
    _, parts = there_and_back(sound, rate, [13] * (rate // 13 + 1))
    assert np.array_equal(whole, parts)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_lands_in_the_bin_of_its_frequency_at_every_rate(rate):
    time = np.arange(rate) / rate
    sound = np.sin(2 * np.pi * 1000 * time, dtype=np.float64).astype(np.float32)[None]
    _, spectra = there_and_back(sound, rate, [rate])
    assert abs(int(np.abs(spectra[0, 25]).argmax()) - 40) <= (0 if rate % 50 == 0 else 1)


def test_frames_do_not_drift_in_an_hour():
    assert frame_centre(50 * 3600, 11025) == 11025 * 3600
