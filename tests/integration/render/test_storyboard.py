"""Storyboards: the right picture at the right place of the sheet, and cues that cover the film."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from pathlib import Path

import webvtt

from counted_films import HEIGHT, WIDTH, FilmStyle, constant, number_of, write_film
from cutroom.media import read_image
from cutroom.render.film.storyboard import make_storyboard

KEY = {"g": "15", "keyint_min": "15", "sc_threshold": "0", "crf": "8", "preset": "veryfast"}


def _cells(cues: Path) -> list[tuple[str, tuple[int, ...]]]:
    found = []
    for cue in webvtt.read(str(cues)):
        match = re.fullmatch(r"(.+)#xywh=(\d+),(\d+),(\d+),(\d+)", cue.text)
        assert match
        found.append((match[1], tuple(int(part) for part in match.groups()[1:])))
    return found


def test_storyboard_shows_the_film_second_by_second(tmp_path):
    film = write_film(tmp_path / "film.mp4", constant(Fraction(15), 12 * 15), FilmStyle(options=KEY))

    board = make_storyboard(film, tmp_path / "s.jpg", tmp_path / "s.vtt", address="a/s.jpg")

    assert (board.count, board.seconds) == (12, 1)
    assert board.width == 160
    assert abs(board.height - 160 * HEIGHT / WIDTH) <= 1
    sheet = read_image(tmp_path / "s.jpg")
    assert sheet.shape[:2] == (2 * board.height, 10 * board.width)
    cells = _cells(tmp_path / "s.vtt")
    assert [address for address, _ in cells] == ["a/s.jpg"] * 12
    shown = [number_of(sheet[y : y + h, x : x + w]) for _, (x, y, w, h) in cells]
    assert shown == [second * 15 for second in range(12)]


def test_storyboard_of_a_long_film_has_at_most_a_hundred_pictures(tmp_path):
    film = write_film(
        tmp_path / "film.mp4", constant(Fraction(1), 250), FilmStyle(rate=Fraction(1), options=KEY)
    )

    board = make_storyboard(film, tmp_path / "s.jpg", tmp_path / "s.vtt")

    assert board.count == 100
    cues = list(webvtt.read(str(tmp_path / "s.vtt")))
    assert cues[0].start == "00:00:00.000"
    assert all(one.end == other.start for one, other in itertools.pairwise(cues))
    assert cues[-1].end == "00:04:10.000"


def test_storyboard_of_one_picture(tmp_path):
    film = write_film(tmp_path / "film.mp4", constant(Fraction(30), 5))

    board = make_storyboard(film, tmp_path / "s.jpg", tmp_path / "s.vtt")

    assert board.count == 1
    assert read_image(tmp_path / "s.jpg").shape[:2] == (board.height, board.width)
