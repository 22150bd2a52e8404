"""The whole of `clean`: files in, files and a report out."""

import pickle

import numpy as np
import pytest

from cutroom.base.errors import BrokenMedia, Refused
from cutroom.engines.cleaning import CleanRequest, clean
from cutroom.media import probe, read_audio
from samples import lag, noise, silence, speech, tone, write_audio, write_video

RATE = 48000


def read(path, **options):
    with read_audio(path, **options) as reader:
        return np.concatenate(list(reader), axis=1), reader


@pytest.fixture
def noisy():
    voice = np.concatenate([silence(0.7), speech(3.3)], axis=1)
    return voice + noise(4.0, level=-42)


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_a_noisy_wav_becomes_a_clean_flac(tmp_path, out, noisy):
    told = []
    source = write_audio(tmp_path / "in.wav", noisy)
    report = clean(source, out, CleanRequest(), progress=lambda *state: told.append(state))
    sound, reader = read(report.audio)
    assert (reader.rate, reader.layout, sound.shape) == (RATE, "mono", noisy.shape)
    assert lag(noisy, sound) == pytest.approx(0, abs=0.02)
    assert report.after.noise_floor < report.before.noise_floor - 10
    assert report.after.speech_level == pytest.approx(report.before.speech_level, abs=1.5)
    assert report.after.snr > report.before.snr + 10
    assert report.before.noise_floor == pytest.approx(-42, abs=2)
    assert (report.engine, report.bits, report.video, report.warnings) == ("rnnoise", 16, None, ())
    assert [path.name for path in out.iterdir()] == ["cleaned.flac"]
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert pickle.loads(pickle.dumps(report)) == report


def test_strength_zero_changes_no_sample(tmp_path, out, noisy):
    source = write_audio(tmp_path / "in.wav", noisy)
    report = clean(source, out, CleanRequest(strength=0))
    assert np.array_equal(read(report.audio)[0], read(source)[0])
    assert report.limit == 0


def test_strength_scales_and_music_is_spared(tmp_path, out, noisy):
    source = write_audio(tmp_path / "in.wav", noisy)
    full = clean(source, out, CleanRequest()).limit
    assert clean(source, out, CleanRequest(strength=0.5)).limit == pytest.approx(full / 2)
    assert clean(source, out, CleanRequest(keep_music=True)).limit == 6


@pytest.mark.parametrize(
    ("rate", "channels", "codec", "bits"),
    [
        (44100, 2, "pcm_s16le", 16),
        (48000, 6, "pcm_s24le", 24),
        (11025, 1, "pcm_u8", 16),
        (96000, 2, "pcm_f32le", 24),
    ],
)
def test_rate_layout_and_depth_are_kept(tmp_path, out, rate, channels, codec, bits):
    sound = speech(1.5, rate=rate, channels=channels) + noise(1.5, rate=rate, channels=channels, level=-45)
    source = write_audio(tmp_path / "in.wav", sound, codec=codec, rate=rate)
    report = clean(source, out, CleanRequest())
    cleaned, reader = read(report.audio)
    assert (reader.rate, cleaned.shape, report.bits) == (rate, sound.shape, bits)
    assert reader.layout == {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    assert lag(sound, cleaned) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("level", [-12, -35])
def test_loudness_is_set_after_cleaning(tmp_path, out, level):
    sound = speech(5.0, level=level) + noise(5.0, level=level - 25)
    source = write_audio(tmp_path / "in.wav", sound)
    report = clean(source, out, CleanRequest(loudness=-16))
    assert report.after.loudness == pytest.approx(-16, abs=0.3)
    assert report.after.true_peak <= -0.9
    assert read(report.audio)[0].shape == sound.shape
    assert [path.name for path in out.iterdir()] == ["cleaned.flac"]


def codes(report):
    return {advice.code for advice in report.warnings}


@pytest.mark.parametrize("seconds", [0.02, 0.3, 1.5])
def test_silence_and_scraps_work(tmp_path, out, seconds):
    quiet = write_audio(tmp_path / "quiet.wav", silence(seconds))
    report = clean(quiet, out, CleanRequest(loudness=-16))
    assert {"silence", "loudness_skipped"} <= codes(report)
    assert not read(report.audio)[0].any()
    scrap = write_audio(tmp_path / "scrap.wav", speech(seconds) + noise(seconds, level=-50))
    report = clean(scrap, out, CleanRequest(loudness=-16))
    assert read(report.audio)[0].shape[1] == round(seconds * RATE)
    assert ("very_short" in codes(report)) == (seconds < 1)
    assert ("loudness_skipped" in codes(report)) == (seconds < 0.4)


def test_clipped_offset_and_broken_floats_work(tmp_path, out):
    voice = speech(2.0, level=-6)
    ugly = np.clip(voice * 6 + 0.3, -1.5, 1.5).astype(np.float32)
    ugly[0, 5000:5010] = np.nan
    ugly[0, 9000] = np.inf
    source = write_audio(tmp_path / "ugly.wav", ugly, codec="pcm_f32le")
    report = clean(source, out, CleanRequest(loudness=-16))
    sound, _ = read(report.audio)
    assert sound.shape == ugly.shape
    assert report.after.true_peak <= -0.9


def test_clean_speech_is_hardly_touched(tmp_path, out):
    source = write_audio(tmp_path / "in.wav", speech(4.0))
    report = clean(source, out, CleanRequest())
    assert "already_clean" in codes(report)
    assert report.limit == 8


def test_music_is_warned_about(tmp_path, out):
    time = np.arange(RATE) / RATE
    bars = [
        sum(0.05 * np.sin(2 * np.pi * 220 * 2 ** ((step + 2 * bar) / 12) * time) for step in (0, 4, 7, 12))
        for bar in range(5)
    ]
    source = write_audio(tmp_path / "in.wav", np.concatenate(bars)[None].astype(np.float32))
    assert "music" in codes(clean(source, out, CleanRequest()))
    assert "music" not in codes(clean(source, out, CleanRequest(keep_music=True)))


def test_a_preview_is_the_wished_part(tmp_path, out, noisy):
    source = write_audio(tmp_path / "in.wav", noisy)
    report = clean(source, out, CleanRequest(start=1.0, seconds=1.5))
    sound, _ = read(report.audio)
    assert sound.shape[1] == round(1.5 * RATE)
    assert lag(noisy[:, RATE : RATE * 5 // 2], sound) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("name", "codec"), [("in.mp4", "aac"), ("in.mkv", "aac")])
def test_a_video_gets_the_cleaned_sound_and_keeps_its_picture(tmp_path, out, noisy, name, codec):
    source = write_video(tmp_path / name, noisy)
    report = clean(source, out, CleanRequest())
    assert report.video is not None
    before, after = probe(source), probe(report.video)
    assert after.video.codec == before.video.codec
    assert (after.video.width, after.video.height) == (before.video.width, before.video.height)
    old, _ = read(source)
    new, _ = read(report.video)
    assert abs(new.shape[1] - old.shape[1]) <= 1024
    assert lag(old, new) == pytest.approx(0, abs=1)
    assert np.mean(new[:, 4800:24000] ** 2) < 0.1 * np.mean(old[:, 4800:24000] ** 2)
    assert sorted(path.name for path in out.iterdir()) == ["cleaned.flac", report.video.name]


def test_the_wished_stream_is_cleaned(tmp_path, out, noisy):
    source = write_video(tmp_path / "in.mkv", tone(4.0), noisy)
    report = clean(source, out, CleanRequest(stream=1))
    assert lag(noisy, read(report.audio)[0]) == pytest.approx(0, abs=1)
    old, new = read(source, stream=0)[0], read(report.video, stream=0)[0]
    assert np.array_equal(old, new)


def test_failures_leave_nothing(tmp_path, out):
    text = tmp_path / "in.mp4"
    text.write_text("no video")
    with pytest.raises(BrokenMedia):
        clean(text, out, CleanRequest())
    mute = write_video(tmp_path / "mute.mp4")
    with pytest.raises(BrokenMedia):
        clean(mute, out, CleanRequest())
    sound = write_audio(tmp_path / "in.wav", speech(1.0))
    with pytest.raises(Refused):
        clean(sound, out, CleanRequest(stream=3))
    with pytest.raises(Refused):
        clean(sound, out, CleanRequest(engine="nothing"))

    def stop(share, _text):
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clean(sound, out, CleanRequest(), progress=stop)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"strength": 1.1}, {"strength": -0.1}, {"loudness": 0}, {"loudness": -90}])
def test_senseless_wishes_are_refused(wrong):
    with pytest.raises(Refused):
        CleanRequest(**wrong)
