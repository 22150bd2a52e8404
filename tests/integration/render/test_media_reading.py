"""What is found out about the files of a template."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

import numpy as np
import pytest
import skia

import samples
from counted_films import HEIGHT, WIDTH, FilmStyle, constant, write_film
from cutroom.base.errors import BrokenMedia
from cutroom.render.sources.media_reading import look_at_media
from cutroom.render.sources.stills import still_source

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><rect width="50%" height="100%" fill="#f00"/>{}</svg>'


def _write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _png(width: int, height: int, alpha: int = 255) -> bytes:
    pixels = np.full((height, width, 4), 200, np.uint8)
    pixels[..., 3] = alpha
    return bytes(skia.Image.fromarray(pixels).encodeToData(skia.kPNG, 100))


def test_media_reading_looks_at_pictures(tmp_path):
    path = _write(tmp_path / "a", _png(40, 30, 128))
    item = look_at_media(path, "image")

    assert (item.kind, item.width, item.height, item.has_alpha) == ("image", 40, 30, True)
    assert item.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert item.seconds is None


def test_media_reading_looks_at_films(tmp_path):
    rate = Fraction(30000, 1001)
    path = write_film(
        tmp_path / "film.mp4", constant(rate, 30), FilmStyle(rate=rate, turn=(90, False, False))
    )
    item = look_at_media(path, "video")

    assert (item.width, item.height, item.rate) == (HEIGHT, WIDTH, rate)
    assert item.has_constant_rate
    assert item.seconds == pytest.approx(30 / float(rate), abs=1e-3)
    assert not item.has_audio
    assert not item.has_alpha


def test_media_reading_finds_the_sound_of_films(tmp_path):
    path = samples.write_video(tmp_path / "film.mp4", samples.tone(1.0))

    assert look_at_media(path, "video").has_audio
    sound = look_at_media(path, "audio")
    assert sound.has_audio
    assert float(sound.seconds) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('width="30" height="20"', (30, 20)),
        ('width="1in" height="0.5in"', (96, 48)),
        ('viewBox="0 0 64 32"', (64, 32)),
        ('width="128" viewBox="0 0 64 32"', (128, 64)),
        ('width="100%" height="100%" viewBox="0,0,10,20"', (10, 20)),
        ("", (300, 150)),
    ],
)
def test_media_reading_measures_svg(tmp_path, head, size):
    path = _write(tmp_path / "a.svg", SVG.format(head, ""))
    item = look_at_media(path, "image")

    assert (item.width, item.height) == size
    pixels = still_source(item, width=size[0] * 3, height=size[1] * 3).draw().pixels
    assert pixels.shape == (size[1] * 3, size[0] * 3, 4)
    assert pixels[size[1], size[0] // 2].tolist() == [0, 0, 255, 255]
    assert pixels[size[1], size[0] * 5 // 2].tolist() == [0, 0, 0, 0]


def test_media_reading_loads_nothing_from_outside_an_svg(tmp_path):
    secret = _write(tmp_path / "secret.png", _png(10, 10))
    inside = f'<image href="file://{secret}" width="100" height="100"/><text y="20">Hello</text>'
    item = look_at_media(_write(tmp_path / "a.svg", SVG.format('width="100" height="100"', inside)), "image")

    pixels = still_source(item).draw().pixels
    assert (pixels[:, 50:] == 0).all()


def test_media_reading_reduces_enormous_pictures(tmp_path):
    item = look_at_media(_write(tmp_path / "large.png", _png(9000, 5000)), "image")

    source = still_source(item)
    assert (item.width, item.height) == (9000, 5000)
    assert source.width * source.height <= 7680 * 4320 * 1.01
    assert source.draw().pixels.shape == (source.height, source.width, 4)


def test_media_reading_looks_at_animations(tmp_path):
    document = {"v": "5.9", "w": 200, "h": 100, "ip": 10, "op": 70, "fr": 30, "layers": []}
    item = look_at_media(_write(tmp_path / "a.json", json.dumps(document)), "animation")

    assert (item.width, item.height, item.seconds, item.rate) == (200, 100, 2, 30)


def test_media_reading_mirrors(tmp_path):
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[...] = [[[1, 0, 0, 255], [2, 0, 0, 255]], [[3, 0, 0, 255], [4, 0, 0, 255]]]
    path = _write(tmp_path / "a.png", bytes(skia.Image.fromarray(pixels).encodeToData(skia.kPNG, 100)))
    item = look_at_media(path, "image")

    def reds(flip: str) -> list[list[int]]:
        return still_source(item, flip=flip).draw().pixels[..., 2].tolist()

    assert reds("none") == [[1, 2], [3, 4]]
    assert reds("horizontal") == [[2, 1], [4, 3]]
    assert reds("vertical") == [[3, 4], [1, 2]]
    assert reds("both") == [[4, 3], [2, 1]]


deep = "<g>" * 500 + "</g>" * 500
laughs = '<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("", "&b;")


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", b"", "empty_file"),
        ("image", "hello", "not_media"),
        ("image", SVG.format("", deep), "too_large_svg"),
        ("image", SVG.format("", "<rect/>" * 100_001), "too_large_svg"),
        ("image", laughs, "broken_svg"),
        ("image", "<svg><rect", "broken_svg"),
        ("image", SVG.format('width="1e9" height="1"', ""), "broken_svg"),
        ("video", _png(10, 10), "still_picture"),
        ("audio", _png(10, 10), "no_audio"),
        ("font", _png(10, 10), "not_a_font"),
        ("animation", "{}", "not_an_animation"),
        ("animation", "[" * 100_000, "not_an_animation"),
        ("animation", '{"w":1,"h":1,"ip":0,"op":0,"fr":30}', "not_an_animation"),
        ("animation", '{"w":1e999,"h":1,"ip":0,"op":1,"fr":30}', "not_an_animation"),
        ("animation", '{"w":NaN,"h":1,"ip":0,"op":1,"fr":30}', "not_an_animation"),
    ],
)
def test_media_reading_says_what_is_wrong(tmp_path, kind, content, code):
    path = _write(tmp_path / "file", content)

    with pytest.raises(BrokenMedia) as caught:
        look_at_media(path, kind)
    assert caught.value.code_word == code
    assert str(tmp_path) not in caught.value.message


def test_media_reading_refuses_broken_films(tmp_path):
    for path, _ in samples.broken_files(tmp_path).values():
        with pytest.raises(BrokenMedia):
            look_at_media(path, "video")
