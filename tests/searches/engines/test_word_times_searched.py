"""Times of services, however wrong: every word gets a place, in the order it was said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.engines.word_times import SentWord, put_in_order

NUMBERS = st.one_of(
    st.floats(-5, 70),
    st.floats(allow_nan=True),
    st.integers(-(10**30), 10**30),
    st.none(),
    st.booleans(),
    st.text(max_size=3),
    st.lists(st.integers(), max_size=1),
)


@settings(max_examples=50)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12), st.fractions(0, 60))
def test_any_times_become_an_order(times, seconds):
    words = [SentWord(f"w{number}", start, end) for number, (start, end) in enumerate(times)]
    ordered = put_in_order(words, seconds)
    texts = [word.text for word in ordered.words]
    assert len(texts) + ordered.dropped == len(words)
    assert texts == [word.text for word in words if word.text in set(texts)]
    begins = [word.start for word in ordered.words]
    assert begins == sorted(begins)
    assert all(0 <= word.start <= word.end <= seconds for word in ordered.words)
