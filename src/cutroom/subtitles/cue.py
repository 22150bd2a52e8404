"""The cue model: a text that is shown from one time to another, and the track of all cues."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cutroom.subtitles.word import Word

Place = Literal["bottom", "top", "middle"]


@dataclass(frozen=True, slots=True)
class Cue:
    r"""What stands on the picture at one time.

    Attributes:
        start: Seconds on the timeline of the picture; the first moment it is shown.
        end: Seconds; the first moment it is gone.
        text: Lines separated by "\n". `<i>`, `<b>`, `<u>` and their ends are markup; everything else
            stands for itself (see `markup`).
        words: The spoken words it was made from, in order; empty where nobody knows.
        speaker: Who says it; None where that is not known.
        place: Where on the picture.
    """

    start: Fraction
    end: Fraction
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    place: Place = "bottom"


@dataclass(frozen=True, slots=True)
class Track:
    """All cues of one recording in one language, in the order they are shown.

    Attributes:
        cues: Sorted by start; a file from outside may break every other rule.
        language: A BCP 47 tag as "en" or "pt-BR"; "und" where nobody knows.
        rate: Frames per second of the picture; `DEFAULT_RATE` for sound alone.
    """

    cues: tuple[Cue, ...]
    language: str = "und"
    rate: Fraction = Fraction(25)


DEFAULT_RATE = Fraction(25)
"""Frames per second that rules are counted in when there is no picture."""
