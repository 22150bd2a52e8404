"""Easings of any parameters, against their equations."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.document.easing import bezier
from cutroom.render.document.exact_math import cosine, exponential, sine
from cutroom.render.document.springs import Spring, spring_at


@given(x1=st.floats(0, 1), y1=st.floats(-2, 3), x2=st.floats(0, 1), y2=st.floats(-2, 3), t=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_document_easing_bezier_passes_through_points_of_its_curve(x1, y1, x2, y2, t):
    x, y = (3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t * t * b + t**3 for a, b in ((x1, x2), (y1, y2)))
    slope = 3 * (1 - t) ** 2 * x1 + 6 * (1 - t) * t * (x2 - x1) + 3 * t * t * (1 - x2)
    if slope > 1e-3:  # where the curve stands upright, no x says which y is meant
        assert bezier(x1, y1, x2, y2)(x) == pytest.approx(y, abs=1e-6)


@given(
    stiffness=st.floats(1, 1000),
    ratio=st.sampled_from([0.1, 0.4, 0.9, 1.0, 1.3, 4.0]),
    mass=st.floats(0.1, 10),
)
@settings(max_examples=25, deadline=None)
def test_document_easing_spring_solves_its_equation(stiffness, ratio, mass):
    spring = Spring(
        stiffness=stiffness, damping=max(0.1, min(1000, 2 * ratio * math.sqrt(stiffness * mass))), mass=mass
    )
    shares = [number / 200 for number in range(201)]
    curve = [spring_at(spring, share) for share in shares]
    assert curve[0] == 0
    assert curve[-1] == 1
    assert curve[1] > 0
    # Below critical damping it overshoots by exp(-pi z / sqrt(1 - z^2)); above it never does.
    z = spring.damping / (2 * math.sqrt(stiffness * mass))
    most = 1 + math.exp(-math.pi * z / math.sqrt(1 - z * z)) if z < 0.999 else 1.0
    assert max(spring_at(spring, number / 3000) for number in range(3001)) == pytest.approx(most, abs=0.01)


@given(st.floats(-50, 50))
@settings(max_examples=60)
def test_document_easing_exact_math_agrees_with_the_library(x):
    assert sine(x) == pytest.approx(math.sin(2 * math.pi * (x % 1)), abs=1e-14)
    assert cosine(x) == pytest.approx(math.cos(2 * math.pi * (x % 1)), abs=1e-14)
    assert exponential(x) == pytest.approx(math.exp(x), rel=1e-14)
