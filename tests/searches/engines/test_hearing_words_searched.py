"""Words at any times that a recogniser tells of a window."""

from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.engines.hearing import Window, place_words
from cutroom.engines.transcriber import Heard
from cutroom.subtitles import Word

WINDOW = Window(Path("w.flac"), Fraction(100), Fraction(10), 8.0)

times = st.fractions(-5, 20, max_denominator=1000)


@settings(max_examples=25)
@given(st.lists(st.tuples(times, times)))
def test_placed_words_are_in_order_and_inside(pairs):
    placed = place_words(WINDOW, Heard(tuple(Word(a, b, "x") for a, b in pairs)))
    starts = [word.start for word in placed]
    assert starts == sorted(starts)
    assert all(100 <= word.start <= word.end <= 110 for word in placed)
