"""Another picture for a video: sound, subtitles, chapters and tags untouched, in sync."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import samples
from cutroom.base.errors import Refused
from cutroom.media import read_audio, replace_picture


def packets(path: Path, kind: str = "video", number: int = 0) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.get(**{kind: number})) if p.size]


def pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def times(path: Path, kind: str) -> list[Fraction]:
    with av.open(str(path)) as container:
        stream = container.streams.get(**{kind: 0})[0]
        return sorted(p.pts * p.time_base for p in container.demux(stream) if p.pts is not None)


def voice(number: int = 0) -> np.ndarray:
    return np.random.default_rng(number).normal(0, 0.1, (2, 2 * samples.RATE)).astype(np.float32)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return samples.write_video(tmp_path / "film.mp4", seconds=2.0, fps=30, size=(96, 64))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("old.mp4", "mp4"),
        ("old.mov", "mov"),
        ("old.mkv", "matroska"),
        ("old.ts", "mpegts"),
        ("old.avi", "mp4"),
    ],
)
def test_replace_picture_keeps_the_sound(tmp_path: Path, film: Path, name: str, expected: str) -> None:
    source = samples.write_video(tmp_path / name, voice(1), voice(2), seconds=2.0, b_frames=0)
    made = replace_picture(source, film, tmp_path / "out")
    assert made.container == expected
    assert (made.reason is None) == (expected != "mp4" or name == "old.mp4")
    assert pictures(tmp_path / "out") == pictures(film)
    for number in range(2):
        assert packets(tmp_path / "out", "audio", number) == packets(source, "audio", number)
    shown, heard = times(tmp_path / "out", "video"), times(tmp_path / "out", "audio")
    assert [time - shown[0] for time in shown[:3]] == pytest.approx([0, 1 / 30, 2 / 30], abs=0.001)
    # The sources' zero is 0, and the film's first picture belongs there.
    assert shown[0] - heard[0] == pytest.approx(-times(source, "audio")[0], abs=0.002)
    old, new = (np.concatenate(list(read_audio(path)), axis=1) for path in (source, tmp_path / "out"))
    assert np.array_equal(old, new)
    assert abs(read_audio(source).start - read_audio(tmp_path / "out").start) < Fraction(1, 1000)
    with av.open(str(tmp_path / "out")) as opened:
        assert [stream.type for stream in opened.streams] == ["video", "audio", "audio"]


def test_replace_picture_keeps_tags_and_chapters(tmp_path: Path, film: Path) -> None:
    source = samples.write_video(
        tmp_path / "old.mkv", voice(), seconds=2.0, metadata={"title": "Kept"}, chapters=[(0.0, 1.0, "One")]
    )
    replace_picture(source, film, tmp_path / "out")
    with av.open(str(tmp_path / "out")) as opened:
        assert {key.lower(): value for key, value in opened.metadata.items()}["title"] == "Kept"
        assert [chapter["metadata"]["title"] for chapter in opened.chapters()] == ["One"]


def test_replace_picture_keeps_subtitles(tmp_path: Path, film: Path) -> None:
    plain = samples.write_video(tmp_path / "plain.mkv", voice(), seconds=2.0)
    source = samples.add_subtitles(plain, tmp_path / "old.mkv", ["a line"])
    replace_picture(source, film, tmp_path / "out")
    assert packets(tmp_path / "out", "subtitles") == packets(source, "subtitles")
    assert len(packets(source, "subtitles")) == 1


def test_replace_picture_stands_upright(tmp_path: Path, film: Path) -> None:
    source = samples.rotate_mp4(samples.write_video(tmp_path / "old.mp4", voice(), seconds=2.0), 90)
    replace_picture(source, film, tmp_path / "out")
    with av.open(str(tmp_path / "out")) as opened:
        assert next(opened.decode(video=0)).rotation == 0
        assert opened.streams.video[0].width == 96


def test_replace_picture_of_a_silent_video(tmp_path: Path, film: Path) -> None:
    source = samples.write_video(tmp_path / "old.mp4", seconds=2.0)
    replace_picture(source, film, tmp_path / "out")
    assert packets(tmp_path / "out") == packets(film)


def test_replace_picture_needs_one(tmp_path: Path, film: Path) -> None:
    sound = samples.write_audio(tmp_path / "sound.wav", voice())
    with pytest.raises(Refused) as caught:
        replace_picture(film, sound, tmp_path / "out")
    assert caught.value.code_word == "no_video"
    assert not (tmp_path / "out").exists()
