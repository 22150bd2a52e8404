"""Which way characters run: examples from Unicode Standard Annex 9, and what holds for all texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.text.bidi import base_level, levels_of, line_levels, visual_order


def shown(text, direction="auto"):
    """Return the characters from left to right; brackets are not mirrored."""
    base = base_level(text, direction)
    levels = line_levels(text, levels_of(text, base), base)
    return "".join(text[at] for at in visual_order(levels))


@pytest.mark.parametrize(
    ("text", "left_to_right"),
    [
        ("abc", "abc"),
        ("שלום", "םולש"),
        ("abc שלום def", "abc םולש def"),
        ("שלום abc עולם", "םלוע abc םולש"),
        ("שלום 123 עולם", "םלוע 123 םולש"),
        ("abc 123 שלום 45%", "abc 123 45% םולש"),
        ("مرحبا 12,5 ريال", "لاير 12,5 ابحرم"),
        ("שלום (abc) עולם", "םלוע )abc( םולש"),
        ("abc (שלום) def", "abc (םולש) def"),
        ("שלום abc. ", " .abc םולש"),
        ("\u202eabc\u202c", "\u202ecba\u202c"),
    ],
)
def test_text_bidi_shows_characters_in_order(text, left_to_right):
    got = shown(text)
    assert [c for c in got if c not in "\u202e\u202c"] == [
        c for c in left_to_right if c not in "\u202e\u202c"
    ]


def test_text_bidi_keeps_isolates_apart():
    # Without the isolate the number would go to the other side of the name.
    name = "שלום"
    assert shown(f"a \u2067{name}\u2069 1").replace("\u2067", "").replace("\u2069", "") == f"a {name[::-1]} 1"


@pytest.mark.parametrize(
    ("text", "direction", "level"),
    [("abc", "auto", 0), ("שלום abc", "auto", 1), ("123", "auto", 0), ("abc", "rtl", 1), ("שלום", "ltr", 0)],
)
def test_text_bidi_finds_the_direction_of_paragraphs(text, direction, level):
    assert base_level(text, direction) == level


@settings(max_examples=40)
@given(st.text("אבגדعملאב ", min_size=1, max_size=20))
def test_text_bidi_mirrors_what_is_wholly_right_to_left(text):
    assert shown(text, "rtl") == text[::-1]


def test_text_bidi_reads_deep_embeddings():
    text = "\u202b" * 300 + "a" + "\u202c" * 300 + "b"
    levels = levels_of(text, 0)
    assert levels[300] <= 126
    assert levels[-1] == 0
