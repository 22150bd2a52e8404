"""SubRip files of the wild: what is wrong with them, what is read all the same, and what is said about it."""

from fractions import Fraction

import pytest

from cutroom.subtitles.importing import read_subtitles


def read(text, **options):
    return read_subtitles(text.encode(), "film.srt", **options)


def cues(imported):
    return [(float(cue.start), float(cue.end), cue.text) for cue in imported.track.cues]


def said(imported):
    return [(fault.line, fault.severity) for fault in imported.faults]


CLEAN = "1\n00:00:01,000 --> 00:00:02,500\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\nlines\n\n"
EXPECTED = [(1.0, 2.5, "One"), (3.0, 4.0, "Two\nlines")]


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        CLEAN.rstrip("\n"),
        "\n\n" + CLEAN + "\n\n\n",
        CLEAN.replace("\n", "\r\n"),
        CLEAN.replace("\n", "\r"),
        CLEAN.replace("\n", "\r\r\n"),
        CLEAN.replace("One\n", "One\r\n"),
        CLEAN.replace("One", "  One \t"),
        "\ufeff" + CLEAN,
        CLEAN.replace(",", "."),
        CLEAN.replace("00:00:01,000 --> 00:00:02,500", "0:00:01,000  -->  0:00:02,500  "),
        CLEAN.replace("1\n", "001\n"),
    ],
)
def test_harmless_variants_are_read_without_a_word(text):
    imported = read(text)
    assert cues(imported) == EXPECTED
    assert imported.faults == ()
    assert imported.format == "srt"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("00:00:01,000 -->", "00:00:01:000 -->", 2),
        ("00:00:01,000 -->", "0:0:1,0 -->", 2),
        ("00:00:01,000 -->", "00: 00: 01, 000 -->", 2),
        ("00:00:01,000 -->", "00:00:01 -->", 2),
        ("00:00:01,000 --> 00:00:02,500", "00:01.000 --> 0:02.500", 2),
        ("00:00:01,000 -->", "00:00:01,000000 -->", 2),
        ("01,000 -->", "01,000 ->", 0),
        ("01,000 -->", "01,000 \u2192", 0),
        ("01,000 -->", "01,000 - ->", 0),
        ("01,000 -->", "01,000 \u2013>", 0),
        ("01,000 -->", "01,000-->", 0),
        ("1\n00:00:01", "1 00:00:01", 0),
        ("1\n00:00:01", "#1\n00:00:01", 0),
        ("1\n00:00:01", "1.\n00:00:01", 0),
    ],
)
def test_unusual_times_are_understood(old, new, line):
    imported = read(CLEAN.replace(old, new))
    assert cues(imported) == EXPECTED
    assert said(imported) == ([(line, "warning")] if line else [])


def test_decimals_without_zeros_in_front_are_milliseconds_where_lengths_vary():
    text = "1\n00:00:01,5 --> 00:00:02,50\nA\n\n2\n00:00:03,500 --> 00:00:04,0\nB\n"
    assert cues(read(text)) == [(1.005, 2.05, "A"), (3.5, 4.0, "B")]
    tenths = "1\n00:00:01,5 --> 00:00:02,0\nA\n"
    assert cues(read(tenths)) == [(1.5, 2.0, "A")]


def test_frames_behind_the_seconds_count_at_the_given_rate():
    text = "1\n00:00:01:12 --> 00:00:02:00\nA\n"
    assert read(text, rate=Fraction(24)).track.cues[0].start == Fraction(3, 2)


def test_missing_numbers_and_empty_lines_are_said():
    times = [f"00:00:0{n},000 --> 00:00:0{n + 1},000" for n in (1, 3, 5)]
    text = f"{times[0]}\nOne\n{times[1]}\nTwo\n2\n{times[2]}\nThree"
    imported = read(text)
    # "2" stands where a number may stand, but the cues above have none: it is the last line of a text.
    assert [cue.text for cue in imported.track.cues] == ["One", "Two\n2", "Three"]
    assert {line for line, _ in said(imported)} == {1, 3, 6}
    numbered = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n"
    imported = read(numbered)
    assert [cue.text for cue in imported.track.cues] == ["One", "Two"]
    assert [fault.message for fault in imported.faults] == ["There is no empty line before this cue."]


def test_an_empty_line_after_every_line_changes_little():
    imported = read(CLEAN.replace("\n", "\n\n"))
    assert cues(imported) == EXPECTED
    assert {fault.message for fault in imported.faults} == {
        "An empty line inside this cue's text was left out."
    }


def test_a_year_is_no_number():
    imported = read(
        "1\n00:00:01,000 --> 00:00:02,000\nIt was\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\n1985\n"
    )
    assert [cue.text for cue in imported.track.cues] == ["It was\n1984", "1985"]
    assert imported.faults == ()


def test_text_behind_an_empty_line_is_kept():
    imported = read(CLEAN.replace("Two\nlines", "Two\n\nlines\n\nmore"))
    assert imported.track.cues[1].text == "Two\nlines\nmore"
    assert said(imported) == [(8, "warning"), (10, "warning")]


def test_damaged_times_keep_their_text():
    text = (
        "1\nO0:00:0l,000 --> 00:00:02,000\nletters\n\n"
        "2\n00:00:03,000 --> 00:0x:04,000\nhalf\n\n"
        "3\n0x:00:05,000 --> 00:0x:04,000\nnone\n\n"
        "4\n00:00:09,000 -->\nno end\n\n"
    )
    imported = read(text)
    assert cues(imported) == [
        (1.0, 2.0, "letters"),
        (3.0, 3.0, "half"),
        (3.0, 3.0, "none"),
        (9.0, 9.0, "no end"),
    ]
    assert {(fault.line, fault.severity) for fault in imported.faults if fault.severity == "error"} == {
        (2, "error"),
        (6, "error"),
        (10, "error"),
        (14, "error"),
    }
    assert imported.lines == (2, 6, 10, 14)


def test_negative_overlapping_and_unsorted_cues_are_kept_and_said():
    text = (
        "1\n00:00:05,000 --> 00:00:08,000\nlate\n\n"
        "2\n-00:00:01,000 --> 00:00:01,000\nearly\n\n"
        "3\n00:00:07,000 --> 00:00:06,000\nbackwards\n\n"
    )
    imported = read(text)
    assert cues(imported) == [(-1.0, 1.0, "early"), (5.0, 8.0, "late"), (7.0, 6.0, "backwards")]
    assert imported.lines == (6, 2, 10)
    messages = [(fault.line, fault.message) for fault in imported.faults]
    assert messages == [
        (6, "This cue begins before the one above it; the cues were sorted."),
        (6, "This cue has a time before zero; it was kept as it stands."),
        (10, "This cue does not end after it begins; it was kept as it stands."),
        (10, "This cue begins before the one of line 2 ends; both were kept."),
    ]


@pytest.mark.parametrize(
    ("text", "expected", "faults"),
    [
        ("<i>a</i> <b>b</b> <u>c</u>", "<i>a</i> <b>b</b> <u>c</u>", 0),
        ("<I>a</I>", "<i>a</i>", 0),
        ("< i >a</ i >", "<i>a</i>", 0),
        ("<em>a</em> <strong>b</strong>", "<i>a</i> <b>b</b>", 0),
        ("{i}a{/i}", "<i>a</i>", 0),
        ("{\\i1}a{\\i0} b", "<i>a</i> b", 0),
        ("{Y:i}a", "<i>a</i>", 0),
        ("<i>never closed", "<i>never closed</i>", 0),
        ("a</i> b", "a b", 1),
        ("<i><b>crossed</i></b>", "<b><i>crossed</i></b>", 0),
        ('<font color="#ff0000">red</font>', "red", 1),
        ("<font color=red face='x'>red</font> <s>gone</s>", "red gone", 1),
        ("a<br>b<br />c", "a\nb\nc", 0),
        ("AT&amp;T &lt;3 &#233;&#xE9;", "AT&T <3 éé", 4),
        ("AT&T & <3 x < y > z", "AT&T & <3 x < y > z", 0),
        ("<Laughs> a <b", "<Laughs> a <b", 0),
        ("{laughs} {} }{", "{laughs} {} }{", 0),
        ("{\\pos(10,20)}{\\fad(1,2)}a", "a", 1),
        ("&lt;i&gt;shown&lt;/i&gt;", "<<i></i>i>shown<<i></i>/i>", 4),
        ("a\u200fb\u202bc", "a\u200fb\u202bc", 0),
        ("- Yes.\n- No.", "- Yes.\n- No.", 0),
        ("a\x00b\x07c", "abc", 1),
        ("a\u2028b", "a\nb", 0),
        ("", "", 0),
    ],
)
def test_tags_and_entities(text, expected, faults):
    imported = read(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n\n2\n00:00:03,000 --> 00:00:04,000\nx\n")
    assert imported.track.cues[0].text == expected
    assert len(imported.faults) == faults
    assert imported.track.cues[1].text == "x"


@pytest.mark.parametrize(
    ("tag", "place"),
    [
        ("{\\an8}", "top"),
        ("{\\an5}", "middle"),
        ("{\\an2}", "bottom"),
        ("{\\a6}", "top"),
        ("{\\an7\\i1}", "top"),
    ],
)
def test_places_of_override_tags(tag, place):
    assert read(f"1\n00:00:01,000 --> 00:00:02,000\n{tag}a\n").track.cues[0].place == place


def test_coordinates_and_settings_behind_the_times():
    imported = read("1\n00:00:01,000 --> 00:00:02,000  X1:100 X2:200 Y1:1 Y2:2\na\n")
    assert said(imported) == [(2, "warning")]
    assert read("1\n00:00:01,000 --> 00:00:02,000 line:5%\na\n").track.cues[0].place == "top"


def test_text_above_the_first_cue_is_said():
    imported = read("Subtitles by\nsomebody\n\n" + CLEAN)
    assert cues(imported) == EXPECTED
    assert said(imported) == [(1, "error"), (2, "error")]


def test_times_that_rounding_cannot_tell_from_a_frame_are_that_frame():
    rate = Fraction(24000, 1001)
    text = "1\n00:00:01,001 --> 00:00:02,044\na\n\n2\n00:00:03,010 --> 00:00:04,000\nb\n"
    first, second = read(text, rate=rate).track.cues
    assert first.start == 24 / rate
    assert first.end == 49 / rate
    assert second.start == Fraction(3010, 1000)
    assert read(text).track.cues[0].start == Fraction(1001, 1000)
