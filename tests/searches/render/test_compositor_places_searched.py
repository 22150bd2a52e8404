"""Pictures placed by any matrix, against a slow reference."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.sprite import Matrix, Sprite
from drawn import draw, expected, noise, over, smooth, still

CLEAR = Color(0, 0, 0, 0)

places = st.builds(
    lambda turn, across, down, x, y, flip: (
        Matrix(e=-12, f=-9)
        .then(Matrix(a=across * flip, d=down))
        .then(Matrix(math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn)))
        .then(Matrix(e=x, f=y))
    ),
    st.one_of(st.just(0.0), st.floats(-3.2, 3.2)),
    st.floats(0.65, 4),
    st.floats(0.65, 4),
    st.floats(-10, 50),
    st.floats(-10, 40),
    st.sampled_from([1, -1]),
)


@settings(max_examples=40, deadline=None)
@given(places, st.integers(0, 1000))
def test_compositor_samples_as_a_slow_reference_does(matrix, seed):
    pixels = smooth(24, 18)
    below = noise(40, 30, seed, opaque=True)
    drawn = draw(Sprite(still(below, "below")), Sprite(still(pixels, "above"), matrix))
    wanted = over(below.astype(float), expected(pixels, matrix, 40, 30))
    assert np.abs(drawn - wanted).max() <= 3


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(places, st.floats(0, 1), st.integers(0, 5)), min_size=1, max_size=5))
def test_compositor_shows_the_same_whatever_it_drew_before(parts):
    sprites = [
        Sprite(still(noise(24, 18, number, opaque=number < 3), f"n{number}", number != 2), matrix, opacity)
        for matrix, opacity, number in parts
    ]
    busy, forgetful = Compositor(40, 30, CLEAR), Compositor(40, 30, CLEAR, cache_bytes=0)
    for sprite in sprites:
        busy.compose([sprite])
    assert np.array_equal(busy.compose(sprites).pixels, forgetful.compose(sprites).pixels)
