"""Clusters of any text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.text.clusters import split_clusters


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_text_clusters_cover_a_text_once(text):
    spans = split_clusters(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)
