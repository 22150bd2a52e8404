import numpy as np
import pytest

from cutroom.engines.spectral_gain import (
    BINS,
    GainEstimator,
    GainFile,
    decode_table,
    encode,
    spread_bins,
)


def test_codes_are_exact_to_an_eighth_of_a_decibel():
    gains = 10 ** (-np.linspace(0, 60, 500) / 20)
    decoded = decode_table(400)[encode((gains**2).astype(np.float32))]
    assert np.abs(20 * np.log10(decoded / gains)).max() < 0.13


@pytest.mark.parametrize("limit", [0, 6, 20])
def test_the_limit_bounds_the_attenuation(limit):
    table = decode_table(limit)
    assert table[0] == 1
    assert -20 * np.log10(table.min()) == pytest.approx(limit, abs=1e-4)
    assert (np.diff(table) <= 0).all()


@pytest.mark.parametrize(
    ("rate", "bins"), [(8000, 161), (16000, 321), (44100, 883), (48000, 961), (96000, 1921)]
)
def test_codes_reach_every_rate(rate, bins):
    codes = np.tile(np.arange(BINS) // 4, (3, 1)).astype(np.uint8)
    spread = spread_bins(codes, rate)
    assert spread.shape == (3, bins)
    count = min(bins, 800)
    assert np.array_equal(spread[:, :count], codes[:, :count])
    assert (spread[:, 800:] == 197).all()  # the mean of the last trusted bins


def test_the_file_repeats_its_last_row_and_goes_away(tmp_path):
    path = tmp_path / "gains"
    with GainFile(path) as gains:
        gains.append(np.full((2, BINS), 3, np.uint8))
        gains.append(np.full((1, BINS), 9, np.uint8))
        assert gains.read(1, 5)[:, 0].tolist() == [3, 9, 9, 9]
    assert not path.exists()


def test_an_empty_file_means_no_attenuation(tmp_path):
    with GainFile(tmp_path / "gains") as gains:
        assert (gains.read(0, 4) == 0).all()


def spectra(frames, seed=0):
    random = np.random.default_rng(seed)
    return (random.standard_normal((frames, BINS)) + 1j * random.standard_normal((frames, BINS))).astype(
        np.complex64
    )


def test_every_frame_gets_its_codes_whatever_the_blocks():
    noisy = spectra(230)
    wet = noisy * np.float32(0.3)
    whole, parts = GainEstimator(), GainEstimator()
    once = np.concatenate([whole.push(noisy, wet), whole.finish()])
    many = [parts.push(noisy[at : at + 40], wet[at : at + 40]) for at in range(0, 230, 40)]
    assert once.shape == (230, BINS)
    joined = np.concatenate([*many, parts.finish()])
    assert joined.shape == once.shape
    assert np.abs(joined.astype(int) - once).max() <= 1  # sums in another order


def test_what_the_network_keeps_is_kept_and_what_it_drops_is_dropped():
    noisy = spectra(200) * np.float32(0.01)
    voiced = np.zeros((200, BINS), np.bool_)
    voiced[80:120, 40:60] = True
    noisy[voiced] *= 1000
    wet = np.where(voiced, noisy, noisy * np.float32(0.01)).astype(np.complex64)
    estimator = GainEstimator()
    codes = np.concatenate([estimator.push(noisy, wet), estimator.finish()])
    assert (codes[voiced] <= 2).mean() > 0.99
    assert codes[~voiced].min() > 100


def test_silence_makes_numbers():
    estimator = GainEstimator()
    silence = np.zeros((120, BINS), np.complex64)
    with np.errstate(all="raise"):
        codes = np.concatenate([estimator.push(silence, silence), estimator.finish()])
    assert codes.shape == (120, BINS)
