"""Films in films: their clicks are heard when their flashes are seen, however they are trimmed or sped up."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from cutroom.media import read_audio
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import render_film
from cutroom.render.output import Output
from cutroom.render.sources.media_reading import look_at_media
from samples import RATE

FLASHES = (Fraction(1), Fraction(12, 5), Fraction(4))
"""Seconds of the source, 5 seconds long, 25 pictures a second."""
SHOWN = 30
"""Frames per second of the template; not all of its frames begin with one of the source."""


def write_film(path: Path, codec: str, rate: int = RATE) -> None:
    sound = np.zeros((2, 5 * rate), np.float32)
    for flash in FLASHES:
        first = int(flash * rate)
        time = np.arange(rate // 10) / rate
        sound[:, first : first + rate // 10] = 0.5 * np.sin(2 * np.pi * 2000 * time)
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=25, width=64, height=64, pix_fmt="yuv420p")
        video.codec_context.options = {"preset": "ultrafast", "threads": "1"}
        audio = output.add_stream(codec, rate=rate, layout="stereo")
        size = audio.codec_context.frame_size or 1024
        for number in range(125):
            is_bright = any(flash <= Fraction(number, 25) < flash + Fraction(1, 10) for flash in FLASHES)
            pixels = np.full((64, 64, 3), 255 if is_bright else 16, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        for first in range(0, sound.shape[1], size):
            block = np.ascontiguousarray(sound[:, first : first + size])
            name = audio.codec_context.format.name
            packed = block if name == "fltp" else np.rint(block.T.reshape(1, -1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(packed, format=name, layout="stereo")
            frame.sample_rate, frame.pts = rate, first
            output.mux(audio.encode(frame))
        output.mux(audio.encode(None))


def render(folder: Path, source: Path, clip: dict[str, Any], length: int) -> Path:
    written = {
        "version": 1,
        "width": 64,
        "height": 64,
        "rate": SHOWN,
        "length": length,
        "tracks": [{"clips": [{"type": "video", "src": "film", **clip}]}],
    }
    media = {"film": look_at_media(str(source), "video")}
    made = render_film(read_template(written), media, [Output(format="mp4")], folder)
    return made.made[0].path


def onsets(is_on: np.ndarray, rate: int) -> list[float]:
    """Return the seconds at which something begins that was not there for the last half second."""
    begins = np.flatnonzero(np.diff(is_on.astype(int), prepend=0) == 1)
    news = np.diff(begins, prepend=-rate) > rate / 2
    return (begins[news] / rate).tolist()


def seen_flashes(path: Path) -> list[float]:
    with av.open(str(path)) as film:
        bright = [frame.to_ndarray(format="gray").mean() > 128 for frame in film.decode(video=0)]
    return onsets(np.array(bright), SHOWN)


def heard_clicks(path: Path) -> list[float]:
    with read_audio(path) as reader:
        samples = np.concatenate(list(reader), axis=1)
        begin = float(reader.start)
    envelope = np.convolve(np.abs(samples[0]), np.ones(96) / 96, "same")
    return [begin + time for time in onsets(envelope > 0.1, RATE)]


CASES: dict[str, tuple[dict[str, Any], int, list[str]]] = {
    "plain": ({}, 5, ["1", "12/5", "4"]),
    "late": ({"start": "1/3"}, 6, ["4/3", "41/15", "13/3"]),
    "trimmed": ({"trim": "7/5", "length": 3}, 3, ["1", "13/5"]),
    "looped": ({"loop": True, "trim": 2, "length": 8}, 8, ["2/5", "2", "17/5", "5", "32/5"]),
    "fast": ({"speed": 2}, 3, ["1/2", "6/5", "2"]),
    "slow": ({"speed": 0.5}, 10, ["2", "24/5", "8"]),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "codec"), [("film.mp4", "aac"), ("film.mkv", "pcm_s16le")])
def test_sound_of_films_is_heard_when_it_is_seen(tmp_path: Path, case: str, name: str, codec: str) -> None:
    clip, length, expected = CASES[case]
    source = tmp_path / name
    write_film(source, codec)
    made = render(tmp_path / "made", source, clip, length)
    flashes, clicks = seen_flashes(made), heard_clicks(made)
    times = [float(Fraction(time)) for time in expected]
    assert len(flashes) == len(clicks) == len(times)
    speed = clip.get("speed", 1)
    late = np.array(flashes) - times
    assert late.min() > -1e-6
    assert late.max() < 1 / SHOWN
    # One frame of AAC is 21 ms; a stretched sound is as exact as its pieces.
    allowed = 0.002 if speed == 1 else 0.02 + 0.01 / min(1, speed)
    assert np.abs(np.array(clicks) - times).max() < allowed
