"""How one clip passes into the next."""

from dataclasses import replace

import numpy as np
import pytest

from cutroom.render.document.clip import TransitionUse
from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source, Sprite
from cutroom.render.transition import TRANSITIONS, Passage

WIDTH, HEIGHT = 64, 48
OURS = [name for name in TRANSITIONS.names() if not TRANSITIONS.load(name).needs_picture]


def full(color):
    pixels = np.empty((HEIGHT, WIDTH, 4), np.uint8)
    pixels[:] = color
    picture = Picture(pixels, is_opaque=True)
    return Sprite(Source(f"full:{color}", WIDTH, HEIGHT, lambda: picture, is_opaque=True))


RED, BLUE = full((0, 0, 255, 255)), full((255, 0, 0, 255))


def seen(name, progress, **fields):
    use = TransitionUse(type=name, length=1, **fields)
    passage = Passage(progress, WIDTH, HEIGHT, use)
    sprites = TRANSITIONS.load(name).mix((RED,), (BLUE,), passage)
    return Compositor(WIDTH, HEIGHT, Color(0, 0, 0)).compose(sprites).pixels.copy()


@pytest.mark.parametrize("name", [name for name in OURS if name != "cut"])
def test_it_begins_with_one_and_ends_with_the_other(name):
    assert (seen(name, 0)[:, :, 2] >= 254).all()
    assert (seen(name, 1)[:, :, 0] >= 254).all()


@pytest.mark.parametrize("name", [name for name in OURS if name not in {"cut", "dip"}])
def test_half_way_both_are_seen(name):
    halfway = seen(name, 0.5).reshape(-1, 4).mean(axis=0)
    assert 30 < halfway[0] < 225
    assert 30 < halfway[2] < 225


def test_a_crossfade_stays_opaque():
    halfway = seen("crossfade", 0.5)
    assert (halfway[:, :, 3] == 255).all()
    assert np.abs(halfway[:, :, 0].astype(int) + halfway[:, :, 2] - 255).max() <= 2


@pytest.mark.parametrize("progress", [0.1, 0.3, 0.5, 0.9])
def test_a_crossfade_of_what_may_be_transparent_stays_opaque(progress):
    one, other = (replace(side, source=replace(side.source, is_opaque=False)) for side in (RED, BLUE))
    passage = Passage(progress, WIDTH, HEIGHT, TransitionUse(type="crossfade", length=1))
    sprites = TRANSITIONS.load("crossfade").mix((one,), (other,), passage)
    picture = Compositor(WIDTH, HEIGHT, Color(0, 255, 0)).compose(sprites).pixels
    assert picture[..., 1].max() == 0
    assert np.abs(picture[..., 0] - 255 * progress).max() <= 1
    assert np.abs(picture[..., 2] - 255 * (1 - progress)).max() <= 1


@pytest.mark.parametrize("name", [name for name in OURS if name not in {"cut", "dip", "push", "slide"}])
@pytest.mark.parametrize("softness", [0, 0.3])
def test_it_takes_away_what_the_other_does_not_cover(name, softness):
    small = replace(BLUE, matrix=Matrix(0.25, 0, 0, 0.25, WIDTH / 2, HEIGHT / 2))
    use = TransitionUse(type=name, length=1, softness=softness)
    for entering in ((small,), ()):
        sprites = TRANSITIONS.load(name).mix((RED,), entering, Passage(0.999, WIDTH, HEIGHT, use))
        picture = Compositor(WIDTH, HEIGHT, Color(0, 0, 0)).compose(sprites).pixels
        assert (picture[..., 2] > 64).sum() <= 2 * HEIGHT


@pytest.mark.parametrize("name", ["crossfade", "zoom", "wipe", "iris", "clock"])
def test_what_may_be_transparent_and_is_not_looks_as_what_is_opaque(name):
    one, other = (replace(side, source=replace(side.source, is_opaque=False)) for side in (RED, BLUE))
    for progress in (0.25, 0.6, 0.9):
        passage = Passage(progress, WIDTH, HEIGHT, TransitionUse(type=name, length=1, softness=0.4))
        drawn = [
            Compositor(WIDTH, HEIGHT, Color(0, 255, 0)).compose(TRANSITIONS.load(name).mix(*sides, passage))
            for sides in (((one,), (other,)), ((one,), (BLUE,)), ((RED,), (BLUE,)))
        ]
        for picture in drawn:
            assert np.abs(picture.pixels.astype(int) - drawn[-1].pixels).max() <= 2


def test_a_dip_is_black_in_the_middle():
    assert seen("dip", 0.5)[:, :, :3].max() == 0


@pytest.mark.parametrize(
    ("direction", "part"),
    [
        ("right", np.s_[:, :31]),
        ("left", np.s_[:, 33:]),
        ("down", np.s_[:23]),
        ("up", np.s_[25:]),
    ],
)
@pytest.mark.parametrize("softness", [0.0, 0.02])
def test_a_wipe_goes_its_way(direction, part, softness):
    halfway = seen("wipe", 0.5, direction=direction, softness=softness)
    assert halfway[part][..., 0].min() > 200


def test_a_slide_covers_from_where_it_comes():
    halfway = seen("slide", 0.5, direction="left")
    assert (halfway[:, 33:, 0] == 255).all()
    assert (halfway[:, :31, 2] == 255).all()


def test_a_push_moves_both():
    quarter = seen("push", 0.25, direction="up")
    assert (quarter[:35, :, 2] == 255).all()
    assert (quarter[37:, :, 0] == 255).all()


def test_an_iris_opens_in_the_middle():
    halfway = seen("iris", 0.5)
    assert halfway[HEIGHT // 2, WIDTH // 2, 0] == 255
    assert halfway[0, 0, 2] == 255


def test_a_clock_goes_clockwise_from_twelve():
    quarter = seen("clock", 0.25)
    assert quarter[4, WIDTH // 2 + 6, 0] > 200
    assert quarter[4, WIDTH // 2 - 6, 2] > 200
