"""Any frame at every rate that broadcasters use: exact there and back."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cutroom.subtitles import FrameGrid

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(50)]
RATES += [Fraction(60000, 1001), Fraction(60)]


@given(st.sampled_from(RATES), st.integers(0, 3_000_000))
def test_a_frame_survives_rounding_to_a_millisecond(rate, frame):
    grid = FrameGrid(rate)
    rounded = Fraction(round(grid.seconds(frame) * 1000), 1000)
    assert grid.floor(rounded) == grid.nearest(rounded) == grid.ceil(rounded) == frame
    assert grid.is_on(rounded)


@given(st.sampled_from(RATES), st.fractions(0, 10_000))
def test_floor_and_ceil_enclose(rate, seconds):
    grid = FrameGrid(rate)
    assert grid.floor(seconds) <= grid.nearest(seconds) <= grid.ceil(seconds) <= grid.floor(seconds) + 1
