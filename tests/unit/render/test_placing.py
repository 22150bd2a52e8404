"""Where clips stand on the canvas."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from cutroom.render.document.clip import VisualClip
from cutroom.render.motion import MOTIONS
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source, Sprite
from cutroom.render.scene.placing import bounds_of, covers, look_at, put

SIZE = (1000.0, 500.0)


def source(width=100, height=50, *, is_opaque=True):
    white = Picture(np.full((height, width, 4), 255, np.uint8), is_opaque)
    return Source("white", width, height, lambda: white, is_opaque=is_opaque)


@dataclass
class Card:
    """A drawing that fills its box with one source."""

    natural: tuple = (100.0, 50.0)

    def measure(self, time, width, height):
        return width or self.natural[0], height or self.natural[1]

    def sprites(self, time, width, height):
        one = source()
        return (Sprite(one, Matrix(a=width / one.width, d=height / one.height)),)


def placed(time=Fraction(0), length=Fraction(10), **fields):
    clip = VisualClip.model_validate({"type": "card", **fields})
    look = look_at(clip, Card(), Fraction(time), length, SIZE)
    return put(look, clip, look.sprites[0], ())


@pytest.mark.parametrize(
    ("fields", "box"),
    [
        ({}, (450, 225, 550, 275)),
        ({"anchor": "top-left", "x": 0, "y": 0}, (0, 0, 100, 50)),
        ({"anchor": "bottom-right", "x": "100%", "y": "100%"}, (900, 450, 1000, 500)),
        ({"anchor": "bottom-left", "x": 0, "y": "100%", "area": "title-safe"}, (50, 425, 150, 475)),
        ({"anchor": "top", "x": "50%", "y": 0, "area": "action-safe"}, (450, 17.5, 550, 67.5)),
        ({"width": "50%", "height": 100}, (250, 200, 750, 300)),
        ({"scale": 2}, (400, 200, 600, 300)),
        ({"anchor": "top-left", "x": 100, "y": 100, "scale": 0.5}, (100, 100, 150, 125)),
        ({"rotation": 90}, (475, 200, 525, 300)),
    ],
)
def test_places(fields, box):
    assert bounds_of(placed(**fields)) == pytest.approx(box)


def test_keyframes_move():
    fields = {"x": {"keyframes": [{"time": 0, "value": 0}, {"time": 2, "value": 200}]}, "anchor": "left"}
    assert bounds_of(placed(time=1, **fields))[0] == pytest.approx(100)
    assert bounds_of(placed(time=5, **fields))[0] == pytest.approx(200)


@pytest.mark.parametrize("name", MOTIONS.names())
def test_motions_end_in_place(name):
    use = {"type": name, "length": 1, "easing": "linear"}
    still = placed(time=5, enter=use, exit=use)
    assert still == placed(time=5)
    coming, going = placed(time="1/4", enter=use), placed(time="39/4", exit=use)
    assert coming == going, "what goes is what comes, backwards"
    assert coming != still


def test_a_slide_comes_from_below():
    use = {"type": "slide", "length": 1, "easing": "linear", "direction": "up"}
    halfway = placed(time="1/2", enter=use)
    assert bounds_of(halfway)[1] == pytest.approx(225 + 25)
    assert halfway.opacity == pytest.approx(0.5)


def test_a_wipe_uncovers_from_the_left():
    use = {"type": "wipe", "length": 1, "easing": "linear", "direction": "right"}
    assert bounds_of(placed(time="1/4", enter=use))[2] == pytest.approx(450 + 25)


def test_two_wipes_at_once_both_hide():
    wipe = {"type": "wipe", "length": 10, "easing": "linear"}
    sprite = placed(time=4, enter={**wipe, "direction": "right"}, exit={**wipe, "direction": "down"})
    assert sprite.crop == pytest.approx((0, 0, 40, 30))


def test_what_covers_the_canvas():
    full = Sprite(source(1000, 500))
    assert covers(full, 1000, 500)
    assert not covers(full, 1001, 500)
    assert not covers(Sprite(source(1000, 500, is_opaque=False)), 1000, 500)
    assert not covers(Sprite(source(1000, 500), opacity=0.9), 1000, 500)
    assert not covers(Sprite(source(1000, 500), radius=3), 1000, 500)
    assert not covers(Sprite(source(1000, 500), bounds=(0, 0, 500, 500)), 1000, 500)


def test_turning_is_rounded_alike_everywhere():
    matrix = placed(rotation=30).matrix
    assert matrix.b == round(matrix.b, 9)
