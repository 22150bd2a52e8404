"""The bodies of edits: each kind has one, and nothing is guessed."""

from fractions import Fraction
from typing import get_args

import pytest
from pydantic import ValidationError

from cutroom.api.subtitle_edits import Edits
from cutroom.subtitles import edit

CASES = [
    ({"type": "setText", "cue": 0, "text": "a\nb"}, edit.SetText(0, "a\nb")),
    (
        {"type": "setTimes", "cue": 1, "startTime": 0.1, "endTime": 2},
        edit.SetTimes(1, Fraction(1, 10), Fraction(2)),
    ),
    ({"type": "split", "cue": 1, "character": 5}, edit.Split(1, 5)),
    ({"type": "split", "cue": 1, "time": 1.25}, edit.Split(1, None, Fraction(5, 4))),
    ({"type": "merge", "cue": 2}, edit.Merge(2)),
    ({"type": "insert", "startTime": 0, "endTime": 1}, edit.Insert(Fraction(0), Fraction(1))),
    ({"type": "delete", "cue": 3}, edit.Delete(3)),
    ({"type": "shift", "seconds": -0.04}, edit.Shift(0, Fraction(-1, 25))),
    ({"type": "setSpeaker", "cue": 0, "speaker": None}, edit.SetSpeaker(0, None)),
    ({"type": "setPlace", "cue": 0, "place": "top"}, edit.SetPlace(0, "top")),
    (
        {"type": "replaceText", "find": "a", "caseSensitive": False},
        edit.ReplaceText("a", "", match_case=False),
    ),
    ({"type": "fix"}, edit.FixCues()),
    ({"type": "fix", "cues": [1, 2], "rules": ["overlap"]}, edit.FixCues((1, 2), ("overlap",))),
]


@pytest.mark.parametrize(("body", "wanted"), CASES)
def test_a_body_is_the_edit_it_says(body, wanted) -> None:
    (read,) = Edits.model_validate({"revision": 1, "edits": [body]}).edits
    assert read.value() == wanted


def test_every_kind_of_edit_has_a_body() -> None:
    assert {type(wanted) for _, wanted in CASES} == set(get_args(edit.Edit))


@pytest.mark.parametrize(
    "body",
    [
        {"type": "setText", "cue": True, "text": "a"},
        {"type": "setText", "cue": 1.5, "text": "a"},
        {"type": "setText", "cue": 0, "text": 5},
        {"type": "setText", "cue": 0, "text": None},
        {"type": "setText", "cue": 0, "text": "\ud800"},
        {"type": "shift", "seconds": "1"},
        {"type": "shift", "seconds": float("nan")},
        {"type": "shift", "seconds": float("inf")},
        {"type": "insert", "startTime": -0.001, "endTime": 1},
        {"type": "insert", "startTime": 0, "endTime": 10_000_001},
        {"type": ["fix"]},
        {"type": None},
        {},
        [],
        "fix",
    ],
)
def test_a_body_that_is_no_edit(body) -> None:
    with pytest.raises(ValidationError):
        Edits.model_validate({"revision": 1, "edits": [body]})


@pytest.mark.parametrize("count", [0, 101])
def test_a_step_has_one_to_a_hundred_edits(count) -> None:
    with pytest.raises(ValidationError):
        Edits.model_validate({"revision": 1, "edits": [{"type": "fix"}] * count})
