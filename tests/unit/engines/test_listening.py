import numpy as np
import pytest

from cutroom.engines.downmix import Downmix, low_frequency_channel
from cutroom.engines.levels import FrameLevels, find_pauses
from cutroom.engines.lift import Lift
from cutroom.engines.music import MusicDetector
from cutroom.engines.noise_estimate import HIGHEST_LIMIT, LOWEST_LIMIT, choose_limit
from cutroom.engines.phases import Phases
from cutroom.engines.short_time import Analysis


@pytest.mark.parametrize(
    ("layout", "index"),
    [("mono", None), ("stereo", None), ("5.0", None), ("2.1", 2), ("5.1", 3), ("5.1(side)", 3), ("7.1", 3)],
)
def test_the_low_frequency_channel_is_known(layout, index):
    assert low_frequency_channel(layout) == index


def test_the_downmix_leaves_lfe_out_and_doubles_the_centre():
    block = np.zeros((6, 100), np.float32)
    block[3] = 1
    assert not Downmix("5.1", 6).mix(block).any()
    block = np.zeros((6, 100), np.float32)
    block[2] = 1
    assert Downmix("5.1", 6).mix(block) == pytest.approx(2 / 6)


def test_channels_in_opposite_phase_do_not_cancel():
    voice = np.random.default_rng(0).standard_normal(4800).astype(np.float32)
    mixed = Downmix("stereo", 2).mix(np.stack([voice, -voice]))
    assert np.abs(mixed).max() == pytest.approx(np.abs(voice).max())


def test_mono_passes():
    block = np.ones((1, 10), np.float32)
    assert np.array_equal(Downmix("mono", 1).mix(block), block[0])


@pytest.mark.parametrize(("level", "heard"), [(-20, -20), (-44, -44), (-50, -30), (-90, -30), (-115, -115)])
def test_quiet_sound_is_lifted(level, heard):
    sound = np.random.default_rng(0).standard_normal(48000).astype(np.float32) * np.float32(
        10 ** (level / 20)
    )
    lifted = Lift().apply(sound)
    assert 20 * np.log10(lifted.std()) == pytest.approx(heard, abs=0.1)


def test_the_lift_only_falls():
    lift, quiet = Lift(), np.full(100, 1e-4, np.float32)
    first = lift.apply(quiet)[0]
    lift.apply(np.full(100, 0.1, np.float32))
    assert first > 1e-3
    assert lift.apply(quiet)[0] == np.float32(1e-4)


def score(sound):
    detector, analysis = MusicDetector(), Analysis(48000, 1)
    for start in range(0, sound.size, 48000):
        detector.hear_spectra(analysis.push(sound[None, start : start + 48000].astype(np.float32))[0])
    detector.hear_spectra(analysis.finish()[0])
    return detector.score()


def chords(seconds=6):
    sound = np.zeros(seconds * 48000)
    time = np.arange(48000) / 48000
    for second in range(seconds):
        for note in (0, 4 + second % 2, 7, 12 + second % 3):
            hertz = 220 * 2 ** ((note + 2 * (second % 4)) / 12)
            part = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 6)) * np.exp(-2 * time)
            sound[second * 48000 : (second + 1) * 48000] += part
    return 0.05 * sound + 1e-4 * np.random.default_rng(0).standard_normal(sound.size)


def test_chords_sound_like_music():
    assert score(chords()) > 0.7


@pytest.mark.parametrize("hertz", [50, 440])
def test_hum_and_a_whistle_are_no_music(hertz):
    time = np.arange(6 * 48000) / 48000
    tones = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 12))
    assert score(0.1 * tones + 0.01 * np.random.default_rng(0).standard_normal(time.size)) < 0.2


def test_noise_and_silence_are_no_music():
    assert score(np.random.default_rng(0).standard_normal(6 * 48000) * 0.1) < 0.1
    assert score(np.zeros(48000)) == 0
    assert MusicDetector().score() == 0


@pytest.mark.parametrize(("snr", "limit"), [(-20, HIGHEST_LIMIT), (16, 20), (50, LOWEST_LIMIT)])
def test_the_limit_follows_the_noise(snr, limit):
    assert choose_limit(snr) == limit


@pytest.mark.parametrize("rate", [8000, 11025, 48000])
def test_frame_powers_do_not_depend_on_blocks(rate):
    sound = np.random.default_rng(0).standard_normal((2, rate * 2 + 77)).astype(np.float32)
    whole, parts = FrameLevels(rate), FrameLevels(rate)
    whole.write(sound)
    for start in range(0, sound.shape[1], 97):
        parts.write(sound[:, start : start + 97])
    expected = np.array(
        [
            (sound[:, -(-m * rate // 50) : -(-(m + 1) * rate // 50)].astype(np.float64) ** 2).sum()
            / 2
            * 50
            / rate
            for m in range(-(-sound.shape[1] * 50 // rate))
        ]
    )
    assert np.allclose(whole.finish(), expected, rtol=1e-4)
    assert np.allclose(parts.finish(), expected, rtol=1e-4)


def test_pauses_are_the_quietest_tenth():
    powers = np.arange(1, 101, dtype=np.float32)
    assert find_pauses(powers).sum() == 10
    assert find_pauses(np.zeros(0, np.float32)).size == 0


def test_progress_never_falls_and_ends_at_one():
    told = []
    phases = Phases(lambda share, text: told.append((share, text)), {"a": 3, "b": 1})
    phases.begin("a")
    phases.advance(5, 10)
    phases.advance(20, 10)
    phases.begin("b")
    phases.advance(5, None)
    phases.finish()
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (told[0], told[-1]) == ((0.0, "a"), (1.0, "b"))
    assert (0.75, "b") in told
