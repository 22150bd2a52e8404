"""Any time shown in a row of the table, typed back."""

from hypothesis import given
from hypothesis import strategies as st

from cutroom.web.cue_rows import (
    media_time,
    read_time,
    same_time,
)


@given(st.fractions(min_value=0, max_value=10**6))
def test_a_shown_time_that_comes_back_is_the_same(seconds):
    assert same_time(read_time(media_time(seconds), "It"), seconds)
