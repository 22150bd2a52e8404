from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Track
from cutroom.subtitles.edit import (
    Delete,
    FixCues,
    Insert,
    Merge,
    SetPlace,
    SetSpeaker,
    SetText,
    SetTimes,
    Shift,
    Split,
)
from cutroom.web.cue_forms import edits_of, read_number
from cutroom.web.cue_rows import media_time

RATE = Fraction(24000, 1001)
TRACK = Track(
    (
        Cue(24 / RATE, 60 / RATE, "One two three\nfour"),
        Cue(62 / RATE, 100 / RATE, "<i>Five</i>", speaker="Ada"),
    ),
    "en",
    RATE,
)


def _form(number=0, **fields):
    cue = TRACK.cues[number]
    shown = {
        "cue": str(number),
        "text": cue.text.replace("\n", "\r\n"),  # as browsers send it
        "start": media_time(cue.start),
        "end": media_time(cue.end),
        "speaker": cue.speaker or "",
        "place": cue.place,
    }
    return shown | fields


def test_a_form_that_nobody_touched_changes_nothing():
    assert edits_of(_form(do="save"), TRACK) == []
    assert edits_of(_form(1, do="save"), TRACK) == []


def test_what_was_typed_becomes_edits_with_the_times_last():
    form = _form(do="save", text="Hello", end="3.5", speaker=" Bob ", place="top")
    assert edits_of(form, TRACK) == [
        SetText(0, "Hello"),
        SetSpeaker(0, "Bob"),
        SetPlace(0, "top"),
        SetTimes(0, TRACK.cues[0].start, Fraction("3.5")),
    ]
    assert edits_of(_form(1, do="save", speaker=""), TRACK) == [SetSpeaker(1, None)]


@pytest.mark.parametrize(("word", "at"), [("2", 4), ("4", 14), ("", 8)])
def test_a_cue_is_split_before_a_word_or_in_the_middle(word, at):
    assert edits_of(_form(do="split", word=word), TRACK) == [Split(0, at=at)]


@pytest.mark.parametrize("word", ["1", "0", "5", "99999"])
def test_a_split_needs_words_on_both_sides(word):
    with pytest.raises(Refused) as caught:
        edits_of(_form(do="split", word=word), TRACK)
    assert "from 2 to 4" in caught.value.message


def test_buttons_mean_their_edits():
    assert edits_of(_form(do="merge"), TRACK) == [Merge(0)]
    assert edits_of(_form(do="delete", text="typed and given up"), TRACK) == [Delete(0)]
    assert edits_of(_form(1, do="insert"), TRACK) == [Insert(100 / RATE, 100 / RATE + 2, "")]
    assert edits_of({"do": "fix-all"}, TRACK) == [FixCues()]
    assert edits_of(_form(fix="too-fast"), TRACK) == [FixCues((0,), ("too-fast",))]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (_form(1, do="merge"), "unknown_cue"),
        (_form(do="save", cue="7"), "unknown_cue"),
        (_form(do="save", cue="x"), "invalid_form"),
        (_form(do="save", end="soon"), "invalid_time"),
        (_form(do="burn"), "unknown_edit"),
        (_form(1, do="split"), "cannot_split"),
        (_form(do="split", end="9"), "cannot_split"),
    ],
)
def test_what_cannot_be_done_is_said(form, code):
    with pytest.raises(Refused) as caught:
        edits_of(form, TRACK)
    assert caught.value.code_word == code


@pytest.mark.parametrize("text", ["", "-1", "1.5", "\N{SUPERSCRIPT TWO}", "9" * 30])
def test_hidden_numbers_are_checked(text):
    with pytest.raises(Refused):
        read_number({"revision": text}, "revision")


@pytest.mark.parametrize(
    ("fields", "edit"),
    [
        ({"seconds": "1.5"}, Shift(0, Fraction("1.5"))),
        ({"seconds": " +2,25 ", "which": "all", "number": "2"}, Shift(0, Fraction("2.25"))),
        ({"seconds": "-1", "which": "part", "number": "2"}, Shift(1, Fraction(-1))),
        ({"seconds": "\N{MINUS SIGN}0.5", "which": "part", "number": " 1 "}, Shift(0, Fraction("-0.5"))),
    ],
)
def test_times_are_shifted_by_seconds_with_a_sign(fields, edit):
    assert edits_of({"do": "shift", **fields}, TRACK) == [edit]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "with a sign"),
        ({"seconds": "0"}, "with a sign"),
        ({"seconds": "soon"}, "with a sign"),
        ({"seconds": "1e9"}, "with a sign"),
        ({"seconds": "1", "which": "part"}, "from 1 to 2"),
        ({"seconds": "1", "which": "part", "number": "3"}, "from 1 to 2"),
        ({"seconds": "1", "which": "part", "number": "9" * 5000}, "from 1 to 2"),
        ({"seconds": "1", "which": "part", "number": "0"}, "from 1 to 2"),
    ],
)
def test_a_shift_that_cannot_be_says_what_to_write(fields, words):
    with pytest.raises(Refused, match=words):
        edits_of({"do": "shift", **fields}, TRACK)
    with pytest.raises(Refused):
        edits_of({"do": "shift", "seconds": "1", **fields}, Track(()))
