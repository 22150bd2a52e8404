"""Beginnings of any words over any sound: they move forward only, and nothing else moves."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutroom.engines.word_starts import settle
from cutroom.subtitles import Word


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), max_size=8),
    st.lists(st.floats(0, 1, width=32), max_size=120),
)
def test_only_beginnings_move_and_only_forward(times, probability):
    words = [Word(Fraction(a, 100), Fraction(a + b, 100), "x") for a, b in times]
    for before, after in zip(words, settle(words, np.array(probability, np.float32)), strict=True):
        assert before.start <= after.start <= after.end == before.end
        assert after.end - after.start >= min(Fraction(1, 10), before.end - before.start)
