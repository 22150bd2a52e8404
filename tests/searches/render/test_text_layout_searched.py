"""Any text in any width: every character once."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.fonts import FontBook
from cutroom.render.text.layout import TextStyle, lay_out
from cutroom.render.text.units import units_of

BOOK = FontBook()


@settings(max_examples=40)
@given(st.text("ab cd\nאبعم日本ไ😀e\u0301-()1%\t", max_size=40), st.sampled_from([30.0, 120.0, 400.0]))
def test_text_layout_shows_every_character_once(text, width):
    found = lay_out(text, TextStyle(size=30), BOOK, width)
    starts = [start for line in found.lines for run in line.runs for start in run.starts]
    assert all(0 <= start < len(text) for start in starts)
    edges = [(line.start, line.end) for line in found.lines]
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(edges))
    missed = set(range(len(text))) - {at for start, end in edges for at in range(start, end)}
    assert all(text[at].isspace() for at in missed)


@settings(max_examples=30)
@given(st.text("ab אב日本 ไทย\n", max_size=30), st.sampled_from(["character", "word", "line"]))
def test_text_layout_divides_into_units_once(text, by):
    found = lay_out(text, TextStyle(size=30), BOOK, 200)
    whole = sorted(glyph for line in found.lines for run in line.runs for glyph in run.glyphs)
    parts = sorted(glyph for unit in units_of(found, by) for run in unit.runs for glyph in run.glyphs)
    spaces = len(whole) - len(parts)
    assert 0 <= spaces <= sum(text.count(space) for space in " \n") + 1
    assert set(parts) <= set(whole)
