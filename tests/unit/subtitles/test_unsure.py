"""Unsure words: found in the text as it is shown, and only where an engine said so."""

from __future__ import annotations

from fractions import Fraction

from cutroom.subtitles import Cue, Word
from cutroom.subtitles.unsure import unsure_places


def _cue(text: str, *words: tuple[str, float | None]) -> Cue:
    spoken = tuple(
        Word(Fraction(n), Fraction(n + 1), word, confidence=sure) for n, (word, sure) in enumerate(words)
    )
    return Cue(Fraction(0), Fraction(9), text, spoken)


def test_unsure_words_are_found_between_markup_and_repetitions() -> None:
    cue = _cue("no <i>no</i>,\nno \U0001f600 yes", ("no", 0.9), ("no,", 0.49), ("no", 0.5), ("yes", 0.0))
    assert unsure_places(cue) == [(3, 6), (12, 15)]


def test_without_confidences_nothing_is_unsure() -> None:
    assert unsure_places(_cue("no no", ("no", None), ("no", 1.0))) == []
    assert unsure_places(_cue("no no")) == []


def test_words_that_the_text_does_not_hold_are_passed_over() -> None:
    assert unsure_places(_cue("one three", ("one", 0.1), ("two", 0.1), ("three", 0.1))) == [(0, 3), (4, 9)]
