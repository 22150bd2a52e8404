"""Films in films: segments begin in the middle of them, on any number of processes, and nothing differs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from counted_films import HEIGHT, WIDTH, FilmStyle, constant, number_of, variable, write_film
from cutroom.media import FrameReader
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import render_film
from cutroom.render.output import Output
from cutroom.render.sources.films import FILMS
from cutroom.render.sources.media_reading import look_at_media


@pytest.fixture(autouse=True)
def _closed():
    yield
    FILMS.close_all()


def _template(length, rate="30"):
    alone = {"type": "video", "length": length}
    return read_template(
        {
            "width": WIDTH,
            "height": HEIGHT * 2,
            "rate": rate,
            "tracks": [
                {
                    "clips": [
                        {"type": "background", "blurOf": {"src": "vfr", "kind": "video"}, "length": length}
                    ]
                },
                {"clips": [alone | {"src": "vfr", "y": "25%", "height": HEIGHT}]},
                {"clips": [alone | {"src": "clear", "y": "75%", "height": HEIGHT, "loop": True}]},
            ],
        }
    )


def test_films_in_segments_are_the_same_for_any_number_of_processes(tmp_path, seed):
    clear = FilmStyle(
        codec="libvpx-vp9", fmt="yuva420p", options={"cpu-used": "8", "g": "60"}, metadata={"alpha_mode": "1"}
    )
    films = {
        "vfr": write_film(tmp_path / "vfr.mp4", variable(seed, 150)),
        "clear": write_film(tmp_path / "c.webm", constant(Fraction(25), 90), clear, clear_from=WIDTH - 20),
    }
    media = {name: look_at_media(path, "video") for name, path in films.items()}
    written = []
    for number, how in enumerate(
        ({"processes": 1, "threads": 1}, {"processes": 1, "threads": 3}, {"processes": 2})
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        render_film(_template(9), media, [Output(format="mp4", crf=12)], folder, **how)
        written.append((folder / "output-1.mp4").read_bytes())
    assert written[0] == written[1] == written[2]


@pytest.mark.parametrize("rate", ["24000/1001", "30"])
def test_films_in_segments_show_the_right_picture_across_joints(tmp_path, rate):
    source = Fraction(30000, 1001)
    style = FilmStyle(rate=source, options={"g": "250", "crf": "8", "preset": "veryfast"})
    path = write_film(tmp_path / "film.mp4", constant(source, 300), style)
    media = {"film": look_at_media(path, "video")}
    clip = {"type": "video", "src": "film", "length": 9}
    document = {"width": WIDTH, "height": HEIGHT, "rate": rate, "tracks": [{"clips": [clip]}]}

    render_film(read_template(document), media, [Output(format="mp4", crf=12)], tmp_path, processes=1)

    frames = int(9 * Fraction(rate))
    expected = [number * source // Fraction(rate) for number in range(frames)]
    with FrameReader(tmp_path / "output-1.mp4") as reader:
        shown = [number_of(reader.at(number / Fraction(rate))) for number in range(frames)]
    assert shown == expected
