"""One suite over every denoiser there is: what a listener and its separation promise."""

import pickle
import tempfile
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from cutroom.base.errors import Refused, Unsupported
from cutroom.engines.denoiser import DENOISERS, Credentials, Sound
from samples import noise, speech, write_audio

NAMES = DENOISERS.names()
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def listen(name, sound, rate, folder, *, size=None):
    """Let a denoiser hear a sound; a hosted one gets an honest service's answer: the sound itself."""
    denoiser = DENOISERS.load(name)
    isolated = None
    if not denoiser.is_local:
        isolated = write_audio(folder / f"isolated-{rate}.flac", sound, codec="flac", rate=rate)
    seconds = sound.shape[1] / rate
    described = Sound(rate, sound.shape[0], LAYOUTS[sound.shape[0]], seconds)
    listener = denoiser.listen(described, folder, isolated=isolated)
    for start in range(0, sound.shape[1], size or rate):
        listener.write(sound[:, start : start + (size or rate)])
    return listener.finish()


def render(separation, sound, limit, size):
    blocks = [sound[:, at : at + size] for at in range(0, sound.shape[1], size)]
    return np.concatenate(
        [*separation.render(blocks, limit), np.zeros((sound.shape[0], 0), np.float32)], axis=1
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_says_who_it_is(name):
    denoiser = DENOISERS.load(name)
    assert denoiser.name == name
    assert denoiser.title
    assert denoiser.version
    assert denoiser.destination.endswith(".")
    pickle.dumps(denoiser)


@pytest.mark.parametrize("name", NAMES)
def test_the_check_says_what_to_do(name):
    denoiser = DENOISERS.load(name)
    denoiser.check(Credentials(SecretStr("a-key")))
    if denoiser.is_local:
        denoiser.check(Credentials())
        with pytest.raises(Refused):
            denoiser.isolate(Path("a"), Path("b"), Credentials())
        with pytest.raises(Refused):
            denoiser.listen(Sound(48000, 1, "mono", 1), Path(), isolated=Path("x"))
    else:
        with pytest.raises(Unsupported, match="KEY"):
            denoiser.check(Credentials())
        with pytest.raises(Refused):
            denoiser.listen(Sound(48000, 1, "mono", 1), Path())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("rate", "channels"), [(48000, 1), (44100, 2), (16000, 1), (11025, 2), (96000, 1), (48000, 6)]
)
def test_as_many_samples_come_back_in_the_same_places(name, rate, channels, tmp_path):
    sound = speech(1.5, rate=rate, channels=channels) + noise(1.5, rate=rate, channels=channels, level=-45)
    separation = listen(name, sound, rate, tmp_path)
    for limit in (0, 12):
        cleaned = render(separation, sound, limit, rate // 3)
        assert cleaned.shape == sound.shape
        assert cleaned.dtype == np.float32
        assert np.corrcoef(cleaned[0], sound[0])[0, 1] > 0.9
        if limit == 0:
            assert np.array_equal(cleaned, sound)
    separation.close()
    separation.close()


@pytest.mark.parametrize("name", NAMES)
def test_block_sizes_of_the_render_do_not_matter(name, tmp_path):
    sound = speech(1.2, channels=2) + noise(1.2, channels=2, level=-40)
    separation = listen(name, sound, 48000, tmp_path)
    whole = render(separation, sound, 15, sound.shape[1])
    parts = render(separation, sound, 15, 777)
    assert np.abs(whole - parts).max() < 1e-6
    separation.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seconds", [0, 0.001, 0.02, 0.3])
def test_silence_and_scraps_pass(name, seconds, tmp_path):
    for sound in (np.zeros((1, round(seconds * 48000)), np.float32), noise(seconds, level=-30)):
        if not sound.size and not DENOISERS.load(name).is_local:
            continue  # no service returns a file without a sample
        separation = listen(name, sound, 48000, tmp_path)
        cleaned = render(separation, sound, 20, 4800)
        assert cleaned.shape == sound.shape
        assert np.isfinite(cleaned).all()
        if not sound.any():
            assert separation.findings.snr is None
            assert not cleaned.any()
        separation.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", ["clipped", "offset", "over full scale"])
def test_ugly_sound_gives_finite_samples(name, case, tmp_path):
    voice = speech(1.5, level=-6)
    sound = {
        "clipped": np.clip(voice * 8, -1, 1),
        "offset": voice * np.float32(0.3) + np.float32(0.5),
        "over full scale": np.clip(voice * 3, -1.9, 1.9),
    }[case].astype(np.float32)
    if case == "over full scale" and not DENOISERS.load(name).is_local:
        pytest.skip("a service's file in FLAC ends at full scale")
    separation = listen(name, sound, 48000, tmp_path)
    cleaned = render(separation, sound, 20, 48000)
    assert np.isfinite(cleaned).all()
    assert np.abs(cleaned).max() < 2.5
    separation.close()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_in_the_folder(name):
    sound = speech(1.0)
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        separation = listen(name, sound, 48000, folder)
        render(separation, sound, 10, 48000)
        separation.close()
        assert not [p for p in folder.iterdir() if not p.name.startswith("isolated-")]
