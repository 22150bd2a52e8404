"""Preparing recordings for recognisers: exact places, honest reasons, noise, odd files."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from cutroom.base.errors import BrokenMedia, Refused
from cutroom.engines.hearing import HearingRequest, place_words, prepare
from cutroom.engines.speech_probability import SpeechDetector
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.media import read_audio
from samples import lag, noise, shared_folder, silence, tone, write_audio, write_video
from spoken import voice


@pytest.fixture(scope="module")
def talk():
    return voice()


def prepared(source, folder, **wanted):
    folder.mkdir(exist_ok=True)
    return prepare(source, folder, HearingRequest(**wanted))


def read(path):
    with read_audio(path) as reader:
        assert (reader.rate, reader.channels) == (16000, 1)
        return np.concatenate(list(reader), axis=1)


def test_a_window_lies_where_the_sound_lies(talk, tmp_path):
    source = write_audio(
        tmp_path / "a.wav", np.concatenate([silence(3), talk, silence(2)], axis=1), rate=48000
    )
    found = prepared(source, tmp_path / "w")
    (window,) = found.windows
    assert found.reason_empty is None
    assert not found.denoised
    assert 1.5 < float(window.start) < 3
    assert 0 < found.speech_seconds <= float(window.seconds)
    cut = read(window.path)
    assert cut.shape[1] == window.seconds * 16000
    with read_audio(source, rate=16000) as reader:
        whole = np.concatenate(list(reader), axis=1)
    begin = int(window.start * 16000)
    assert abs(lag(whole[:, begin : begin + cut.shape[1]], cut)) < 0.01
    assert sorted(path.name for path in (tmp_path / "w").iterdir()) == ["window-0000.flac"]


def test_a_late_sound_stream_moves_the_windows(talk, tmp_path):
    early = write_video(tmp_path / "early.mp4", talk, seconds=4)
    late = write_video(tmp_path / "late.mp4", talk, seconds=4, audio_start=Fraction(3, 4))
    first, second = (prepared(path, tmp_path / path.stem).windows[0] for path in (early, late))
    with read_audio(late, rate=16000) as reader:
        assert abs(reader.start - Fraction(3, 4)) < Fraction(1, 40)
        assert abs(second.start - first.start - reader.start) <= Fraction(64, 1000)
        assert (second.start - reader.start) * 16000 % 512 == 0


def test_the_second_stream_and_a_part(talk, tmp_path):
    source = write_video(tmp_path / "two.mp4", silence(4), talk[:, : 4 * 48000], seconds=4)
    assert prepared(source, tmp_path / "a").reason_empty
    assert prepared(source, tmp_path / "b", stream=1).windows
    (window,) = prepared(source, tmp_path / "c", stream=1, start=0.5, seconds=1.5).windows
    assert float(window.start) >= 0.5
    assert float(window.start + window.seconds) <= 2.01
    with pytest.raises(Refused):
        prepared(source, tmp_path / "d", stream=2)


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (silence(2), "silent"),
        (noise(2, level=-100), "silent"),
        (noise(3, level=-30), "Nobody speaks"),
        (tone(3) + tone(3, hertz=440), "Nobody speaks"),
        (silence(0.01), "silent"),
    ],
)
def test_where_nobody_speaks_it_says_why(sound, reason, tmp_path):
    found = prepared(write_audio(tmp_path / "a.wav", sound), tmp_path / "w")
    assert reason in found.reason_empty
    assert found.windows == ()
    assert found.speech_seconds < 0.3
    assert list((tmp_path / "w").iterdir()) == []


def test_no_sound_and_no_media_are_broken_media(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("no media")
    with pytest.raises(BrokenMedia):
        prepared(text, tmp_path / "w")
    with pytest.raises(BrokenMedia):
        prepared(write_video(tmp_path / "mute.mp4"), tmp_path / "w")


def test_noise_is_removed_where_there_is_much_of_it(talk, tmp_path):
    padded = np.concatenate([silence(2), talk, silence(2)], axis=1)
    level = 20 * np.log10(np.sqrt(np.mean(talk**2)))
    noisy = padded + noise(padded.shape[1] / 48000, level=level + 3)[:, : padded.shape[1]]
    source = write_audio(tmp_path / "a.wav", noisy)
    found = prepared(source, tmp_path / "w")
    assert found.snr < 5
    assert found.denoised
    assert "noise" in " ".join(found.notes)
    raw = prepared(source, tmp_path / "n", denoise="never")
    assert [window.start for window in raw.windows] == [window.start for window in found.windows]
    quiet = [np.quantile(np.abs(read(each.windows[0].path)), 0.2) for each in (found, raw)]
    assert quiet[0] < 0.6 * quiet[1]


def test_quiet_speech_is_lifted_and_stereo_is_heard(talk, tmp_path):
    faint = np.concatenate([silence(1), talk, silence(1)], axis=1) * np.float32(10 ** (-50 / 20))
    source = write_audio(tmp_path / "a.wav", np.repeat(faint, 2, axis=0), codec="pcm_s24le")
    (window,) = prepared(source, tmp_path / "w").windows
    assert np.abs(read(window.path)).max() > 0.05


def test_long_recordings_are_cut_in_pauses(tmp_path):
    parts = np.concatenate([voice(pause=0.6), silence(0.7)] * 14, axis=1)
    source = write_audio(tmp_path / "a.flac", parts, codec="flac")
    told = []
    found = prepare(
        source, tmp_path, HearingRequest(window_seconds=30), progress=lambda *report: told.append(report)
    )
    assert len(found.windows) > 1
    assert all(window.seconds <= 30 for window in found.windows)
    for before, after in pairwise(found.windows):
        assert before.start + before.seconds <= after.start
        assert np.abs(read(after.path)[0, :800]).max() < 0.02
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1][0] == 1


@pytest.mark.parametrize("size", [160, 512, 7001])
def test_the_detector_hears_blocks_as_it_hears_the_whole(talk, size):
    sound = talk[0, ::3].copy()
    whole, parts = SpeechDetector(), SpeechDetector()
    whole.write(sound)
    for at in range(0, sound.size, size):
        parts.write(sound[at : at + size])
    one, other = whole.finish(), parts.finish()
    assert one.samples == other.samples == sound.size
    assert np.abs(one.probability - other.probability).max() < 1e-4
    assert np.allclose(one.power, other.power)


def test_the_detector_agrees_with_the_wheel_that_it_comes_from(talk):
    from faster_whisper.vad import get_vad_model

    sound = np.concatenate([talk[0, ::3], np.zeros(-talk[0, ::3].size % 512, np.float32)])
    detector = SpeechDetector()
    detector.write(sound)
    assert np.abs(detector.finish().probability - get_vad_model()(sound).reshape(-1)).max() < 1e-4


def test_pocketsphinx_hears_a_real_sentence_where_it_is_said(tmp_path):
    recording = shared_folder() / "speech" / "austen_0880.wav"
    with read_audio(recording) as reader:
        rate = reader.rate
        sound = np.concatenate(list(reader), axis=1)
    late = np.concatenate([silence(4, rate=rate), sound], axis=1)
    engine, found = TRANSCRIBERS.load("pocketsphinx"), []
    for path, moved in ((recording, sound), (tmp_path / "late.wav", late)):
        source = path if moved is sound else write_audio(path, late, rate=rate)
        folder = tmp_path / path.stem
        (window,) = prepared(source, folder).windows
        heard = engine.transcribe(window.path, Wish(glossary=("Dashwood",)), Access())
        assert any("fixed dictionary" in note for note in heard.notes)
        found.append(place_words(window, heard))
    assert {"young", "man"} <= {word.text for word in found[0]}
    for word, later in zip(*(words[-2:] for words in found), strict=True):
        assert abs(later.start - word.start - 4) < Fraction(1, 10)
