"""Captions burnt into a video: seen while they are said, the rest of the picture and all sound as it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import samples
from cutroom.base.errors import CutroomError, Refused
from cutroom.render.film.burning import burn_captions, burning_document
from cutroom.render.output import Output
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.sources.media_reading import look_at_media

CUES = {"cues": [{"startTime": 0.5, "endTime": 1.2, "text": "SEEN HERE"}]}
FILM = MediaItem(Path("film"), "0" * 64, "video", 641, 359, Fraction(2), Fraction(30))


@pytest.fixture
def video(tmp_path: Path) -> Path:
    sound = np.random.default_rng(1).normal(0, 0.1, (2, 2 * samples.RATE)).astype(np.float32)
    return samples.write_video(tmp_path / "video.mp4", sound, sound, seconds=2.0, size=(320, 180))


def gray(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as opened:
        return [frame.to_ndarray(format="gray").astype(int) for frame in opened.decode(video=0)]


def sound_packets(path: Path, number: int) -> list[bytes]:
    with av.open(str(path)) as opened:
        return [bytes(packet) for packet in opened.demux(opened.streams.audio[number]) if packet.size]


def test_burning_shows_captions_and_keeps_the_sound(tmp_path: Path, video: Path) -> None:
    target = tmp_path / "out.mp4"
    burnt = burn_captions(video, CUES, target, output=Output(crf=10))
    assert burnt.file.container == "mp4"
    assert burnt.timings.drawn > 0
    before, after = gray(video), gray(target)
    assert len(before) == len(after) == 50
    for number, (was, now) in enumerate(zip(before, after, strict=True)):
        difference = abs(was - now)
        assert difference[:90].mean() < 4, number
        assert (difference[120:].max() > 60) == (0.5 <= number / 25 < 1.2), number
    for number in range(2):
        assert sound_packets(target, number) == sound_packets(video, number)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.mp4", "video.mp4"]


def test_burning_turns_upright_and_reads_a_file(tmp_path: Path, video: Path) -> None:
    source = samples.rotate_mp4(video, 90)
    (tmp_path / "said.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nSAID\n", "utf-8")
    target = tmp_path / "out.mp4"
    burn_captions(source, {"src": "said.srt", "size": 20}, target, files={"said.srt": tmp_path / "said.srt"})
    with av.open(str(target)) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == (180, 320)
    assert look_at_media(target, "video").height == 320


@pytest.mark.parametrize(
    ("rate", "is_constant", "expected"),
    [
        (Fraction(30), True, "30"),
        (Fraction(2997, 100), True, "30000/1001"),
        (Fraction(240), True, "60"),
        (Fraction(2943, 100), False, "30"),
        (Fraction(31), False, "50"),
        (Fraction(7), False, "24"),
        (Fraction(90), False, "60"),
    ],
)
def test_burning_has_the_rate_of_the_video(rate: Fraction, is_constant: bool, expected: str) -> None:
    document = burning_document(replace(FILM, rate=rate, has_constant_rate=is_constant), CUES)
    assert document["rate"] == expected
    assert (document["width"], document["height"]) == (640, 358)


def test_burning_refuses_what_is_no_film(tmp_path: Path, video: Path) -> None:
    with pytest.raises(Refused) as caught:
        burning_document(replace(FILM, kind="image", seconds=None), CUES)
    assert caught.value.code_word == "no_video"
    with pytest.raises(Refused) as caught:
        burn_captions(video, {"style": "line"}, tmp_path / "out.mp4")
    assert caught.value.code_word == "bad_template"
    still = samples.write_image(tmp_path / "still.png")
    with pytest.raises(CutroomError):
        burn_captions(still, CUES, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()
