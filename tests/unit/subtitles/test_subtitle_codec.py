"""The JSON of words, cues and splices: what comes back is what was written."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.base.errors import Conflict, Refused
from cutroom.subtitles.codec import (
    cue_from_json,
    cue_to_json,
    splice_from_json,
    splice_to_json,
    word_from_json,
)
from cutroom.subtitles.cue import Cue, Track
from cutroom.subtitles.splice import Splice, splice_between
from cutroom.subtitles.word import Word


def _cue(number: int, text: str = "So it goes.") -> Cue:
    return Cue(Fraction(number), Fraction(number) + Fraction(3, 4), text)


def test_a_cue_and_its_words_come_back() -> None:
    words = (
        Word(Fraction(1), Fraction(3, 2), "你", confidence=0.123456789, speaker="2"),
        Word(Fraction(3, 2), Fraction(2), "好", glued=True),
    )
    cue = Cue(Fraction(1001, 1000), Fraction(2), "<i>你</i>\n好", words, speaker="2", place="top")
    value = cue_to_json(cue)
    assert cue_from_json(json.loads(json.dumps(value))) == cue
    assert value["words"][1] == {"startTime": 1.5, "endTime": 2.0, "text": "好", "glued": True}


def test_what_a_cue_does_not_have_is_absent() -> None:
    assert cue_to_json(_cue(1)) == {"startTime": 1.0, "endTime": 1.75, "text": "So it goes."}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"startTime": 0, "endTime": 1},
        {"startTime": 0, "endTime": 1, "text": 3},
        {"startTime": "0", "endTime": 1, "text": ""},
        {"startTime": True, "endTime": 1, "text": ""},
        {"startTime": math.nan, "endTime": 1, "text": ""},
        {"startTime": 0, "endTime": math.inf, "text": ""},
        {"startTime": 0, "endTime": 1e300, "text": ""},
        {"startTime": 0, "endTime": 1, "text": "", "place": "left"},
        {"startTime": 0, "endTime": 1, "text": "", "place": ["top"]},
        {"startTime": 0, "endTime": 1, "text": "", "speaker": 1},
        {"startTime": 0, "endTime": 1, "text": "", "words": {}},
        {"startTime": 0, "endTime": 1, "text": "", "words": [{"startTime": 0}]},
    ],
)
def test_nonsense_is_refused(value: object) -> None:
    with pytest.raises(Refused) as raised:
        cue_from_json(value)
    assert raised.value.code_word == "broken_cue"


def test_a_confidence_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="confidence"):
        word_from_json({"startTime": 0, "endTime": 1, "text": "a", "confidence": "high"})


def test_a_splice_comes_back_and_turns_around() -> None:
    track = Track(tuple(_cue(n) for n in range(4)))
    splice = Splice(1, removed=track.cues[1:3], inserted=(_cue(1, "Other."),))
    assert splice_from_json(splice_to_json(splice)) == splice
    changed = splice.apply(track)
    assert [cue.text for cue in changed.cues] == ["So it goes.", "Other.", "So it goes."]
    assert splice.inverse().apply(changed) == track


def test_a_splice_refuses_another_track() -> None:
    with pytest.raises(Conflict, match="load the subtitles again"):
        Splice(0, removed=(_cue(7),)).apply(Track((_cue(1),)))
    with pytest.raises(Conflict):
        Splice(5, inserted=(_cue(7),)).apply(Track((_cue(1),)))


@pytest.mark.parametrize("at", [-1, True, None, 1.5])
def test_a_splice_without_a_place_is_refused(at: object) -> None:
    with pytest.raises(Refused):
        splice_from_json({"at": at})


@given(
    old=st.lists(st.integers(0, 3), max_size=8),
    new=st.lists(st.integers(0, 3), max_size=8),
)
def test_the_splice_between_two_tracks_leads_from_one_to_the_other(old: list[int], new: list[int]) -> None:
    before, after = (Track(tuple(_cue(n) for n in numbers)) for numbers in (old, new))
    splice = splice_between(before, after)
    assert splice.apply(before) == after
    assert splice.inverse().apply(after) == before
    assert bool(splice) == (before != after)
