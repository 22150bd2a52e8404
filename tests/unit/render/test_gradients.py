"""Gradients against the formulas of CSS."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction

import numpy as np
import pytest
from pydantic import ValidationError

from cutroom.render.pixels.gradients import Gradient, draw_gradient


def _gradient(**fields) -> Gradient:
    stops = [{"color": "#000000"}, {"color": "#ffffff"}]
    return Gradient.model_validate({"stops": stops} | fields)


def test_gradients_run_along_their_angle():
    right = draw_gradient(_gradient(angle=90), 256, 3)[..., 0].astype(int)
    assert np.abs(right[1] - np.round((np.arange(256) + 0.5) / 256 * 255)).max() <= 1
    assert (right[0] == right[2]).all()

    up = draw_gradient(_gradient(angle=0), 3, 256)
    assert up[0, 1, 0] > 250
    assert up[-1, 1, 0] < 5

    corner = draw_gradient(_gradient(angle=135), 200, 100)[..., 0]
    assert corner[0, 0] <= 1
    assert corner[-1, -1] >= 254


def test_gradients_reach_the_farthest_corner():
    picture = draw_gradient(_gradient(kind="radial", x=0.25, y=0.5), 400, 200)[..., 0]

    assert picture[100, 100] <= 1
    assert picture[0, -1] >= 253
    assert abs(int(picture[100, 0]) - round(100 / math.hypot(300, 100) * 255)) <= 1


def test_gradients_turn_clockwise_from_above():
    picture = draw_gradient(_gradient(kind="conic", angle=0), 401, 401)[..., 0].astype(int)
    ys, xs = np.mgrid[0:401, 0:401] - 200.0
    turns = np.arctan2(xs, -ys) / math.tau % 1
    away = np.abs(picture - turns * 255)
    away[200, 200] = 0
    assert np.minimum(away, 255 - away).max() <= 1


def test_gradients_stand_their_stops_where_they_say():
    stops = [
        {"color": "#ff0000"},
        {"color": "#00ff00"},
        {"color": "#0000ff", "at": 0.5},
        {"color": "#ffffff"},
    ]
    row = draw_gradient(_gradient(stops=stops, angle=90), 1000, 1)[0].astype(int)

    assert row[250, 1] >= 253  # green stands halfway to blue
    assert row[500, 0] >= 253
    assert row[500, 1] <= 2
    assert row[999].min() >= 253


def test_gradients_mix_premultiplied():
    stops = [{"color": "#ff0000"}, {"color": "#00ff0000"}]
    row = draw_gradient(_gradient(stops=stops, angle=90), 100, 1)[0]

    assert (row[:, 1] == 0).all()  # nothing of the colour that is not seen
    assert (row[:, 2] <= row[:, 3]).all()


def test_gradients_move_with_their_keyframes():
    angle = {"keyframes": [{"time": 0, "value": 0}, {"time": 2, "value": 180}]}
    moving = _gradient(angle=angle)

    assert moving.still_at(Fraction(1)).angle == pytest.approx(90)
    assert moving.still_at(Fraction(1)) != moving
    assert _gradient(angle=30).still_at(Fraction(1)) == _gradient(angle=30)


def test_gradients_refuse_stops_that_go_back():
    with pytest.raises(ValidationError):
        _gradient(stops=[{"color": "#fff", "at": 0.5}, {"color": "#000", "at": 0.2}])


def test_gradients_have_the_same_bits_everywhere():
    digest = hashlib.sha256()
    for kind in ("linear", "radial", "conic"):
        digest.update(draw_gradient(_gradient(kind=kind, angle=33), 123, 77).tobytes())
    assert digest.hexdigest()[:16] == "86f529f92c50baef"
