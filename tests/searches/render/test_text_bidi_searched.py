"""Any mixture of directions: every character once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.text.bidi import base_level, levels_of, line_levels, visual_order

ALPHABET = "ab1 +-,.:%$()[]אבعم٣\u0301\u2067\u2066\u2068\u2069\u202b\u202a\u202c\u202e\u200f\u200e\t"


@settings(max_examples=60)
@given(st.text(ALPHABET, max_size=24), st.sampled_from(["auto", "ltr", "rtl"]))
def test_text_bidi_shows_every_character_once(text, direction):
    base = base_level(text, direction)
    levels = line_levels(text, levels_of(text, base), base)
    assert len(levels) == len(text)
    assert all(0 <= level <= 127 for level in levels)
    assert sorted(visual_order(levels)) == list(range(len(text)))
