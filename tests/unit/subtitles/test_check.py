"""The checker: each rule at its limit and one step beyond, at several frame rates."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from cutroom.subtitles import RULES, Cue, Rules, Track, Word, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.drift import word_drift
from told_cues import RATES

RULES_OF_TEST = Rules(
    name="test",
    title="Test",
    source="this test",
    line_characters={"default": 20, "zh": 5},
    lines=2,
    min_seconds=Fraction(5, 6),
    max_seconds=Fraction(7),
    gap_frames=2,
    close_gap_seconds=Fraction(1, 2),
    reading_speed={"default": Fraction(20)},
    words_per_minute=None,
    cue_words=None,
    linger_seconds=Fraction(1, 2),
    shot_seconds=Fraction(1, 2),
    shot_snap_seconds=Fraction(7, 24),
)


def _track(*cues: tuple[int, int, str], rate: Fraction = Fraction(24), language: str = "en") -> Track:
    return Track(tuple(Cue(start / rate, end / rate, text) for start, end, text in cues), language, rate)


def _broken(
    track: Track,
    rules: Rules = RULES_OF_TEST,
    shots: Sequence[Fraction] = (),
    seconds: Fraction | None = None,
) -> list[tuple[str, int]]:
    return [
        (violation.rule, violation.cue) for violation in check(track, rules, shots=shots, seconds=seconds)
    ]


def test_a_track_without_cues_breaks_nothing() -> None:
    assert check(Track(()), read_preset("netflix")) == []


@pytest.mark.parametrize("rate", RATES)
def test_durations_are_counted_in_frames(rate: Fraction) -> None:
    shortest = -(-5 * rate // 6)
    longest = 7 * rate // 1
    for frames, expected in [
        (shortest, []),
        (shortest - 1, ["too-short"]),
        (longest, []),
        (longest + 1, ["too-long"]),
        (0, ["ends-before-start"]),
        (-3, ["ends-before-start"]),
    ]:
        track = _track((10, 10 + int(frames), "Yes."), rate=rate)
        assert [rule for rule, _ in _broken(track)] == expected, frames


@pytest.mark.parametrize("rate", RATES)
def test_gaps_are_counted_in_frames(rate: Fraction) -> None:
    closed = -(-rate // 2)
    end = int(rate)
    for gap, expected in [
        (-1, [("overlap", 1)]),
        (0, [("gap-too-small", 0)]),
        (1, [("gap-too-small", 0)]),
        (2, []),
        (3, [("gap-not-closed", 0)]),
        (int(closed) - 1, [("gap-not-closed", 0)]),
        (int(closed), []),
    ]:
        track = _track((0, end, "Yes."), (end + gap, end + gap + end, "No."), rate=rate)
        assert _broken(track) == expected, gap


@pytest.mark.parametrize("rate", RATES)
def test_reading_speed_is_exact(rate: Fraction) -> None:
    frames = int(-(-rate // 1))  # the first whole frame at or after one second: 20 characters fit
    assert _broken(_track((0, frames, "x" * 20), rate=rate)) == []
    found = check(_track((0, frames - 1, "x" * 20), rate=rate), RULES_OF_TEST)
    assert [violation.rule for violation in found] == ["too-fast"]
    assert found[0].value is not None
    assert found[0].value > 20.0
    assert "at most 20." in found[0].message


def test_markup_line_breaks_and_marks_count_nothing() -> None:
    assert _broken(_track((0, 48, "<i>" + "é" * 19 + "e\u0301</i>\n\u200f" + "x" * 20))) == []


def test_half_width_characters_count_half_in_chinese() -> None:
    rules = RULES_OF_TEST.with_changes(reading_speed=None, breaks=False)
    assert _broken(_track((0, 48, "世界世界ab"), language="zh"), rules) == []
    found = check(_track((0, 48, "世界世界abc"), language="zh"), rules)
    assert [(violation.value, violation.limit, violation.line) for violation in found] == [(5.5, 5.0, 0)]


def test_lines_words_and_texts() -> None:
    found = check(_track((0, 150, "one\ntwo " + "x" * 17 + "\nthree")), RULES_OF_TEST)
    assert [(violation.rule, violation.line) for violation in found] == [
        ("line-too-long", 1),
        ("too-many-lines", None),
    ]
    assert found[0].message == "Line 2 has 21 characters; at most 20."
    assert _broken(_track((0, 48, "a b c d.")), RULES_OF_TEST.with_changes(cue_words=3)) == [
        ("too-many-words", 0)
    ]
    assert _broken(_track((0, 48, "<i> </i>\n"))) == [("empty", 0)]


def test_words_per_minute() -> None:
    rules = RULES_OF_TEST.with_changes(words_per_minute=Fraction(180))
    assert _broken(_track((0, 24, "One two three.")), rules) == []
    assert _broken(_track((0, 23, "One two three.")), rules) == [("too-fast", 0)]


def test_times_off_the_grid_count_as_the_nearest_frames() -> None:
    track = Track(
        (Cue(Fraction(-1, 30), Fraction(1), "A."), Cue(Fraction(109, 100), Fraction(3), "B.")),
        "en",
        Fraction(24),
    )
    assert _broken(track) == [("before-zero", 0), ("off-frame", 0), ("off-frame", 1)]
    rounded = Fraction(round(1000 * Fraction(1001, 24000)), 1000)
    assert _broken(Track((Cue(rounded, Fraction(1001, 1000), "A."),), "en", Fraction(24000, 1001))) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (100, 148, []),
        (101, 149, ["starts-near-shot"]),
        (112, 149, []),
        (89, 149, ["starts-near-shot"]),
        (88, 149, ["starts-near-shot"]),
        (100, 198, []),
        (100, 200, ["ends-near-shot"]),
        (100, 199, ["ends-near-shot"]),
        (100, 211, ["ends-near-shot"]),
        (100, 212, []),
        (100, 188, []),
        (100, 189, ["ends-near-shot"]),
    ],
)
def test_shot_changes(start: int, end: int, expected: list[str]) -> None:
    expected = [] if start == 88 else expected
    shots = [Fraction(100, 24), Fraction(200, 24)]
    assert [rule for rule, _ in _broken(_track((start, end, "Yes.")), shots=shots)] == expected


def test_a_cue_chained_to_the_next_may_end_beside_a_shot_change() -> None:
    track = _track((0, 95, "Yes."), (97, 150, "No."))
    assert _broken(track, shots=[Fraction(100, 24)]) == [("starts-near-shot", 1)]


def test_bad_breaks_of_lines_and_cues() -> None:
    assert _broken(_track((0, 48, "This is the\nhouse."))) == [("bad-line-break", 0)]
    assert _broken(_track((0, 48, "This is the"), (50, 98, "house."))) == [("bad-cue-break", 0)]
    assert _broken(_track((0, 48, "This is the"), (60, 108, "house."))) == []
    assert _broken(_track((0, 48, "This is the\nhouse.")), RULES_OF_TEST.with_changes(breaks=False)) == []
    speakers = _track((0, 48, "This is the"), (50, 98, "house."))
    first, second = speakers.cues
    other = Cue(second.start, second.end, second.text, speaker="2")
    assert _broken(Track((first, other), "en", Fraction(24))) == []


def test_nothing_is_shown_after_the_end() -> None:
    track = _track((0, 48, "Yes."))
    assert _broken(track, seconds=Fraction(48, 24)) == []
    assert _broken(track, seconds=Fraction(47, 24)) == [("after-end", 0)]


def test_every_rule_can_be_found_and_is_known() -> None:
    rules = RULES_OF_TEST.with_changes(cue_words=3)
    cues = [
        Cue(Fraction(-1), Fraction(-1), ""),
        Cue(Fraction(0), Fraction(9), "x" * 30 + "\nthe\nhouse the"),
        Cue(Fraction(8), Fraction(81, 10), "b c d e"),
        Cue(Fraction(197, 24), Fraction(9), "a"),
        Cue(Fraction(220, 24), Fraction(11), "of"),
        Cue(Fraction(265, 24), Fraction(13), "it"),
    ]
    found = check(
        Track(tuple(cues), "en", Fraction(24)), rules, shots=[Fraction(263, 24)], seconds=Fraction(12)
    )
    assert {violation.rule for violation in found} >= set(RULES) - {"ends-near-shot", "bad-cue-break"}
    assert [violation.cue for violation in found] == sorted(violation.cue for violation in found)
    assert all(violation.message.endswith(".") for violation in found)


def test_drift_is_what_a_cue_lacks_of_its_words() -> None:
    rate = Fraction(25)
    words = (Word(Fraction(1), Fraction(2), "a"), Word(Fraction(2), Fraction(3), "b"))
    cues = (
        Cue(Fraction(24, 25), Fraction(4), "a b", words),
        Cue(Fraction(28, 25), Fraction(74, 25), "a b", words),
        Cue(Fraction(5), Fraction(6), "c"),
    )
    assert [
        (drift.cue, drift.late, drift.early, drift.frames) for drift in word_drift(Track(cues, "en", rate))
    ] == [
        (0, 0, 0, 0),
        (1, 3, 1, 3),
    ]
