"""Any edits one after another, undone in turn."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import CutroomError
from cutroom.subtitles.edit import (
    Delete,
    Edit,
    FixCues,
    Insert,
    Merge,
    ReplaceText,
    SetText,
    SetTimes,
    Shift,
    Split,
    apply,
)
from edited_track import RULES, TRACK

TIMES = st.fractions(min_value=-1, max_value=12, max_denominator=30)

WORDS = st.lists(
    st.sampled_from(["a", "the", "Hello,", "<i>", "</i>", "\n", "- b", "你好", "end."]), max_size=6
)

TEXTS = WORDS.map(" ".join)

NUMBERS = st.integers(0, 3)

EDITS = st.one_of(
    st.builds(SetText, NUMBERS, TEXTS),
    st.builds(SetTimes, NUMBERS, TIMES, TIMES),
    st.builds(Split, NUMBERS, st.none() | st.integers(0, 30), st.none() | TIMES),
    st.builds(Merge, NUMBERS),
    st.builds(Insert, TIMES, TIMES, TEXTS),
    st.builds(Delete, NUMBERS),
    st.builds(Shift, NUMBERS, TIMES),
    st.builds(ReplaceText, st.sampled_from(["e", "the", "a b"]), TEXTS),
    st.builds(FixCues, st.none() | st.tuples(NUMBERS)),
)


@given(edits=st.lists(EDITS, max_size=5))
@settings(max_examples=30)
def test_any_edits_can_be_undone_in_turn(edits: list[Edit]) -> None:
    track, splices = TRACK, []
    for edit in edits:
        try:
            track, splice = apply(track, edit, RULES)
        except CutroomError:
            continue
        splices.append(splice)
        assert [cue.start for cue in track.cues] == sorted(cue.start for cue in track.cues)
    for splice in reversed(splices):
        track = splice.inverse().apply(track)
    assert track == TRACK
