from fractions import Fraction

import pytest

from cutroom.subtitles.check import check
from cutroom.subtitles.cue import Track
from cutroom.subtitles.explain import explain
from cutroom.subtitles.rules import read_preset
from cutroom.subtitles.segment import segment
from cutroom.subtitles.violation import Violation
from cutroom.subtitles.word import Word

NETFLIX = read_preset("netflix")
RATE = Fraction(24)


def word(start, end, text):
    return Word(Fraction(str(start)), Fraction(str(end)), text)


def reasons(words, rules=NETFLIX, **known):
    track = Track(segment(words, rules, language="en", rate=RATE, **known), "en", RATE)
    return {each.rule: explain(each, track, rules) for each in check(track, rules, **known)}


def test_speech_that_is_too_fast_is_measured():
    words = [word(n / 10, n / 10 + 0.09, "word") for n in range(200)]
    reason = reasons(words)["too-fast"]
    assert reason.startswith("These ")
    assert "characters per second is the slowest they can be shown" in reason
    slow = NETFLIX.with_changes(reading_speed=None, words_per_minute=Fraction(180))
    assert "words per minute is the slowest" in reasons(words, slow)["too-fast"]


def test_a_word_without_end_is_named():
    found = reasons([word(0, 9, "Aaaah!"), word(9, 10, "x" * 50), word(12, 13, "end")])
    assert found["too-long"] == "This one word is said for longer than a cue may stay."
    assert found["line-too-long"].startswith("This line is one word")


@pytest.mark.parametrize(
    ("seconds", "reason"), [(2, "Its last word ends at 2.5 s"), (3, "It would be gone too soon")]
)
def test_what_is_shown_after_the_end_is_explained(seconds, reason):
    words = [word(2.4, 2.5, "Supercalifragilistic")]
    assert reasons(words, seconds=Fraction(seconds))["after-end"].startswith(reason)


def test_what_is_not_known_is_not_explained():
    track = Track(segment([word(0, 1, "Yes.")], NETFLIX), "en")
    assert explain(Violation("empty", 0, "The cue has no text."), track, NETFLIX) is None
    assert explain(Violation("too-fast", 7, "Of another track."), track, NETFLIX) is None
