"""What RNNoise's gains do to real signals: latency, image, level, music."""

import numpy as np
import pytest

from cutroom.engines.denoiser import DENOISERS, Sound
from cutroom.engines.rnnoise_library import FRAME, LATENCY, Rnnoise
from cutroom.media import read_audio
from samples import lag, noise, shared_folder, speech

RATE = 48000


def clean(sound, tmp_path, limit=None, layout=None, rate=RATE):
    names = {1: "mono", 2: "stereo", 6: "5.1"}
    described = Sound(rate, sound.shape[0], layout or names[sound.shape[0]], None)
    listener = DENOISERS.load("rnnoise").listen(described, tmp_path)
    for at in range(0, sound.shape[1], rate):
        listener.write(sound[:, at : at + rate])
    separation = listener.finish()
    limit = separation.findings.limit if limit is None else limit
    result = np.concatenate(list(separation.render([sound], limit)), axis=1)
    separation.close()
    return result, separation.findings


def decibels(samples):
    return 10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-20)


def test_the_latency_is_what_we_take_out():
    voice = speech(3.0)
    engine = Rnnoise()
    wet, voiced = engine.process(voice[0, : voice.shape[1] // FRAME * FRAME])
    assert lag(voice, wet[None]) == pytest.approx(LATENCY, abs=3)
    assert voiced.mean() > 0.3
    engine.close()
    engine.close()


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_nothing_moves_in_time(rate, tmp_path):
    voice = speech(3.0, rate=rate)
    cleaned, _ = clean(voice + noise(3.0, rate=rate, level=-50), tmp_path, rate=rate)
    assert lag(voice, cleaned) == pytest.approx(0, abs=0.02)


def test_noise_falls_by_the_limit_and_speech_stays(tmp_path):
    voice = np.concatenate([np.zeros((1, RATE), np.float32), speech(4.0)], axis=1)
    cleaned, findings = clean(voice + noise(5.0, level=-45), tmp_path, limit=20)
    fall = decibels(cleaned[:, RATE // 2 : RATE]) - -45
    assert fall == pytest.approx(-20, abs=1)
    assert decibels(cleaned[:, RATE:]) == pytest.approx(decibels(voice[:, RATE:]), abs=1.5)
    assert 15 < findings.snr < 45


@pytest.mark.parametrize("level", [-20, -50, -70, -85])
def test_quiet_recordings_are_cleaned_as_well(level, tmp_path):
    sound = speech(4.0) + noise(4.0, level=-45)
    reference, _ = clean(sound, tmp_path, limit=20)
    factor = np.float32(10 ** ((level + 20) / 20))
    cleaned, _ = clean(sound * factor, tmp_path, limit=20)
    error = decibels(cleaned / factor - reference) - decibels(reference)
    assert error < -20  # the network hears levels of -30 and -20 dBFS a little differently


def test_the_stereo_image_stands_still(tmp_path):
    voice = speech(6.0, seed=1)[0]
    sound = np.stack([voice, 0.5 * voice]).astype(np.float32) + noise(6.0, channels=2, level=-50)
    cleaned, _ = clean(sound, tmp_path, limit=24)
    size = 9600
    shifts = []
    for at in range(0, sound.shape[1] - size, size):
        before, after = sound[:, at : at + size], cleaned[:, at : at + size]
        if decibels(before) > -40:
            shift = (decibels(after[0]) - decibels(after[1])) - (decibels(before[0]) - decibels(before[1]))
            shifts.append(abs(shift))
    assert len(shifts) > 10
    assert np.median(shifts) < 0.05
    assert max(shifts) < 0.5


def test_a_panned_voice_keeps_its_level_difference_exactly(tmp_path):
    voice = speech(4.0)[0] + noise(4.0, level=-45)[0]
    sound = np.stack([voice, voice * np.float32(0.25)])
    cleaned, _ = clean(sound, tmp_path)
    assert np.abs(cleaned[0] * np.float32(0.25) - cleaned[1]).max() < 1e-6


def test_surround_keeps_its_low_frequency_channel(tmp_path):
    sound = noise(3.0, channels=6, level=-50)
    sound[2] += speech(3.0)[0]
    sound[3] = 0.2 * np.sin(2 * np.pi * 40 * np.arange(sound.shape[1]) / RATE)
    cleaned, _ = clean(sound, tmp_path, limit=20)
    assert np.abs(cleaned[3] - sound[3]).max() < 1e-6
    assert decibels(cleaned[0]) < -58
    assert decibels(cleaned[2]) == pytest.approx(decibels(sound[2]), abs=1.5)


def test_opposite_phase_is_heard(tmp_path):
    voice = speech(4.0)[0]
    cleaned, _ = clean(np.stack([voice, -voice]) + noise(4.0, channels=2, level=-50), tmp_path, limit=20)
    assert decibels(cleaned[0]) == pytest.approx(decibels(voice), abs=1.5)


def test_what_lies_above_the_network_follows_its_top(tmp_path):
    time = np.arange(3 * 96000) / 96000
    ultrasound = 0.01 * np.sin(2 * np.pi * 30000 * time)
    sound = speech(3.0, rate=96000) + ultrasound[None].astype(np.float32)
    cleaned, _ = clean(sound, tmp_path, rate=96000, limit=20)
    assert cleaned.shape == sound.shape
    assert lag(sound, cleaned) == pytest.approx(0, abs=0.02)


def test_real_speech_is_no_music(tmp_path):
    folder = shared_folder() / "speech"
    for path in sorted([*folder.glob("*.wav"), *folder.glob("*.flac")]):
        with read_audio(path) as reader:
            sound = np.concatenate(list(reader), axis=1)
        _, findings = clean(sound, tmp_path, rate=reader.rate)
        assert findings.music < 0.4, path.name


def test_a_chord_progression_is_music(tmp_path):
    time = np.arange(RATE) / RATE
    bars = []
    for bar in range(6):
        notes = [196 * 2 ** ((step + 2 * (bar % 4)) / 12) for step in (0, 4, 7, 12 + bar % 2)]
        tones = sum(np.sin(2 * np.pi * hertz * k * time) / k for hertz in notes for k in range(1, 6))
        bars.append(0.03 * tones * np.exp(-1.5 * time))
    _, findings = clean(np.concatenate(bars)[None].astype(np.float32), tmp_path)
    assert findings.music > 0.7
