"""The fixer: mends each rule, loses no word, breaks nothing more, and finds nothing to do twice."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Track, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.fix import fix
from told_cues import NETFLIX, STORY, letters_of, told_story


def _track(*cues: tuple[float, float, str], language: str = "en") -> Track:
    seconds = [(Fraction(str(start)), Fraction(str(end)), text) for start, end, text in cues]
    return Track(tuple(Cue(*cue) for cue in seconds), language, Fraction(24))


@pytest.mark.parametrize("preset", ["netflix", "bbc"])
@pytest.mark.parametrize("text", ["A long text of one line that takes time.", "No room is short. " * 4])
@pytest.mark.parametrize("before", [60, 90, 101])
def test_swapped_times_are_swapped_back_where_there_is_room(text: str, preset: str, before: int) -> None:
    rules = read_preset(preset)
    frames = ((20, before, "The one before."), (250, 103, text.strip()), (252, 330, "And the next one."))
    cues = tuple(Cue(Fraction(start, 25), Fraction(end, 25), said) for start, end, said in frames)
    fixed = fix(Track(cues, "en", Fraction(25)), rules)
    assert fixed.remaining == ()
    assert 25 * fixed.track.cues[1].start == 103


def test_swapped_times_are_swapped_back_before_others_spread() -> None:
    crowd = "A text that asks for more time than it has, so that it wants to spread over"
    frames = ((534, 634, crowd), (744, 636, "Half of\nthis one."), (746, 870, "The last one."))
    cues = tuple(Cue(Fraction(start, 25), Fraction(end, 25), said) for start, end, said in frames)
    fixed = fix(Track(cues, "en", Fraction(25)), NETFLIX)
    assert "ends-before-start" not in {violation.rule for violation in fixed.remaining}
    assert all(cue.start < cue.end for cue in fixed.track.cues)


def test_each_change_is_said() -> None:
    fixed = fix(_track((0, 3, "Hello there, my friend."), (2, 5, "How are you today?")), NETFLIX)
    assert [(change.cue, change.rule) for change in fixed.changes] == [(1, "overlap")]
    assert fixed.changes[0].sentence == (
        "The cue before ends 1.08 s earlier (the cue begins before the one before it ends)."
    )


def test_a_clean_track_stays_as_it_is() -> None:
    told = told_story(Fraction(25))
    assert fix(told, NETFLIX) == type(fix(told, NETFLIX))(told, (), ())


def test_cues_out_of_order_are_put_in_order() -> None:
    fixed = fix(_track((5, 7, "Second one."), (1, 3, "First one.")), NETFLIX)
    assert [cue.text for cue in fixed.track.cues] == ["First one.", "Second one."]
    assert "place 2 to 1" in fixed.changes[0].sentence


def test_order_is_left_when_it_breaks_more() -> None:
    lists = [(n * 3.0, n * 3.0 + 2, "The other list has text as well here.") for n in range(5)]
    track = _track(*lists, *((start, end, "x" * 40) for start, end, _ in lists))
    fixed = fix(track, NETFLIX)
    assert len(fixed.remaining) <= len(check(track, NETFLIX))


def test_a_cue_before_the_recording_comes_into_it() -> None:
    fixed = fix(_track((-3, -1, "Hello."), (4, 6, "You there.")), NETFLIX)
    assert fixed.remaining == ()
    assert fixed.track.cues[0].start == 0


def test_swapped_times_are_turned_around() -> None:
    fixed = fix(_track((0, 2, "Yes."), (5, 3, "Hello there."), (5.5, 7, "You there.")), NETFLIX)
    assert fixed.remaining == ()
    assert (fixed.track.cues[1].start, fixed.track.cues[1].end) == (3, 5)


def test_an_empty_cue_goes() -> None:
    fixed = fix(_track((0, 1, "<i></i>"), (0.5, 2, "Hey you.")), NETFLIX)
    assert [cue.text for cue in fixed.track.cues] == ["Hey you."]
    assert fixed.changes[0].sentence.startswith("Removed, because it showed no text")


def test_a_long_cue_is_cut_at_its_words_and_keeps_its_looks() -> None:
    text = (
        "I saw the man with <i>a very big dog</i> that ran along the road. It was not his own dog, he said."
    )
    fixed = fix(_track((1, 8, text)), NETFLIX)
    assert fixed.remaining == ()
    assert len(fixed.track.cues) > 1
    styled = " ".join(cue.text for cue in fixed.track.cues).replace("\n", " ").replace("</i> <i>", " ")
    assert styled == text


def test_shot_changes_are_met() -> None:
    track = _track((4.25, 6, "Hello there."), (8, 10, "You there."))
    shots = [Fraction(100, 24), Fraction(241, 24)]
    assert {violation.rule for violation in check(track, NETFLIX, shots=shots)} == {
        "starts-near-shot",
        "ends-near-shot",
    }
    fixed = fix(track, NETFLIX, shots=shots)
    assert fixed.remaining == ()
    assert (fixed.track.cues[0].start, fixed.track.cues[1].end) == (Fraction(100, 24), Fraction(239, 24))


def test_one_click_mends_one_rule_of_one_cue() -> None:
    track = _track((1, 1.25, "Hello."), (5.01, 5.25, "This is\nthe\nhouse."), (9.01, 9.25, "Hello."))
    fixed = fix(track, NETFLIX, cues={1}, only={"too-short"})
    assert (fixed.track.cues[0], fixed.track.cues[2]) == (track.cues[0], track.cues[2])
    assert {(violation.cue, violation.rule) for violation in fixed.remaining} == {
        (0, "too-short"),
        (0, "too-fast"),
        (1, "too-many-lines"),
        (1, "bad-line-break"),
        (2, "too-short"),
        (2, "too-fast"),
        (2, "off-frame"),
    }
    assert [(change.cue, change.rule) for change in fixed.changes] == [(1, "too-short")]


def test_what_nothing_mends_has_its_reason() -> None:
    crowd = _track((0, 1, "x" * 30 + " " + "y" * 30), (1.125, 2, "z" * 60), (2.125, 3, "w" * 60))
    fixed = fix(crowd, NETFLIX, seconds=Fraction(3))
    assert {violation.rule for violation in fixed.remaining} >= {"too-fast", "line-too-long"}
    reasons = {violation.rule: violation.reason or "" for violation in fixed.remaining}
    assert "is longer than a line, and words are not cut" in reasons["line-too-long"]
    assert "Its 60 characters need 3.00 s" in reasons["too-fast"]
    assert all(reason.endswith(".") for reason in reasons.values())


def test_two_voices_are_not_joined() -> None:
    one, two = _track((1, 1.25, "Yes, I do."), (1.375, 1.5, "No, you do not.")).cues
    track = Track((replace(one, speaker="1"), replace(two, speaker="2")), "en", Fraction(24))
    fixed = fix(track, NETFLIX)
    assert [cue.speaker for cue in fixed.track.cues] == ["1", "2"]


def test_words_shown_one_by_one_become_cues() -> None:
    words = (STORY + " ").split()
    track = _track(*((1 + n * 0.375, 1.375 + n * 0.375, word) for n, word in enumerate(words)))
    assert len(check(track, NETFLIX)) > 2 * len(words)
    fixed = fix(track, NETFLIX)
    assert fixed.remaining == ()
    assert len(fixed.track.cues) < len(words) / 4
    assert letters_of(fixed.track) == "".join(words)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(Refused, match="no rule 'ugly'"):
        fix(_track((0, 1, "Hello.")), NETFLIX, only={"ugly"})
