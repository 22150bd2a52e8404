"""Which frame is shown at a time that somebody asks for."""

import json
from dataclasses import dataclass
from fractions import Fraction

import pytest

from cutroom.render.document.values import read_time
from cutroom.render.film.segments import frame_at


@dataclass
class Scene:
    rate: Fraction
    frame_count: int = 400


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "30", "60"])
@pytest.mark.parametrize("digits", [4, 17])
def test_frame_at_the_time_of_a_frame_as_json_writes_it(rate, digits):
    scene = Scene(Fraction(rate))
    for number in range(400):
        written = json.dumps(round(float(number / scene.rate), digits + 1))
        assert frame_at(scene, read_time(json.loads(written))) == number


def test_frame_at_a_time_before_the_next_one_is_the_one_that_stands():
    scene = Scene(Fraction(10))
    assert [frame_at(scene, Fraction(time)) for time in ("0", "0.099", "0.1", "0.15", "100")] == [
        0,
        0,
        1,
        1,
        399,
    ]
