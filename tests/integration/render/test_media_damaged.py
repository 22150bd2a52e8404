"""Damaged files: each is read or refused in a sentence, and nothing else happens."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av.logging
import pytest
import skia

from counted_films import FilmStyle, constant, numbered, write_film
from cutroom.base.errors import CutroomError
from cutroom.media import FrameReader
from cutroom.render.sources.media_reading import look_at_media
from cutroom.render.sources.stills import still_source

FILMS = {
    "a.mp4": FilmStyle(),
    "a.mkv": FilmStyle(),
    "a.ts": FilmStyle(),
    "a.webm": FilmStyle(
        codec="libvpx-vp9", fmt="yuva420p", options={"cpu-used": "8"}, metadata={"alpha_mode": "1"}
    ),
    "a.gif": FilmStyle(codec="gif", fmt="rgb8", tick=Fraction(1, 100), options={}),
    "a.avi": FilmStyle(codec="mjpeg", fmt="yuvj420p", tick=Fraction(1, 30), options={}),
}
PICTURES = {"a.jpg": skia.kJPEG, "a.png": skia.kPNG, "a.webp": skia.kWEBP}
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50"><defs>
<linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1"/></linearGradient></defs>
<g transform="rotate(10)"><path d="M0 0 L10 10 C1 2 3 4 5 6 Z" fill="url(#g)"/><use href="#g"/></g></svg>"""
TIMES = 60


@pytest.fixture(autouse=True)
def _quiet():
    level = av.logging.get_level()
    av.logging.set_level(av.logging.PANIC)
    yield
    av.logging.set_level(level)


def _damaged(content: bytes, rng: random.Random) -> bytes:
    """Return the content with some bytes changed, more often near the beginning, or cut."""
    made = bytearray(content)
    for _ in range(rng.choice([1, 3, 20, 200])):
        near = len(made) if rng.random() < 0.5 else min(len(made), 2000)
        made[rng.randrange(near)] = rng.randrange(256)
    return bytes(made[: rng.randrange(len(made))] if rng.random() < 0.2 else made)


def _play(path: Path) -> None:
    look_at_media(path, "video")
    with FrameReader(path, size=(64, 32)) as reader:
        for time in (Fraction(0), Fraction(1, 2), Fraction(1, 10), Fraction(100)):
            assert reader.at(time).shape == (32, 64, 4)


def _show(path: Path) -> None:
    item = look_at_media(path, "image")
    if item.width * item.height < 1_000_000:
        source = still_source(item, width=64, height=64)
        assert source.draw().pixels.shape == (source.height, source.width, 4)


@pytest.mark.parametrize("name", FILMS)
def test_media_damaged_films_are_read_or_refused(tmp_path, seed, name):
    content = write_film(tmp_path / name, constant(Fraction(30), 20), FILMS[name]).read_bytes()
    _try(content, tmp_path / "damaged", random.Random(seed), _play)


@pytest.mark.parametrize("name", [*PICTURES, "a.svg"])
def test_media_damaged_pictures_are_read_or_refused(tmp_path, seed, name):
    profile = skia.ColorSpace.MakeRGB(skia.cms.NamedTransferFn.kSRGB, skia.cms.NamedGamut.kDisplayP3)
    picture = skia.Image.fromarray(numbered(7), colorSpace=profile)
    content = SVG.encode() if name == "a.svg" else bytes(picture.encodeToData(PICTURES[name], 90))
    _try(content, tmp_path / "damaged", random.Random(seed), _show)


def _try(content: bytes, path: Path, rng: random.Random, use) -> None:
    said = []
    for _ in range(TIMES):
        path.write_bytes(_damaged(content, rng))
        try:
            use(path)
        except CutroomError as error:
            said.append(error.message)
    assert not any(str(path) in message for message in said)
