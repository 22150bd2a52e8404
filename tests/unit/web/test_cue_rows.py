from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Track, Violation, read_preset
from cutroom.web.cue_rows import (
    cue_markup,
    limits_of,
    make_rows,
    media_time,
    read_time,
    speakers_of,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (Fraction(0), "0:00.000"),
        (Fraction(1001, 24000), "0:00.042"),
        (Fraction("62.4801"), "1:02.480"),
        (Fraction("3599.9996"), "1:00:00.000"),
        (Fraction(3723), "1:02:03.000"),
        (Fraction("-0.5"), "\N{MINUS SIGN}0:00.500"),
    ],
)
def test_times_have_milliseconds(seconds, text):
    assert media_time(seconds) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("62.5", "62.5"),
        ("1:02.5", "62.5"),
        (" 1:02:03,25 ", "3723.25"),
        ("90", "90"),
        ("1:", None),
        ("", None),
        ("a", None),
        ("-1", None),
        ("1:02:03:04", None),
        ("\N{ARABIC-INDIC DIGIT ONE}", None),
    ],
)
def test_times_are_read_as_people_write_them(text, seconds):
    if seconds is None:
        with pytest.raises(Refused) as caught:
            read_time(text, "The start")
        assert caught.value.code_word == "invalid_time"
        assert caught.value.message.startswith("The start is")
    else:
        assert read_time(text, "The start") == Fraction(seconds)


def test_markup_becomes_elements_and_nothing_else_does():
    made = cue_markup("<i>Hi</i> <b>there\n<script>alert(1)</script> & <i")
    assert made == "<i>Hi</i> <b>there<br>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;i</b>"


def test_rows_carry_their_own_problems():
    cues = (
        Cue(Fraction(0), Fraction(2), "one", speaker="Ada"),
        Cue(Fraction(3), Fraction(3), "two", place="top"),
        Cue(Fraction(4), Fraction(5), "three", speaker="Ada"),
    )
    violations = [Violation("too-fast", 1, "Too fast."), Violation("off-frame", 1, "Between.")]
    track = Track(cues, "en")
    rows = make_rows(track, violations)
    assert [len(row.problems) for row in rows] == [0, 2, 0]
    assert [row.errors for row in rows] == [0, 1, 0]
    assert rows[0].pace == "2.0 s, 2 per s"
    assert rows[1].pace == ""
    assert rows[1].tags == ["top"]
    assert [row.number for row in make_rows(track, violations, only_problems=True)] == [2]
    assert speakers_of(track) == ["Ada"]


def test_limits_are_those_of_the_language():
    limits = limits_of([read_preset("netflix")], "ja")
    assert limits["netflix"]["lineCharacters"] == read_preset("netflix").line_limit("ja")
