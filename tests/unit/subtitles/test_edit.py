"""Edits: each does what it says, and its splice undoes it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cutroom.base.errors import NotFound, Refused
from cutroom.subtitles import Cue, Track
from cutroom.subtitles.edit import (
    Delete,
    Edit,
    FixCues,
    Insert,
    Merge,
    ReplaceText,
    SetPlace,
    SetSpeaker,
    SetText,
    SetTimes,
    Shift,
    Split,
    apply,
    carry_out,
    label,
)
from edited_track import RATE, RULES, TRACK, cue_at, seconds_of


def _done(edit: Edit, track: Track = TRACK) -> tuple[Cue, ...]:
    changed, splice = apply(track, edit, RULES)
    assert splice.apply(track) == changed
    assert splice.inverse().apply(changed) == track
    return changed.cues


def test_text_is_tidied_and_its_words_follow() -> None:
    cue = _done(SetText(0, " Hello you,\r\n\r\n<i>my friend</i>, how are you? \x00"))[0]
    assert cue.text == "Hello you,\n<i>my friend</i>, how are you?"
    assert [word.text for word in cue.words] == ["Hello", "you,", "my", "friend,", "how", "are", "you?"]
    old = TRACK.cues[0].words
    assert (cue.words[0], cue.words[2:]) == (old[0], (old[2], *old[4:]))


def test_the_same_text_is_no_change() -> None:
    _, splice = apply(TRACK, SetText(1, "Fine, thanks. \n"), RULES)
    assert not splice


def test_times_move_to_frames_and_cues_stay_sorted() -> None:
    cues = _done(SetTimes(0, seconds_of(7.01), seconds_of(8.99)))
    assert [cue.text[:5] for cue in cues] == ["Fine,", "Hello", "And y"]
    assert (cues[1].start, cues[1].end) == (7, 9)
    assert cues[1].words == TRACK.cues[0].words


@pytest.mark.parametrize(("start", "end"), [(3, 3), (3, 2), (-1, 2), (3, 3.01), (0, 1e8)])
def test_times_that_cannot_be_are_refused(start: float, end: float) -> None:
    for edit in (SetTimes(0, seconds_of(start), seconds_of(end)), Insert(seconds_of(start), seconds_of(end))):
        with pytest.raises(Refused) as raised:
            apply(TRACK, edit, RULES)
        assert raised.value.code_word == "bad_times"


def test_a_cue_is_split_where_its_words_are() -> None:
    first, second = _done(Split(0, at=len("Hello there, ")))[:2]
    assert (first.text, second.text) == ("Hello there,", "<i>my dear friend</i>, how are you?")
    assert [word.text for word in first.words] == ["Hello", "there,"]
    assert (first.start, second.start, second.end) == (1, 2, 4)
    assert second.start - first.end == RULES.gap_frames / RATE


def test_a_caret_in_a_tag_or_a_word_splits_there() -> None:
    first, second = _done(Split(0, at=len("Hello there, <")))[:2]
    assert (first.text, second.text) == ("Hello there,", "<i>my dear friend</i>, how are you?")
    first, second = _done(Split(0, at=len("Hello there, <i>my d")))[:2]
    assert (first.text, second.text) == ("Hello there, <i>my d</i>", "<i>ear friend</i>, how are you?")
    assert (first.words[-1].text, second.words[0].text) == ("d", "ear")
    assert first.words[-1].end == second.words[0].start


def test_a_cue_is_split_at_a_time() -> None:
    first, second = _done(Split(0, seconds=Fraction(9, 4)))[:2]
    assert first.text == "Hello there, <i>my</i>"
    assert second.start == Fraction(9, 4)
    assert _done(Split(1, seconds=seconds_of(6.2)))[1].text == "Fine,"


def test_unknown_words_share_the_time_by_their_letters() -> None:
    first, second = _done(Split(1, at=6))[1:3]
    assert (first.text, second.text) == ("Fine,", "thanks.")
    assert second.start == 5 + Fraction(round(48 * Fraction(5, 12)), 24)
    assert second.start - first.end == Fraction(2, 24)


def test_two_speakers_part_without_their_dashes() -> None:
    track = Track((cue_at(1, 4, "- Yes.\n- <i>No.</i>"),), "en", RATE)
    assert [cue.text for cue in _done(Split(0, at=7), track)] == ["Yes.", "<i>No.</i>"]


@pytest.mark.parametrize("edit", [Split(0), Split(0, at=0), Split(0, at=99), Split(0, at=-5)])
def test_halves_need_text(edit: Split) -> None:
    with pytest.raises(Refused) as raised:
        apply(TRACK, edit, RULES)
    assert raised.value.code_word == "cannot_split"


def test_halves_need_time() -> None:
    track = Track((Cue(Fraction(1), Fraction(25, 24), "Yes no."),), "en", RATE)
    with pytest.raises(Refused, match="too short"):
        apply(track, Split(0, at=4), RULES)


def test_merging_joins_text_words_and_time() -> None:
    cue = _done(Merge(0))[0]
    assert cue.text.split() == [*TRACK.cues[0].text.split(), "Fine,", "thanks."]
    assert (cue.start, cue.end, cue.words) == (1, 7, TRACK.cues[0].words)


def test_merging_two_speakers_gives_each_a_line() -> None:
    track = Track((cue_at(1, 2, "Yes\nyes.", speaker="1"), cue_at(2, 3, "No.", speaker="2")), "en", RATE)
    cue = _done(Merge(0), track)[0]
    assert (cue.text, cue.speaker) == ("- Yes yes.\n- No.", None)


def test_merging_chinese_needs_no_space() -> None:
    track = Track((cue_at(1, 2, "你好,"), cue_at(2, 3, "世界。")), "zh", RATE)
    assert _done(Merge(0), track)[0].text.replace("\n", "") == "你好,世界。"


def test_inserting_deleting_and_saying_who_and_where() -> None:
    assert [cue.text for cue in _done(Insert(seconds_of(4.5), Fraction(5), "New"))][1] == "New"
    assert len(_done(Delete(1))) == 2
    assert {word.speaker for word in _done(SetSpeaker(0, " Ann "))[0].words} == {"Ann"}
    assert _done(SetSpeaker(2, ""))[2].speaker is None
    assert _done(SetPlace(1, "top"))[1].place == "top"


def test_shifting_moves_words_too_by_whole_frames() -> None:
    cues = _done(Shift(0, seconds_of(-0.5)))
    assert [cue.start for cue in cues] == [Fraction(1, 2), Fraction(9, 2), 7]
    assert cues[0].words[0].start == Fraction(1, 2)
    assert _done(Shift(1, seconds_of(0.02))) == TRACK.cues
    with pytest.raises(Refused, match="before the recording"):
        apply(TRACK, Shift(0, Fraction(-2)), RULES)


def test_replacing_text_keeps_its_looks() -> None:
    pal = _done(ReplaceText("dear friend", "<b>pal</b>"))[0]
    assert pal.text == "Hello there, <i>my <b>pal</b></i>,\nhow are you?"
    assert _done(ReplaceText("i", "y"))[0].text == "Hello there, <i>my dear fryend</i>,\nhow are you?"
    spanning = _done(ReplaceText("friend, how", "pal. How"))[0].text
    assert spanning.replace("\n", " ").endswith("pal. How</i> are you?")


def test_replacing_finds_case_and_words_as_asked() -> None:
    assert _done(ReplaceText("YOU", "we", match_case=False))[2].text == "And we?"
    assert _done(ReplaceText("YOU", "we")) == TRACK.cues
    assert _done(ReplaceText("an", "xx", whole_words=True)) == TRACK.cues
    with pytest.raises(Refused, match="what to find"):
        apply(TRACK, ReplaceText(" ", "x"), RULES)


def test_a_cue_of_which_nothing_is_left_goes() -> None:
    assert [cue.text for cue in _done(ReplaceText("Fine, thanks.", ""))][1] == "And you?"


def test_fixing_is_an_edit() -> None:
    track = Track((cue_at(1, 1.2, "Hello."), cue_at(5, 5.2, "Hello.")), "en", RATE)
    cues = _done(FixCues((1,), ("too-short",)), track)
    assert cues[0] == track.cues[0]
    assert cues[1].end - cues[1].start == Fraction(20, 24)
    done = carry_out(track, FixCues((1,)), RULES)
    assert [(change.cue, change.rule) for change in done.changes] == [(1, "too-short")]
    assert carry_out(track, Delete(0), RULES).changes == ()
    with pytest.raises(Refused, match="no rule 'ugly'"):
        apply(track, FixCues(None, ("ugly",)), RULES)


@pytest.mark.parametrize(
    "edit", [SetText(3, "x"), Delete(-1), Merge(2), SetPlace(9, "top"), Shift(3, Fraction(1))]
)
def test_cues_that_are_not_there_are_not_found(edit: Edit) -> None:
    with pytest.raises(NotFound) as raised:
        apply(TRACK, edit, RULES)
    assert raised.value.code_word == "unknown_cue"


def test_huge_texts_are_refused() -> None:
    with pytest.raises(Refused, match="10,001 characters"):
        apply(TRACK, SetText(0, "x" * 10_001), RULES)


def test_edits_have_names() -> None:
    assert label(Merge(0)) == "Join the next cue to cue 1"
    assert label(ReplaceText("a", "b")) == "Replace text"
