"""Any text with styles: shown, cut, broken anew, escaped."""

from hypothesis import given
from hypothesis import strategies as st

from cutroom.subtitles import markup
from cutroom.subtitles.reading import visible

_PIECES = ["<", "/", "i", "b", "u", ">", "<i>", "</i>", "<b>", "</b>", "a", " ", "\n"]

_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=15).map("".join)


@given(_TEXTS)
def test_balanced_text_shows_the_same_and_stays_as_it_is(text):
    balanced = markup.balance(text)
    assert markup.parse(balanced) == markup.parse(text)
    assert markup.balance(balanced) == balanced
    assert visible(balanced) == visible(text)
    opened = []
    for token in markup.tokens(balanced):
        if token.kind == "open":
            opened.append(token.style)
        elif token.kind == "close":
            assert opened.pop() == token.style
    assert opened == []


@given(_TEXTS)
def test_escaped_text_shows_itself(text):
    assert visible(markup.escape(text)) == text


@given(_TEXTS, st.integers(0, 12), st.integers(0, 12))
def test_a_part_shows_that_part(text, start, end):
    assert visible(markup.cut(text, start, end)) == visible(text)[start:end]


@given(_TEXTS)
def test_new_line_breaks_keep_the_styles(text):
    shown = visible(text).replace("\n", " ")
    again = markup.restyle(shown, text)
    assert visible(again) == shown
    looks = [run.styles for run in markup.parse(text) for character in run.text if not character.isspace()]
    assert [r.styles for r in markup.parse(again) for c in r.text if not c.isspace()] == looks
