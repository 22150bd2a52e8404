"""A spoken word: what was said, when, and how sure the recogniser is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or in scripts without spaces one character or phrase, with its punctuation.

    Attributes:
        start: Seconds on the timeline of the recording, 0 or more.
        end: Seconds, not before `start`.
        text: As written, without spaces at its ends; never empty.
        glued: Whether it follows the word before it without a space (Chinese, or "'s" alone).
        confidence: 0 to 1; None where the recogniser does not say.
        speaker: A stable name such as "1"; None where speakers are not told apart.
    """

    start: Fraction
    end: Fraction
    text: str
    glued: bool = False
    confidence: float | None = None
    speaker: str | None = None


def join_words(words: Iterable[Word]) -> str:
    """Return words as one line of text."""
    parts: list[str] = []
    for word in words:
        if parts and not word.glued:
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)
