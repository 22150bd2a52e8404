"""A small track of subtitles to be edited."""

from __future__ import annotations

from fractions import Fraction

from cutroom.subtitles import Cue, Track, Word, read_preset

RULES = read_preset("netflix")

RATE = Fraction(24)


def seconds_of(value: float) -> Fraction:
    """Return a time exactly as it is written."""
    return Fraction(str(value))


def cue_at(
    start: float, end: float, text: str, *, is_spoken: bool = False, speaker: str | None = None
) -> Cue:
    """Return a cue; its words, if wanted, last 0.2 s with pauses of 0.3 s."""
    plain = text.replace("<i>", "").replace("</i>", "").split()
    words = [
        Word(
            seconds_of(start) + n * Fraction(1, 2),
            seconds_of(start) + n * Fraction(1, 2) + Fraction(1, 5),
            word,
        )
        for n, word in enumerate(plain)
    ]
    return Cue(seconds_of(start), seconds_of(end), text, tuple(words) if is_spoken else (), speaker=speaker)


TRACK = Track(
    (
        cue_at(1, 4, "Hello there, <i>my dear friend</i>,\nhow are you?", is_spoken=True),
        cue_at(5, 7, "Fine, thanks."),
        cue_at(7.5, 9, "And you?", speaker="2"),
    ),
    "en",
    RATE,
)
