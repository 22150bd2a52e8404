"""From a template to the decoded file: every frame in its place, and the same bytes whoever renders."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

import samples
from counted_films import HEIGHT, WIDTH, FilmStyle, constant, number_of, write_film
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import Rendered, render_film
from cutroom.render.output import Output
from cutroom.render.scene.placed_files import kinds_of_files, media_uses
from cutroom.render.sources.media_reading import look_at_media

RATES = ["24000/1001", "25", "30000/1001", "30", "60"]


def render(document: dict[str, Any], files: Path, folder: Path, *outputs: Output, **options: Any) -> Rendered:
    template = read_template(document)
    kinds = kinds_of_files(media_uses(template))
    media = {src: look_at_media(files / src, kind) for src, kind in kinds.items()}
    return render_film(template, media, outputs, folder, **options)


@pytest.mark.parametrize("rate", RATES)
def test_render_counts_every_frame_of_a_film(rate: str, tmp_path: Path) -> None:
    """A film that carries its numbers is cut in two places and joined of three segments."""
    style = FilmStyle(rate=Fraction(rate))
    write_film(tmp_path / "film.mp4", constant(Fraction(rate), 300), style)
    whole = {"type": "video", "src": "film.mp4"}
    cut = str(Fraction(150) / Fraction(rate))
    clips = [{**whole, "start": 0, "length": cut}, {**whole, "start": cut, "trim": cut, "length": cut}]
    document = {"version": 1, "width": WIDTH, "height": HEIGHT, "rate": rate, "tracks": [{"clips": clips}]}
    made = render(document, tmp_path, tmp_path / "out", Output(preset="ultrafast", crf=12))
    with av.open(str(made.made[0].path)) as opened:
        frames = list(opened.decode(video=0))
    assert [number_of(frame.to_ndarray(format="bgra")) for frame in frames] == list(range(300))
    assert [(frame.pts or 0) * (frame.time_base or 0) * Fraction(rate) for frame in frames] == list(
        range(300)
    )


FORMATS = [
    Output(format="mp4"),
    Output(format="mp4", codec="hevc", preset="ultrafast"),
    Output(format="webm", alpha=True),
    Output(format="mov", alpha=True),
    Output(format="gif", alpha=True),
    Output(format="png", alpha=True, time=Fraction(4)),
    Output(format="jpg", time=Fraction(4)),
    Output(format="mp3"),
    Output(format="wav"),
]


def test_render_makes_the_same_bytes_of_every_format(tmp_path: Path) -> None:
    """In one thread, in two processes, in threads that keep what they make, and from what was kept."""
    samples.write_image(tmp_path / "photo.jpg", (96, 64), "mjpeg")
    samples.write_video(tmp_path / "film.mp4", samples.speech(5.0), seconds=5, size=(96, 64))
    clips = [
        {"type": "video", "src": "film.mp4", "scale": 0.7},
        {"type": "image", "src": "photo.jpg", "kenBurns": "in", "opacity": 0.6, "length": 5},
        {"type": "text", "text": "Same", "size": 24, "rotation": 9, "blur": 1, "length": 5},
        {"type": "waveform", "src": "film.mp4", "y": "80%"},
    ]
    document: dict[str, Any] = {"version": 1, "width": 64, "height": 48, "rate": 25, "background": "#0000"}
    document |= {"tracks": [{"clips": [clip]} for clip in clips], "sound": {"loudness": -16}}
    ways: list[dict[str, Any]] = [{"threads": 1}, {"processes": 2}]
    ways += [{"cache": tmp_path / "kept"}] * 2
    made = [
        render(document, tmp_path, tmp_path / str(number), *FORMATS, **way) for number, way in enumerate(ways)
    ]
    for number, output in enumerate(FORMATS):
        assert len({each.made[number].path.read_bytes() for each in made}) == 1, output
    assert made[-1].timings.drawn == 2, "only the stills are drawn again"
