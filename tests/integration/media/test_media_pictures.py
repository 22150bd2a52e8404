"""Posters and waveforms of real files."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import samples
from cutroom.base.errors import BrokenMedia
from cutroom.media import make_poster, make_waveform, probe


def pixels(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)


def test_a_poster_is_small_webp_and_always_the_same(tmp_path: Path):
    film = samples.write_video(tmp_path / "x.mp4", seconds=2, size=(1280, 720))
    made = make_poster(film, tmp_path / "a")
    make_poster(film, tmp_path / "b")
    assert (made.width, made.height) == (640, 360)
    assert probe(tmp_path / "a").mime_type == made.mime_type == "image/webp"
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("degrees", "corner"), [(90, (0, 0)), (180, (1, 1)), (270, (1, 1))])
def test_a_poster_stands_upright(tmp_path: Path, degrees: int, corner: tuple[int, int]):
    film = samples.write_video(tmp_path / "x.mp4", size=(320, 240))
    make_poster(film, tmp_path / "plain")
    make_poster(samples.rotate_mp4(film, degrees), tmp_path / "turned")
    expected = np.rot90(pixels(tmp_path / "plain"), -degrees // 90)
    found = pixels(tmp_path / "turned")
    assert found.shape == expected.shape
    assert np.abs(found - expected).mean() < 4


def black_then_picture(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=25, width=64, height=48, pix_fmt="yuv420p")
        stream.codec_context.options = {"g": "5", "preset": "ultrafast"}
        for index in range(50):
            shown = samples.picture(index) if index >= 30 else np.zeros((48, 64, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def test_a_poster_is_not_black(tmp_path: Path):
    made = make_poster(black_then_picture(tmp_path / "x.mp4"), tmp_path / "poster")
    assert made.seconds >= 1.2
    assert pixels(tmp_path / "poster").std() > 18


def test_what_is_transparent_becomes_white(tmp_path: Path):
    context = av.CodecContext.create("png", "w")
    context.width, context.height, context.pix_fmt, context.time_base = 32, 32, "rgba", Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 4), np.uint8), format="rgba")
    (tmp_path / "x.png").write_bytes(
        b"".join(bytes(p) for p in [*context.encode(frame), *context.encode(None)])
    )
    make_poster(tmp_path / "x.png", tmp_path / "poster")
    assert pixels(tmp_path / "poster").min() > 250


def test_a_picture_is_never_enlarged(tmp_path: Path):
    assert make_poster(samples.write_image(tmp_path / "x"), tmp_path / "poster").width == 64


def test_sound_has_no_poster(tmp_path: Path):
    with pytest.raises(BrokenMedia) as caught:
        make_poster(samples.write_audio(tmp_path / "x.wav", samples.tone(0.1)), tmp_path / "poster")
    assert caught.value.code_word == "no_picture"
    assert not (tmp_path / "poster").exists()


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path):
    with pytest.raises(BrokenMedia) as caught:
        make_poster(samples.png_bomb(tmp_path / "x"), tmp_path / "poster")
    assert caught.value.code_word == "too_large_picture"


def test_a_waveform_draws_what_is_heard(tmp_path: Path):
    sound = samples.silence(4.0, channels=2)
    sound[:, 48_000:96_000] = samples.tone(1.0, level=-6)
    film = samples.write_video(
        tmp_path / "x.mkv", sound, audio_codec="flac", seconds=5, audio_start=Fraction(1)
    )
    drawn = make_waveform(film)
    drawn.write(tmp_path / "w.json")
    assert json.loads((tmp_path / "w.json").read_text()) == drawn.to_json()
    assert drawn.seconds == pytest.approx(5, abs=0.01)
    assert 500 <= len(drawn.peaks) <= 1001
    high = np.array(drawn.peaks)[:, 1]
    loud = np.flatnonzero(high > 0.4) / len(high) * drawn.seconds
    assert (loud.min(), loud.max()) == pytest.approx((2, 3), abs=0.02)
    assert high.max() == pytest.approx(0.5, abs=0.01)
