"""Where pictures lie in their boxes."""

from __future__ import annotations

import pytest

from cutroom.render.document.clip import Crop
from cutroom.render.scene.fitting import Focus, Window, box_size, cropped_size, fit_into, lay, window_of
from fitted_sources import box_of, source_of


@pytest.mark.parametrize(
    ("fit", "expected", "crop"),
    [
        ("cover", (0, 0, 100, 200), (150, 0, 250, 200)),
        ("contain", (0, 75, 100, 125), None),
        ("fill", (0, 0, 100, 200), None),
        ("none", (0, 0, 100, 200), (150, 0, 250, 200)),
    ],
)
def test_fitting_places_a_wide_picture_in_a_high_box(fit, expected, crop):
    sprite = fit_into(source_of(400, 200), fit, 100, 200)

    assert box_of(sprite) == pytest.approx(expected)
    assert sprite.crop == (None if crop is None else pytest.approx(crop))


def test_fitting_keeps_the_size_of_the_picture_that_was_reduced():
    sprite = fit_into(source_of(200, 100), "none", 400, 200, density=0.5)

    assert box_of(sprite) == pytest.approx((0, 0, 400, 200))


@pytest.mark.parametrize(
    ("x", "left"), [(0.0, 0.0), (0.1, 0.0), (0.5, 150.0), (0.6, 190.0), (0.95, 300.0), (1.0, 300.0)]
)
def test_fitting_keeps_the_focus_in_the_middle_as_far_as_the_picture_reaches(x, left):
    window = window_of(source_of(400, 200), "cover", 100, 200, focus=Focus(x=x))

    assert window.left == pytest.approx(left)
    assert window.width == pytest.approx(100)


def test_fitting_puts_a_small_picture_where_the_focus_says():
    assert box_of(fit_into(source_of(100, 100), "contain", 300, 100, focus=Focus(x=1))) == (200, 0, 300, 100)
    assert box_of(fit_into(source_of(100, 100), "contain", 300, 100, focus=Focus(x=0))) == (0, 0, 100, 100)


def test_fitting_shows_nothing_of_what_is_cropped():
    crop = Crop(left=0.25, right=0.25, top=0.5)
    sprite = fit_into(source_of(400, 200), "fill", 100, 100, crop=crop)

    assert sprite.crop == (100, 100, 300, 200)
    assert box_of(sprite) == pytest.approx((0, 0, 100, 100))
    assert cropped_size(400, 200, crop) == (200, 100)


def test_fitting_survives_a_crop_that_leaves_nothing():
    sprite = fit_into(source_of(40, 20), "cover", 100, 100, crop=Crop(left=0.9, right=0.9, top=1, bottom=1))

    left, top, right, bottom = sprite.crop
    assert 0 <= left < right <= 40
    assert 0 <= top < bottom <= 20


def test_fitting_moves_evenly_between_windows():
    one, other = Window(0, 0, 100, 100), Window(50, 20, 50, 60)

    assert one.towards(other, 0) == one
    assert one.towards(other, 1) == other
    assert one.towards(other, 0.5) == Window(25, 10, 75, 80)


def test_fitting_of_a_window_that_reaches_out_leaves_the_rest_of_the_box_empty():
    sprite = lay(source_of(100, 100), Window(-50, 0, 200, 100), 200, 100)

    assert sprite.crop is None
    assert box_of(sprite) == (50, 0, 150, 100)


def test_fitting_chooses_the_box():
    stage = (1080, 1920)
    assert box_size((400, 200), "cover", (None, None), stage) == stage
    assert box_size((400, 200), "none", (None, None), stage) == (400, 200)
    assert box_size((400, 200), "cover", (100, None), stage) == (100, 50)
    assert box_size((400, 200), "cover", (None, 100), stage) == (200, 100)
    assert box_size((400, 200), "cover", (10, 10), stage) == (10, 10)
