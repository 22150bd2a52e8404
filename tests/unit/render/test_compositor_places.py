from __future__ import annotations

import math

import numpy as np
import pytest

from cutroom.base.errors import Failed
from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source, Sprite
from drawn import BLACK, draw, noise, smooth, solid, still


def test_compositor_nothing_shows_the_background_premultiplied():
    picture = Compositor(3, 2, Color(255, 100, 0, 128)).compose(())
    assert picture.pixels.reshape(-1, 4).tolist() == [[0, 50, 128, 128]] * 6
    assert not picture.is_opaque
    assert Compositor(3, 2, BLACK).compose(()).is_opaque


def test_compositor_copies_pixels_that_stand_on_pixels():
    pixels = noise(20, 10, opaque=True)
    drawn = draw(Sprite(still(pixels), Matrix(e=7, f=5)))
    assert np.array_equal(drawn[5:15, 7:27], pixels)
    drawn[5:15, 7:27] = 0
    assert drawn[..., :3].max() == 0


def test_compositor_leaves_out_what_lies_outside():
    pixels = noise(50, 60, opaque=True)
    drawn = draw(Sprite(still(pixels), Matrix(e=-6, f=-20)))
    assert np.array_equal(drawn, pixels[20:50, 6:46])


def test_compositor_mirrors():
    pixels = noise(20, 10, opaque=True)
    drawn = draw(Sprite(still(pixels), Matrix(a=-1, e=27, f=5)))
    assert np.array_equal(drawn[5:15, 7:27], pixels[:, ::-1])


def test_compositor_turns_by_a_quarter():
    pixels = smooth(20, 10)
    drawn = draw(Sprite(still(pixels), Matrix(0, 1, -1, 0, 25, 3)))
    assert np.array_equal(drawn[3:23, 15:25], np.rot90(pixels, -1))


@pytest.mark.parametrize("share", [0.25, 0.5, 0.8])
def test_compositor_covers_the_pixels_of_edges_partly(share):
    drawn = draw(Sprite(still(solid(10, 10, 200, 200, 200)), Matrix(e=5 + share, f=8)))
    row = drawn[12, :, 0].astype(int)
    assert row[4] == 0
    assert abs(row[5] - 200 * (1 - share)) <= 1
    assert set(row[6:15]) == {200}
    assert abs(row[15] - 200 * share) <= 1
    assert row[16] == 0


def test_compositor_bounds_cut_by_fractions_of_pixels():
    sprite = Sprite(still(solid(40, 30, 200, 200, 200)), bounds=(10.25, 5.0, 20.5, 25.0))
    row = draw(sprite)[15, :, 0].astype(int)
    assert (row[9], row[11], row[19], row[21]) == (0, 200, 200, 0)
    assert abs(row[10] - 150) <= 1
    assert abs(row[20] - 100) <= 1
    assert draw(sprite)[4].max(axis=0).tolist() == [0, 0, 0, 255]


def test_compositor_crop_shows_its_part_alone():
    pixels = solid(20, 20, 0, 0, 255)
    pixels[5:15, 5:15] = (0, 255, 0, 255)
    sprite = Sprite(still(pixels), Matrix(2, 0, 0, 2, 0.3, 0.3), crop=(5, 5, 15, 15))
    drawn = draw(sprite)
    assert drawn[..., 2].max() == 0, "what is cropped away does not shine through at the edges"
    assert drawn[15, 15].tolist() == [0, 255, 0, 255]
    assert drawn[8, 8, 1] == 0


def test_compositor_opacity_lets_the_background_through():
    sprite = Sprite(still(solid(40, 30, 0, 0, 255)), opacity=0.25)
    assert draw(sprite, background=Color(0, 0, 200))[0, 0].tolist() == [150, 0, 64, 255]
    assert draw(Sprite(still(solid(40, 30, 0, 0, 255)), opacity=0.0)).max(axis=(0, 1))[2] == 0


def test_compositor_round_corners_have_the_area_of_circles():
    sprite = Sprite(still(solid(40, 30, 255, 255, 255)), radius=12)
    for turn in (0.0, 0.3):
        cos, sin = math.cos(turn), math.sin(turn)
        move = Matrix(e=-20, f=-15).then(Matrix(cos, sin, -sin, cos)).then(Matrix(e=40, f=40))
        placed = Sprite(sprite.source, move, radius=12)
        area = draw(placed, width=80, height=80)[..., 0].sum() / 255
        assert area == pytest.approx(40 * 30 - (4 - math.pi) * 12**2, abs=1.5)
    drawn = draw(sprite)
    assert drawn[0, 0, 0] == 0
    assert drawn[0, 15, 0] == 255
    assert drawn[15, 0, 0] == 255


@pytest.mark.parametrize(
    "matrix",
    [
        Matrix(a=0),
        Matrix(1, 1, 1, 1),
        Matrix(e=math.nan),
        Matrix(a=math.inf),
        Matrix(e=1e300),
        Matrix(a=1e-9, d=1e-9),
        Matrix(e=-500),
        Matrix(1e9, 0, 0, 1e-9),
    ],
)
def test_compositor_matrices_without_area_or_aim_do_no_harm(matrix):
    drawn = draw(Sprite(still(noise(24, 18)), matrix))
    assert drawn.shape == (30, 40, 4)
    assert drawn[..., 3].min() == 255


def test_compositor_enlarges_a_pixel_without_end():
    drawn = draw(Sprite(still(solid(1, 1, 10, 20, 30)), Matrix(1e5, 0, 0, 1e5, -5e4, -5e4)))
    assert np.array_equal(drawn, solid(40, 30, 10, 20, 30))


def test_compositor_shrinks_without_skipping_pixels():
    pixels = solid(400, 300, 0, 0, 0)
    pixels[::2, ::2] = pixels[1::2, 1::2] = (255, 255, 255, 255)
    for is_still in (True, False):
        sprite = Sprite(still(pixels, is_still=is_still), Matrix(0.1, 0, 0, 0.1))
        middle = draw(sprite)[3:-3, 3:-3, :3].astype(int)
        assert np.abs(middle - 128).max() <= 3


def test_compositor_draws_into_given_pixels():
    room = np.full((30, 60, 4), 9, np.uint8)
    picture = Compositor(40, 30, BLACK).compose([], out=room[:, 10:50])
    assert picture.pixels.base is room
    assert room[:, :10].min() == 9
    assert room[:, 50:].min() == 9
    assert room[:, 10:50, :3].max() == 0
    with pytest.raises(Failed, match="40 x 30"):
        Compositor(40, 30, BLACK).compose([], out=room)


def test_compositor_refuses_a_picture_that_is_not_what_its_source_says():
    source = Source("liar", 10, 10, lambda: Picture(solid(9, 10, 0, 0, 0)))
    with pytest.raises(Failed, match="liar"):
        draw(Sprite(source))


def test_compositor_draws_a_source_once_and_hidden_ones_not_at_all():
    counts = {"hidden": 0, "seen": 0}

    def source(name, alpha):
        def paint():
            counts[name] += 1
            return Picture(solid(40, 30, 0, 0, 0, alpha), alpha == 255)

        return Source(name, 40, 30, paint)

    compositor = Compositor(40, 30, BLACK)
    for _ in range(3):
        compositor.compose([Sprite(source("hidden", 128)), Sprite(source("seen", 255))])
    assert counts == {"hidden": 0, "seen": 1}


def test_compositor_flattens_onto_nothing():
    pixels = noise(20, 10)
    flat = Compositor(40, 30, BLACK).flatten([Sprite(still(pixels), Matrix(e=2, f=3))], 25, 15)
    assert (flat.width, flat.height) == (25, 15)
    assert np.array_equal(flat.pixels[3:13, 2:22], pixels)
    assert flat.pixels[0].max() == 0


def test_compositor_forgives_the_last_digits_of_places():
    pixels = noise(40, 30, opaque=True)
    compositor = Compositor(40, 30, Color(1, 2, 3, 0))
    picture = compositor.compose([Sprite(still(pixels), Matrix(1 + 1e-9, 0, 0, 1 - 1e-9, 1e-9, -1e-9))])
    assert np.array_equal(picture.pixels, pixels)
    assert picture.is_opaque


def test_compositor_crops_no_more_than_there_is():
    sprite = Sprite(still(solid(20, 30, 9, 9, 9)), crop=(-50.0, -50.0, 500.0, 500.0))
    drawn = draw(sprite, background=Color(255, 255, 255))
    assert np.array_equal(drawn[:, :20], solid(20, 30, 9, 9, 9))
    assert np.array_equal(drawn[:, 20:], solid(20, 30, 255, 255, 255))
