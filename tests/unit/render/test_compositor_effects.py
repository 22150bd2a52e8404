from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.sprite import Blend, Mask, Matrix, Shadow, Sprite
from drawn import noise, smooth, solid, still

BLACK = Color(0, 0, 0)
CLEAR = Color(0, 0, 0, 0)


def draw(*sprites, width=64, height=48, background=BLACK):
    return Compositor(width, height, background).compose(sprites).pixels


def soft_light(b, s):
    low = b - (1 - 2 * s) * b * (1 - b)
    bright = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, low, b + (2 * s - 1) * (bright - b))


def hard_light(b, s):
    return np.where(s <= 0.5, 2 * b * s, 1 - (1 - b) * (2 - 2 * s))


def dodge(b, s):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b == 0, 0, np.where(s == 1, 1, np.minimum(1, b / (1 - s))))


def burn(b, s):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b == 1, 1, np.where(s == 0, 0, 1 - np.minimum(1, (1 - b) / s)))


# W3C Compositing and Blending Level 1, section 10.1
FORMULAS = {
    "normal": lambda b, s: s,
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": lambda b, s: hard_light(s, b),
    "darken": np.minimum,
    "lighten": np.maximum,
    "difference": lambda b, s: np.abs(b - s),
    "color-dodge": dodge,
    "color-burn": burn,
    "hard-light": hard_light,
    "soft-light": soft_light,
    "exclusion": lambda b, s: b + s - 2 * b * s,
}


def test_compositor_knows_every_blend_mode():
    assert get_args(Blend) == binding.MODES
    assert set(FORMULAS) | {"add"} == set(binding.MODES)


@pytest.mark.parametrize("mode", FORMULAS)
@pytest.mark.parametrize("opacity", [1.0, 0.6])
def test_compositor_blends_as_the_recommendation_says(mode, opacity):
    down, across = np.mgrid[0:256, 0:256]
    full = np.full((256, 256), 255)
    below = np.dstack([down, down, down, full]).astype(np.uint8)
    above = np.dstack([across, across, across, full]).astype(np.uint8)
    sprites = Sprite(still(below, "below")), Sprite(still(above, "above"), blend=mode, opacity=opacity)
    drawn = draw(*sprites, width=256, height=256)[..., 0]
    mixed = FORMULAS[mode](down / 255, across / 255)
    assert np.abs(drawn - 255 * (mixed * opacity + down / 255 * (1 - opacity))).max() <= 2


@pytest.mark.parametrize("mode", FORMULAS)
def test_compositor_blends_where_both_let_through(mode):
    below, above = noise(64, 48, 1), noise(64, 48, 2)
    sprites = Sprite(still(below, "below")), Sprite(still(above, "above"), blend=mode)
    drawn = draw(*sprites, background=CLEAR).astype(float)
    back, front = below[..., 3:] / 255, above[..., 3:] / 255
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.nan_to_num(np.clip(below[..., :3] / below[..., 3:], 0, 1))
        s = np.nan_to_num(np.clip(above[..., :3] / above[..., 3:], 0, 1))
    wanted = (1 - back) * front * s + back * front * FORMULAS[mode](b, s) + (1 - front) * back * b
    thick = (below[..., 3] > 60) & (above[..., 3] > 60)  # else eight bits hold too little of the colour
    limit = 16 if mode in {"color-dodge", "color-burn"} else 8  # quotients of small numbers
    assert np.abs(drawn[..., :3] - 255 * wanted)[thick].max() <= limit
    assert np.abs(drawn[..., 3:] - 255 * (back + front - back * front)).max() <= 1


def test_compositor_adds_up_to_full():
    sprites = (
        Sprite(still(solid(64, 48, 100, 150, 200), "below")),
        Sprite(still(solid(64, 48, 50, 100, 100), "above"), blend="add"),
    )
    assert draw(*sprites)[7, 9].tolist() == [150, 250, 255, 255]


def wedge(width=64, height=48):
    """Opaque pixels that grow from black to white, left to right."""
    row = np.linspace(0, 255, width).astype(np.uint8)
    return np.dstack([*[np.tile(row, (height, 1))] * 3, np.full((height, width), 255, np.uint8)])


def test_compositor_masks_by_alpha_and_hides_outside():
    mask = Mask(still(solid(10, 10, 0, 0, 0, 128), "mask"), Matrix(e=20, f=10))
    drawn = draw(Sprite(still(solid(64, 48, 200, 200, 200)), masks=(mask,)))[..., 0]
    assert set(drawn[10:20, 20:30].flat) == {100}
    assert drawn.sum() == 100 * 100


def test_compositor_masks_by_luma():
    drawn = draw(
        Sprite(still(solid(64, 48, 255, 255, 255)), masks=(Mask(still(wedge(), "mask"), channel="luma"),))
    )
    assert np.abs(drawn[20, :, 0].astype(int) - wedge()[20, :, 0]).max() <= 1
    red = Mask(still(solid(64, 48, 0, 0, 255), "red"), channel="luma")
    drawn = draw(Sprite(still(solid(64, 48, 255, 255, 255)), masks=(red,)))
    assert drawn[0, 0, 0] == pytest.approx(0.2126 * 255, abs=1)


def test_compositor_inverted_masks_show_the_rest_of_their_own_box():
    pixels = solid(20, 20, 0, 0, 0, 0)
    pixels[:, :10] = 255
    mask = Mask(still(pixels, "mask"), Matrix(e=10, f=10), is_inverted=True)
    drawn = draw(Sprite(still(solid(64, 48, 200, 200, 200)), masks=(mask,)))[..., 0]
    assert drawn[15, 15] == 0
    assert drawn[15, 25] == 200
    assert drawn[15, 35] == 0


def test_compositor_thresholds_wipe_from_nothing_to_all():
    def shown(threshold, softness=0.0, is_inverted=False):
        mask = Mask(still(wedge(), "mask"), Matrix(), "luma", is_inverted, threshold, softness)
        return draw(Sprite(still(solid(64, 48, 200, 200, 200)), masks=(mask,)))[20, :, 0].astype(int)

    for softness in (0.0, 0.3):
        assert shown(0.0, softness).max() == 0
        assert shown(1.0, softness).min() == 200
        assert shown(0.0, softness, is_inverted=True).min() == 200
    assert shown(0.5)[28] == 200
    assert shown(0.5)[36] == 0
    soft = shown(0.5, 0.4)
    assert (np.diff(soft) <= 0).all()
    assert ((soft > 0) & (soft < 200)).sum() > 15


def test_compositor_all_masks_must_let_through():
    left = solid(64, 48, 0, 0, 0, 0)
    left[:, :32] = 255
    top = solid(64, 48, 0, 0, 0, 0)
    top[:24] = 255
    masks = (Mask(still(left, "left")), Mask(still(top, "top")))
    drawn = draw(Sprite(still(solid(64, 48, 200, 200, 200)), masks=masks))[..., 0]
    assert drawn.sum() == 200 * 32 * 24


def test_compositor_masks_move_with_sub_pixels():
    masks = [Mask(still(solid(10, 10, 0, 0, 0, 255), "mask"), Matrix(e=20 + x, f=10)) for x in (0.0, 0.5)]
    rows = [
        draw(Sprite(still(solid(64, 48, 200, 200, 200)), masks=(m,)))[15, :, 0].astype(int) for m in masks
    ]
    assert rows[0].sum() == 2000
    assert abs(rows[1].sum() - 2000) <= 2
    assert abs(rows[1][20] - 100) <= 1


def gaussian(values, sigma):
    reach = int(4 * sigma) + 1
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        values = np.apply_along_axis(lambda line: np.convolve(line, kernel, "same"), axis, values)
    return values


@pytest.mark.parametrize("sigma", [0.6, 1.7, 3.0, 7.0, 15.0])
@pytest.mark.parametrize("is_still", [True, False])
def test_compositor_blur_is_a_gaussian(sigma, is_still):
    pixels = solid(60, 50, 255, 255, 255)
    sprite = Sprite(still(pixels, is_still=is_still), Matrix(e=60, f=60), blur=sigma)
    drawn = draw(sprite, width=180, height=170, background=CLEAR)
    sharp = np.zeros((170, 180))
    sharp[60:110, 60:120] = 255
    for channel in (0, 3):
        error = np.abs(drawn[..., channel] - gaussian(sharp, sigma))
        assert error.max() <= 10
        assert np.sqrt((error**2).mean()) <= 2


def test_compositor_blur_moves_smoothly():
    compositor = Compositor(120, 60, BLACK)
    pixels = solid(30, 30, 255, 255, 255)
    middles = []
    for x in (30, 30.25, 30.5, 31, 40):
        row = compositor.compose([Sprite(still(pixels), Matrix(e=x, f=15), blur=4)]).pixels[30, :, 0]
        middles.append((row * np.arange(120)).sum() / row.sum() - x)
    assert np.ptp(middles) < 0.05


def test_compositor_blur_of_what_is_larger_than_the_canvas_is_cut_and_correct():
    pixels = smooth(700, 500)
    sprite = Sprite(still(pixels), Matrix(3, 0, 0, 3, -900.5, -700.5), blur=2.5)
    large = draw(sprite, width=100, height=80)
    sharp = draw(replace(sprite, blur=0.0), width=100, height=80)
    assert np.abs(large[20:60, 20:80].astype(int) - sharp[20:60, 20:80]).max() <= 4, "a slow wave stays"


def test_compositor_shadow_falls_below_and_beside():
    shadow = Shadow(10, 6, 0, Color(250, 0, 0, 128))
    sprite = Sprite(still(solid(20, 20, 0, 255, 0)), Matrix(e=10, f=10), shadow=shadow)
    drawn = draw(sprite)
    assert drawn[15, 15].tolist() == [0, 255, 0, 255]
    assert drawn[33, 38].tolist() == [0, 0, 125, 255]
    assert drawn[33, 11].tolist() == [0, 0, 0, 255]
    half = draw(replace(sprite, opacity=0.5))
    assert half[33, 38, 2] == pytest.approx(63, abs=1)


def test_compositor_shadow_is_as_soft_as_asked_and_follows_masks():
    round_mask = Mask(still(solid(10, 20, 0, 0, 0, 255), "mask"), Matrix(e=10, f=10))
    shadow = Shadow(0, 25, 3, Color(255, 255, 255, 255))
    sprite = Sprite(still(solid(20, 20, 0, 0, 0)), Matrix(e=10, f=10), shadow=shadow, masks=(round_mask,))
    drawn = draw(sprite, height=80)[..., 0].astype(float)
    sharp = np.zeros((80, 64))
    sharp[35:55, 10:20] = 255
    error = np.abs(drawn - gaussian(sharp, 3))
    error[10:30, 10:20] = 0  # the sprite itself
    assert error.max() <= 10


def test_compositor_bounds_and_wipes_hide_the_shadow_too():
    shadow = Shadow(0, 20, 2, Color(255, 255, 255, 255))
    sprite = Sprite(still(solid(20, 10, 9, 9, 9)), Matrix(e=10, f=10), shadow=shadow)
    assert draw(replace(sprite, bounds=(0, 0, 64, 25)))[26:].max(axis=(0, 1))[0] == 0
    wipe = Mask(still(wedge(), "wipe"), Matrix(), "luma", threshold=0.0)
    assert draw(replace(sprite, masks=(wipe,)))[..., 0].max() == 0


def test_compositor_effects_show_the_same_whatever_was_drawn_before():
    mask = Mask(still(smooth(30, 30), "mask"), Matrix(e=3.3, f=2.2), "luma")
    sprites = [
        Sprite(still(smooth(64, 48), "base")),
        Sprite(still(noise(30, 20), "a"), Matrix(e=7.7, f=5.5), blur=3.0, shadow=Shadow(2, 3, 4, BLACK)),
        Sprite(still(noise(30, 20), "a"), Matrix(1.5, 0.2, -0.2, 1.5, 9, 9), 0.7, "screen", masks=(mask,)),
        Sprite(still(noise(90, 60), "b", is_still=False), Matrix(0.3, 0, 0, 0.3, 9, 9), blur=1.0),
    ]
    busy = Compositor(64, 48, BLACK)
    frames = [
        [*sprites[:count], replace(sprites[1], matrix=Matrix(e=8.1 + count, f=5.5))] for count in range(5)
    ]
    once = [busy.compose(frame).pixels for frame in frames]
    again = [busy.compose(frame).pixels for frame in reversed(frames)][::-1]
    alone = [Compositor(64, 48, BLACK, cache_bytes=0).compose(frame).pixels for frame in frames]
    for first, second, third in zip(once, again, alone, strict=True):
        assert np.array_equal(first, second)
        assert np.array_equal(first, third)
