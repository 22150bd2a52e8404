"""Image clips: their boxes, and slow moves over pictures."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from cutroom.render.fonts import FontBook
from cutroom.render.layer import Stage
from cutroom.render.layers.image import ImageClip, layer
from cutroom.render.pixels.sprite import Sprite
from cutroom.render.scene.ken_burns import KenBurns, move_of
from cutroom.render.sources.media_item import MediaItem


@pytest.fixture
def item(tmp_path):
    path = tmp_path / "photo"
    path.write_bytes(b"its pixels are not looked at here")
    return MediaItem(path, "0123456789abcdef" * 4, "image", 400, 200)


def _drawing(item, length=Fraction(2), **fields):
    clip = ImageClip.model_validate({"type": "image", "src": "photo"} | fields)
    stage = Stage(100, 200, Fraction(30), Fraction(0), length, {"photo": item}, FontBook({}), length)
    return layer.prepare(clip, stage)


def _window(sprite: Sprite) -> tuple[float, ...]:
    return tuple(sprite.crop or (0, 0, sprite.source.width, sprite.source.height))


@pytest.mark.parametrize(
    ("fields", "asked", "size"),
    [
        ({}, (None, None), (100, 200)),
        ({}, (50, None), (50, 25)),
        ({"crop": {"left": 0.5}}, (50, None), (50, 50)),
        ({"fit": "none"}, (None, None), (400, 200)),
        ({"fit": "none", "crop": {"top": 0.5}}, (None, None), (400, 100)),
        ({}, (30, 40), (30, 40)),
    ],
)
def test_layer_image_measures_its_box(item, fields, asked, size):
    assert _drawing(item, **fields).measure(Fraction(0), *asked) == pytest.approx(size)


def test_layer_image_moves_from_one_view_to_another(item):
    move = {"from": {"zoom": 1, "x": 0}, "to": {"zoom": 2, "x": 1}}
    drawing = _drawing(item, kenBurns=move)
    first, middle, last = (_window(drawing.sprites(Fraction(time), 100.0, 200.0)[0]) for time in (0, 1, 2))

    assert first == pytest.approx((0, 0, 100, 200))
    assert last == pytest.approx((350, 50, 400, 150))
    assert middle == pytest.approx([(a + b) / 2 for a, b in zip(first, last, strict=True)])


def test_layer_image_moves_less_than_a_pixel_a_frame(item):
    drawing = _drawing(item, Fraction(20), kenBurns="right")
    lefts = [drawing.sprites(Fraction(n, 30), 100.0, 200.0)[0].matrix.e for n in range(30)]

    steps = [later - sooner for sooner, later in itertools.pairwise(lefts)]
    assert all(0 < -step < 1 for step in steps)
    assert max(steps) - min(steps) < 1e-9


@pytest.mark.parametrize("preset", ["in", "out", "left", "right", "up", "down", "auto"])
def test_layer_image_fills_its_box_during_every_move(item, preset):
    drawing = _drawing(item, kenBurns=preset)
    for time in (Fraction(0), Fraction(1, 3), Fraction(1), Fraction(2)):
        (sprite,) = drawing.sprites(time, 100.0, 200.0)
        left, top, right, bottom = _window(sprite)
        m = sprite.matrix
        assert left * m.a + m.e <= 0 <= top + 1
        assert right * m.a + m.e >= 100
        assert bottom * m.d + m.f >= 200
        assert top * m.d + m.f <= 0


def test_layer_image_chooses_a_move_by_the_picture(item):
    assert move_of("auto", item) == move_of("auto", item)
    others = {
        move_of("auto", MediaItem(item.path, f"{n:08x}", "image", 1, 1)).model_dump_json() for n in range(12)
    }
    assert len(others) == 6
    assert isinstance(move_of("in", item), KenBurns)


def test_layer_image_knows_its_pictures_by_contents(item):
    keys = {
        _drawing(item, **fields).sprites(Fraction(0), 100.0, 200.0)[0].source.key
        for fields in ({}, {"flip": "both"}, {"fit": "contain"}, {"zoom": 2})
    }
    assert len(keys) == 2
    assert all(item.sha256 in key and str(item.path) not in key for key in keys)
