"""From texts to lines of placed glyphs."""

import pytest

from cutroom.base.errors import Refused
from cutroom.render.fonts import FontBook
from cutroom.render.text.breaking import find_breaks
from cutroom.render.text.layout import TextStyle, lay_out, resized
from cutroom.render.text.units import word_spans

BOOK = FontBook()
LOREM = "The quick brown fox jumps over the lazy dog and runs away"


def lines_of(text, width=None, **style):
    found = lay_out(text, TextStyle(**{"size": 40.0, **style}), BOOK, width)
    return [found.text[line.start : line.end] for line in found.lines]


def glyphs_of(layout):
    return [(run.face.key, glyph) for line in layout.lines for run in line.runs for glyph in run.glyphs]


def test_text_layout_keeps_written_lines():
    assert lines_of("one\n\ntwo ") == ["one", "", "two"]


def test_text_layout_fits_lines_into_the_width():
    found = lay_out(LOREM, TextStyle(size=40), BOOK, 300)
    assert len(found.lines) > 3
    assert all(line.width <= 300 for line in found.lines)
    assert " ".join(lines_of(LOREM, 300)) == LOREM
    assert found.height == len(found.lines) * 40 * 1.2


def test_text_layout_breaks_words_that_are_wider_than_a_line():
    found = lines_of("Donaudampfschifffahrt", 150)
    assert len(found) > 1
    assert "".join(found) == "Donaudampfschifffahrt"


def test_text_layout_balances_lines():
    greedy = lay_out("one two three four five six", TextStyle(size=40), BOOK, 420)
    even = lay_out("one two three four five six", TextStyle(size=40, wrap="balance"), BOOK, 420)
    assert len(even.lines) == len(greedy.lines) == 2
    widths = [[line.width for line in found.lines] for found in (greedy, even)]
    assert max(widths[1]) - min(widths[1]) < max(widths[0]) - min(widths[0])


def test_text_layout_kerns_and_binds():
    apart = sum(lay_out(c, TextStyle(size=100), BOOK).width for c in "AV")
    assert lay_out("AV", TextStyle(size=100), BOOK).width < apart


def test_text_layout_spaces_letters():
    plain, spaced = (lay_out("abcd", TextStyle(size=40, letter_spacing=s), BOOK).width for s in (0.0, 10.0))
    assert spaced == pytest.approx(plain + 30)


def test_text_layout_never_tears_joined_letters_apart():
    plain, spaced = (lay_out("عربي", TextStyle(size=40, letter_spacing=s), BOOK) for s in (0.0, 10.0))
    assert spaced.width == plain.width
    assert glyphs_of(spaced) == glyphs_of(plain)


@pytest.mark.parametrize(
    ("align", "direction", "left"),
    [
        ("left", "ltr", True),
        ("start", "ltr", True),
        ("end", "ltr", False),
        ("right", "ltr", False),
        ("start", "rtl", False),
        ("end", "rtl", True),
    ],
)
def test_text_layout_aligns_lines(align, direction, left):
    line = lay_out("abc", TextStyle(align=align, direction=direction), BOOK, 500).lines[0]
    assert line.left == pytest.approx(0 if left else 500 - line.width)


def test_text_layout_moves_lines_when_the_box_changes():
    found = lay_out("abc\nlonger", TextStyle(align="center"), BOOK, 500)
    narrow = resized(found, 300)
    again = lay_out("abc\nlonger", TextStyle(align="center"), BOOK, 300)
    assert [line.left for line in narrow.lines] == pytest.approx([line.left for line in again.lines])
    assert narrow.lines[0].runs[0].xs == pytest.approx(again.lines[0].runs[0].xs)


def test_text_layout_cuts_with_an_ellipsis():
    found = lay_out(LOREM, TextStyle(size=40, max_lines=2), BOOK, 300)
    assert len(found.lines) == 2
    assert found.is_cut
    assert found.text.endswith("…")
    assert LOREM.startswith(found.text[:-1])
    assert lay_out("short", TextStyle(max_lines=2), BOOK, 300).is_cut is False


def test_text_layout_takes_faces_that_have_the_characters():
    faces = [key.split(":")[0] for key, _ in glyphs_of(lay_out("aمह日😀", TextStyle(), BOOK))]
    assert len(set(faces)) == 5
    assert all(glyph for _, glyph in glyphs_of(lay_out("aمह日😀한ไא", TextStyle(), BOOK)))


def test_text_layout_joins_emoji():
    assert len(glyphs_of(lay_out("👨‍👩‍👧‍👦", TextStyle(), BOOK))) == 1
    assert len(glyphs_of(lay_out("🇩🇪", TextStyle(), BOOK))) == 1


def test_text_layout_joins_arabic_letters():
    alone = glyphs_of(lay_out("ع", TextStyle(), BOOK))
    together = glyphs_of(lay_out("ععع", TextStyle(), BOOK))
    assert len({glyph for _, glyph in together}) == 3
    assert alone[0] not in together


def test_text_layout_shows_mixed_directions_in_order():
    line = lay_out("שלום abc", TextStyle(), BOOK).lines[0]
    xs = {start: x for run in line.runs for start, x in zip(run.starts, run.xs, strict=True)}
    assert xs[5] < xs[6] < xs[7] < xs[3] < xs[0]


def test_text_layout_prefers_the_language_of_han_forms():
    chinese, japanese = (glyphs_of(lay_out("骨", TextStyle(language=tag), BOOK)) for tag in ("zh", "ja"))
    assert chinese != japanese
    # Kana betray Japanese.
    assert glyphs_of(lay_out("骨の", TextStyle(), BOOK))[0] == japanese[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [("東京、大阪。名古屋「京都」です", 5), ("สวัสดีชาวโลกวันนี้อากาศดี", 8)],
)
def test_text_layout_breaks_unspaced_scripts_where_they_may(text, line):
    allowed = find_breaks(text, "").allowed
    assert len(allowed) >= 2
    assert all(text[at] not in "、。」" and text[at - 1] != "「" for at in allowed)
    lines = lines_of(text, 40.0 * line)
    assert "".join(lines) == text
    assert all(len(part) for part in lines)


def test_text_layout_breaks_at_hyphens_between_letters_only():
    text = "well-known at -5 and 10-20"
    assert {text[:at] for at in find_breaks(text, "").allowed} == {
        "well-",
        "well-known ",
        "well-known at ",
        "well-known at -5 ",
        "well-known at -5 and ",
    }


def test_text_layout_does_not_break_at_no_break_spaces():
    assert find_breaks("10\u00a0km far", "").allowed == (6,)


def test_text_layout_names_unknown_typefaces():
    with pytest.raises(Refused, match="Comic"):
        lay_out("a", TextStyle(families=("Comic",)), BOOK)


def test_text_layout_finds_words():
    text = "well-known words, 今日は良い天気"
    assert [text[a:b] for a, b in word_spans(text)] == ["well-known", "words,", "今日は", "良い", "天気"]
