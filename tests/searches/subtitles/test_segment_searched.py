"""Words at any times become cues in order."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cutroom.subtitles.rules import read_preset
from cutroom.subtitles.segment import segment
from cutroom.subtitles.word import Word
from cutroom.subtitles.word_order import in_order

NETFLIX = read_preset("netflix")


@given(
    st.lists(
        st.tuples(st.floats(), st.floats(), st.sampled_from(["a", "b c", " ", "<i>d", "e</i>", "字"])),
        max_size=8,
    )
)
@example([(float("nan"), float("inf"), "a"), (-5.0, -7.0, "b c"), (1.0, 1.0, "字")])
@settings(max_examples=25)
def test_any_times_become_an_order(rows):
    words = [
        Word(start, end, text) for start, end, text in rows if not abs(start) > 1e6 and not abs(end) > 1e6
    ]
    ordered = in_order(words)
    assert all(word.start >= 0 and word.end - word.start >= Fraction(1, 1000) for word in ordered)
    assert all(one.end <= two.start for one, two in pairwise(ordered))
    cues = segment(words, NETFLIX, language="ja")
    assert sum(len(cue.words) for cue in cues) == len(ordered)
