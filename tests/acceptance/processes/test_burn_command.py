"""The command `burn`: words in the picture, everything else as it was."""

import av
import numpy as np

import samples

SRT = "1\n00:00:00,200 --> 00:00:00,900\nGood morning\n"


def pictures(path):
    """Return the moments and the brightness of all pictures."""
    with av.open(str(path)) as film:
        return [(frame.time, frame.to_ndarray(format="gray")) for frame in film.decode(video=0)]


def sound(path):
    with av.open(str(path)) as film:
        return [bytes(packet) for packet in film.demux(audio=0) if packet.size]


def test_words_stand_in_the_picture(cutroom, tmp_path):
    samples.write_video(tmp_path / "talk.mp4", samples.speech(1.5), seconds=1.5, size=(320, 240))
    (tmp_path / "talk.srt").write_text(SRT)
    answer = cutroom("burn", "talk.mp4", "talk.srt", "--size", "40")
    assert (answer.returncode, answer.stdout) == (0, "talk-subtitled.mp4\n"), answer.stderr
    before, after = pictures(tmp_path / "talk.mp4"), pictures(tmp_path / "talk-subtitled.mp4")
    assert len(before) == len(after)
    for (time, old), (_, new) in zip(before, after, strict=True):
        assert (np.abs(old.astype(int) - new).max() > 120) == (0.2 <= round(time, 3) < 0.9), time
    assert sound(tmp_path / "talk.mp4") == sound(tmp_path / "talk-subtitled.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk-subtitled.mp4", "talk.mp4", "talk.srt"]


def test_what_is_wrong_is_said(cutroom, tmp_path):
    samples.write_audio(tmp_path / "talk.wav", samples.speech(0.5))
    (tmp_path / "talk.srt").write_text(SRT)
    for words, code in (
        (("talk.wav", "talk.srt"), "no_picture"),
        (("gone.mp4", "talk.srt"), "no_such_file"),
        (("talk.wav", "talk.srt", "-o", "talk.wav"), "target_is_source"),
    ):
        answer = cutroom("burn", *words)
        assert answer.returncode == 1
        assert f"({code})" in answer.stderr, answer.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk.srt", "talk.wav"]
