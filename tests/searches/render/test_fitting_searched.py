"""Pictures of any shape that cover a box."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.scene.fitting import Focus, fit_into
from fitted_sources import box_of, source_of

sides = st.floats(1, 5000)

shares = st.floats(0, 1)


@settings(max_examples=80)
@given(st.integers(1, 4000), st.integers(1, 4000), sides, sides, shares, shares, st.floats(1, 5))
def test_fitting_cover_reaches_every_edge_and_stays_within(width, height, wide, high, x, y, zoom):
    sprite = fit_into(source_of(width, height), "cover", wide, high, focus=Focus(x=x, y=y), zoom=zoom)

    left, top, right, bottom = box_of(sprite)
    slack = 1e-6 * max(wide, high)
    assert -slack <= left <= slack
    assert -slack <= top <= slack
    assert abs(right - wide) <= slack
    assert abs(bottom - high) <= slack
    cut = sprite.crop or (0, 0, width, height)
    assert -1e-6 <= cut[0] <= cut[2] <= width * (1 + 1e-9)
    assert -1e-6 <= cut[1] <= cut[3] <= height * (1 + 1e-9)
