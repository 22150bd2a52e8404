"""Any times in the JSON of words and cues: what comes back is what was written."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles.codec import (
    seconds_from_json,
    seconds_to_json,
)

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50), Fraction(60)]


@given(frame=st.integers(-1000, 2_000_000), rate=st.sampled_from(RATES))
@settings(max_examples=25)
def test_times_on_the_grid_come_back_exactly(frame: int, rate: Fraction) -> None:
    seconds = frame / rate
    assert seconds_from_json(seconds_to_json(seconds), rate) == seconds


@given(milliseconds=st.integers(-1000, 40_000_000), rate=st.sampled_from(RATES))
@settings(max_examples=25)
def test_milliseconds_come_back_exactly(milliseconds: int, rate: Fraction) -> None:
    seconds = Fraction(milliseconds, 1000)
    assert seconds_from_json(seconds_to_json(seconds), rate) == seconds
