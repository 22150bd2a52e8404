"""Outputs of any size, and films of any length cut into segments."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Refused
from cutroom.render.film.segments import FRAMES_PER_SEGMENT, cut, kept
from cutroom.render.output import Output, size_of


@given(
    wide=st.integers(8, 3840), high=st.integers(8, 3840), width=st.integers(8, 1900), is_wide=st.booleans()
)
@settings(max_examples=60)
def test_outputs_of_films_have_even_sides(wide: int, high: int, width: int, *, is_wide: bool) -> None:
    output = Output(width=2 * width) if is_wide else Output(height=2 * width)
    with contextlib.suppress(Refused):  # sides may be too short or too long
        got = size_of(output, 2 * wide, 2 * high)
        assert not got[0] % 2
        assert not got[1] % 2
        assert abs(got[0] * high - got[1] * wide) <= 2 * max(wide, high)


@given(frames=st.integers(0, 5000), every=st.integers(1, 7))
@settings(max_examples=60)
def test_outputs_are_cut_without_gaps(frames: int, every: int) -> None:
    segments = cut(frames)
    assert all(0 < each.stop - each.start <= FRAMES_PER_SEGMENT for each in segments)
    assert [n for each in segments for n in range(each.start, each.stop)] == list(range(frames))
    shown = [each.start + n for each in segments for n in kept(each, every)]
    assert shown == list(range(0, frames, every))
