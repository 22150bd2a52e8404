"""Easings: ends, known points of their definitions, springs against a numeric solution."""

from __future__ import annotations

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from cutroom.render.document.easing import EASINGS, BezierEasing, Easing, SpringEasing, ease
from cutroom.render.document.exact_math import cosine, sine
from cutroom.render.document.springs import Spring, spring_at

EASING = TypeAdapter[Easing](Easing)


@pytest.mark.parametrize("name", sorted(EASINGS))
def test_document_easing_begins_at_0_and_ends_at_1(name):
    assert ease(name, 1.0) == pytest.approx(1, abs=1e-12)
    if name != "step-start":
        assert ease(name, 0.0) == pytest.approx(0, abs=1e-12)
    assert ease(name, 1.5) == ease(name, 1.0)


@pytest.mark.parametrize(
    ("name", "share", "expected"),
    [
        ("ease-in-quad", 0.5, 0.25),
        ("ease-out-cubic", 0.5, 0.875),
        ("ease-in-out-quart", 0.25, 0.03125),
        ("ease-in-sine", 1 / 3, 1 - math.cos(math.pi / 6)),
        ("ease-in-out-sine", 0.25, (1 - math.cos(math.pi / 4)) / 2),
        ("ease-in-expo", 0.3, 2**-7),
        ("ease-out-circ", 0.4, math.sqrt(1 - 0.36)),
        ("ease-in-back", 0.5, 2.70158 * 0.125 - 1.70158 * 0.25),
        ("ease-in-out-back", 0.25, (0.25 * (3.5949095 * 0.5 - 2.5949095)) / 2),
        ("ease-out-elastic", 0.2, 2**-2 * math.sin((2 - 0.75) * 2 * math.pi / 3) + 1),
        (
            "ease-in-out-elastic",
            0.4,
            -(2**-2 * math.sin((8 - 11.125) * 2 * math.pi / 4.5)) / 2,
        ),
        ("ease-out-bounce", 0.5, 7.5625 * (0.5 - 1.5 / 2.75) ** 2 + 0.75),
        ("ease-out-bounce", 0.95, 7.5625 * (0.95 - 2.625 / 2.75) ** 2 + 0.984375),
        ("ease", 0.5, 0.8024033877399112),
        ("ease-in-out", 0.5, 0.5),
        ("steps(4)", 0.49, 0.25),
        ("steps(4, jump-start)", 0.49, 0.5),
        ("steps(2, jump-none)", 0.6, 1.0),
        ("steps(3, jump-both)", 0.5, 0.5),
        ("cubic-bezier(0.25, 0.1, 0.25, 1)", 0.5, 0.8024033877399112),
    ],
)
def test_document_easing_follows_its_formula(name, share, expected):
    assert ease(EASING.validate_python(name), share) == pytest.approx(expected, abs=1e-9)


def test_document_easing_spring_is_the_closed_form_in_its_own_seconds():
    spring = Spring(stiffness=100, damping=10, mass=1)
    settled = next(
        t / 1e5 for t in range(100_000, 200_000) if math.exp(-5 * t / 1e5) * math.sqrt(1 + 25 / 75) <= 0.001
    )
    time = 0.3
    swing = math.sqrt(75)
    expected = 1 - math.exp(-5 * time) * (math.cos(swing * time) + 5 / swing * math.sin(swing * time))
    assert spring_at(spring, time / settled) == pytest.approx(expected, abs=0.0015)


def test_document_easing_exact_math_is_exact_at_quarters():
    assert [sine(turns / 4) for turns in range(-4, 5)] == [0, 1, 0, -1, 0, 1, 0, -1, 0]
    assert [cosine(turns / 4) for turns in range(5)] == [1, 0, -1, 0, 1]


def test_document_easing_is_read_in_every_form():
    assert EASING.validate_python({"bezier": [0.1, 2, 0.3, -1]}) == BezierEasing(bezier=(0.1, 2, 0.3, -1))
    spring = EASING.validate_python({"spring": {"damping": 20}})
    assert spring == SpringEasing(spring=Spring(damping=20))
    assert ease(spring, 0.5) == spring_at(Spring(damping=20), 0.5)
    assert ease(EASING.validate_python({"steps": 2}), 0.6) == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        "sprin",
        "steps(0x3)",
        "cubic-bezier(2, 0, 0, 0)",
        {"bezier": [2, 0, 0, 0]},
        {"spring": {"damping": 0}},
        3,
        {},
    ],
)
def test_document_easing_refuses_what_is_none(wrong):
    with pytest.raises(ValidationError):
        EASING.validate_python(wrong)
