r"""Words and their times inside a line of Advanced SubStation Alpha: `{\k25}` before each, in 10 ms.

A duration is the difference of two rounded times, so that rounding does not add up along a line. A pause is
a syllable without text.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from cutroom.subtitles.cue import Cue
from cutroom.subtitles.word import Word

_HYPHENS = "-\u2010\u2013\u2014"


def marks(cue: Cue, shown: str) -> dict[int, str]:
    """Return which tags stand before which characters of a text.

    Args:
        cue: With words.
        shown: Its text without markup.

    Returns:
        By place, from 0; empty where the words are not those of the text, as after a change by hand.
    """
    places = _places(cue.words, shown)
    if not places:
        return {}
    tags: dict[int, str] = {}
    now = centiseconds(cue.start)
    last = centiseconds(cue.end)
    for number, ((begin, end), word) in enumerate(zip(places, cue.words, strict=True)):
        start = min(max(now, centiseconds(word.start)), last)
        following = cue.words[number + 1].start if number + 1 < len(places) else word.end
        stop = min(max(start, min(centiseconds(word.end), centiseconds(following))), last)
        pause = f"{{\\k{start - now}}}" if start > now else ""
        tags[begin] = tags.get(begin, "") + pause + f"{{\\k{stop - start}}}"
        now = stop
        tags[end] = ""
    return {place: tag for place, tag in tags.items() if tag}


def centiseconds(seconds: Fraction) -> int:
    """Return a time in units of 10 ms, halves rounded up; 0 for times before zero."""
    return max(0, math.floor(seconds * 100 + Fraction(1, 2)))


def _places(words: Sequence[Word], shown: str) -> list[tuple[int, int]]:
    """Return where each word begins and ends in a text; nothing unless they are the whole text."""
    places: list[tuple[int, int]] = []
    at = 0
    for word in words:
        while at < len(shown) and (shown[at].isspace() or _is_turn(shown, at)):
            at += 1
        if not shown.startswith(word.text, at):
            return []
        places.append((at, at + len(word.text)))
        at += len(word.text)
    return places if not shown[at:].strip() else []


def _is_turn(shown: str, at: int) -> bool:
    """Whether this is the hyphen before what a second speaker says, which is nobody's word."""
    return shown[at] in _HYPHENS and (at == 0 or shown[at - 1] == "\n") and shown[at + 1 : at + 2] == " "


class Syllables:
    """Words in the making, from syllables with durations."""

    def __init__(self, start: Fraction) -> None:
        """Begin at the cue's start, in seconds."""
        self._now = start
        self._next = start
        self._timed = False
        self._pieces: list[tuple[Fraction, Fraction, str]] = []

    def advance(self, hundredths: int) -> None:
        """Begin a syllable of some length; it begins where the one before ended."""
        self._timed = True
        self._now, self._next = self._next, self._next + Fraction(hundredths, 100)

    def add(self, text: str) -> None:
        """Add text of the current syllable."""
        self._pieces.append((self._now, self._next, text))

    def words(self) -> tuple[Word, ...]:
        """Return the words: syllables without a space between them are one, but for those of Han and kana."""
        if not self._timed:
            return ()
        words: list[Word] = []
        is_open = False
        for start, end, text in self._pieces:
            for part in _split(text):
                if part.isspace():
                    is_open = False
                elif is_open and not _is_wide(words[-1].text[-1], part[0]):
                    words[-1] = Word(words[-1].start, end, words[-1].text + part, words[-1].glued)
                else:
                    words.append(Word(start, end, part, glued=is_open))
                    is_open = True
        return tuple(words)


def _split(text: str) -> list[str]:
    """Return the stretches of a text that are all white space or have none."""
    parts: list[str] = []
    for letter in text:
        if parts and parts[-1][0].isspace() == letter.isspace():
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def _is_wide(left: str, right: str) -> bool:
    return all(unicodedata.east_asian_width(letter) in "WF" for letter in (left, right))
