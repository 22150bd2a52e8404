"""What stands on the canvas with a sprite moves with it: masks, bounds, blur, shadow."""

from __future__ import annotations

import numpy as np
import pytest

from cutroom.render.document.reading import read_template
from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.sprite import Mask, Matrix, Shadow, Source, Sprite
from cutroom.render.scene.scene import Scene

RED, BLUE = 2, 0
CARD = {"type": "shape", "shape": "rectangle", "fill": "#ff0000", "width": 40, "height": 40, "length": 2}
ROUND = {**CARD, "mask": {"shape": "ellipse"}}
DOT = {**CARD, "width": 4, "height": 4, "x": "50%", "y": "50%"}
BACKGROUND = {"type": "background", "color": "#0000ff", "length": 2}


def seen(*clips, number=0):
    """Draw a frame of one track, 200 x 100 pixels at 10 frames per second."""
    document = {"version": 1, "width": 200, "height": 100, "rate": 10, "tracks": [{"clips": list(clips)}]}
    scene = Scene(read_template(document), {})
    return Compositor(200, 100, scene.background).compose(scene.frame(number)).pixels


def box(pixels, channel=RED):
    """Return left, top, right and bottom of what is brighter than half."""
    down, across = np.nonzero(pixels[..., channel] > 128)
    return None if not across.size else (across.min(), down.min(), across.max() + 1, down.max() + 1)


def in_group(*clips, **fields):
    return {
        "type": "group",
        "width": 100,
        "height": 100,
        "y": 50,
        "length": 2,
        **fields,
        "clips": list(clips),
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"x": 150}, (130, 30, 170, 70)),
        ({"x": 150, "opacity": 0.99}, (130, 30, 170, 70)),
        ({"x": 100, "scale": 2}, (60, 10, 140, 90)),
        ({"x": 100, "scale": 2, "opacity": 0.99}, (60, 10, 140, 90)),
        ({"x": 150, "rotation": 90}, (130, 30, 170, 70)),
    ],
)
@pytest.mark.parametrize("others", [(), (DOT,)])
def test_sprite_moved_with_its_group_keeps_its_mask(fields, expected, others):
    card = {**ROUND, "x": "50%", "y": "50%"}
    assert box(seen(in_group(card, *others, **fields))) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(("name", "expected"), [("slide", (180, 30, 200, 70)), ("push", (180, 30, 200, 70))])
def test_sprite_moved_by_a_transition_keeps_its_mask(name, expected):
    entering = {**ROUND, "x": 100, "transition": {"type": name, "length": 1, "direction": "left"}}
    assert box(seen(BACKGROUND, entering, number=15)) == pytest.approx(expected, abs=1)


def test_sprite_moved_grows_with_blur_shadow_and_bounds():
    source = Source("any", 10, 10, lambda: None)
    shadow = Shadow(1.0, 2.0, 3.0, Color(0, 0, 0))
    sprite = Sprite(
        source, Matrix(e=5), blur=2, shadow=shadow, masks=(Mask(source, Matrix(f=1)),), bounds=(0, 0, 10, 20)
    )
    moved = sprite.moved(Matrix(2, 0, 0, 2, 100, 0))
    assert moved.matrix == Matrix(2, 0, 0, 2, 110, 0)
    assert moved.blur == 4
    assert moved.shadow == Shadow(2.0, 4.0, 6.0, shadow.color)
    assert moved.masks[0].matrix == Matrix(2, 0, 0, 2, 100, 2)
    assert moved.bounds == (100, 0, 120, 40)
    assert sprite.moved(Matrix()) == sprite


@pytest.mark.parametrize("fields", [{}, {"opacity": 0.99}])
def test_sprite_moved_out_of_its_group_is_hidden_by_nothing_inside(fields):
    card = {**CARD, "x": 120, "y": "50%"}
    pixels = seen(in_group(card, {**BACKGROUND}, x=100, **fields))
    assert box(pixels) == (150, 30, 190, 70)
    assert pixels[50, 140, BLUE] > 250


@pytest.mark.parametrize(
    "fields",
    [
        {"radius": 20},
        {"shadow": {"x": 30, "y": 0, "blur": 0, "color": "#00ff00"}},
        {"blend": "screen"},
        {"enter": {"type": "wipe", "length": 2, "direction": "right", "easing": "linear"}},
    ],
)
@pytest.mark.parametrize(
    "styled",
    [{}, {"rotation": 45}, {"radius": 5}, {"shadow": {"x": 0, "y": 25, "blur": 0, "color": "#00ffff"}}],
)
def test_sprite_moved_alone_in_its_group_looks_as_beside_another(fields, styled):
    card = {**CARD, "x": "50%", "y": "50%", **styled}
    alone = seen(in_group(card, x=100, **fields), number=10)
    beside = seen(in_group(card, DOT, x=100, **fields), number=10)
    assert np.abs(alone.astype(int) - beside).max() <= 40  # edges that were drawn once more


def test_sprite_moved_in_a_group_with_round_corners_keeps_to_its_box():
    shadow = {"x": 30, "y": 0, "blur": 0, "color": "#ffffff"}
    pixels = seen(in_group(BACKGROUND, {**CARD, "x": "90%", "y": "50%", "shadow": shadow}, x=100, radius=40))
    assert pixels[50, 149, RED] > 250
    assert pixels[:, 151:, :3].max() == pixels[:, :49, :3].max() == 0
    assert pixels[2, 52, BLUE] == pixels[97, 147, BLUE] == 0
