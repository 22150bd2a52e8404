"""Marks anywhere in a text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.text.marks import read_marks


@settings(max_examples=50)
@given(st.text("ab*\\ ", max_size=20))
def test_text_clip_marks_lie_in_the_text(text):
    plain, spans = read_marks(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(plain) for edge in edges)
