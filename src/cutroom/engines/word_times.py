"""Words as a service sends them, brought into order: times that are missing or impossible are filled in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cutroom.subtitles import Word

_MICROSECONDS = 1_000_000
_FAR = 60
"""Seconds behind twice the sound's length: Whisper pads short sounds to 30 s and invents words there, but
what lies farther is no time in seconds."""

_LONGEST = 366 * 86_400
_PER_CHARACTER = Fraction(7, 100)
"""Seconds: English is spoken at some 15 characters per second."""


@dataclass(frozen=True)
class SentWord:
    """A word with the times of a service, which may be anything.

    Attributes:
        text: Not empty.
        start: Seconds from the sound's beginning, if it is a number at all.
        end: Likewise.
        glued: Whether no space comes before it.
        confidence: 0 to 1, or None.
        speaker: A name, or None.
    """

    text: str
    start: object
    end: object
    glued: bool = False
    confidence: float | None = None
    speaker: str | None = None


@dataclass(frozen=True)
class Ordered:
    """Words in order.

    Attributes:
        words: Starts never fall, every end is at or after its start, all lie in the sound.
        filled: How many had no usable time and got one between their neighbours'.
        dropped: How many were left out because they began behind the sound's end.
    """

    words: tuple[Word, ...]
    filled: int
    dropped: int
    is_nonsense: bool
    """Whether most times cannot be seconds of this sound."""


@dataclass(frozen=True)
class _Anchor:
    start: Fraction
    end: Fraction


def put_in_order(sent: Sequence[SentWord], seconds: Fraction) -> Ordered:
    """Give every word a time in `[0, seconds]`, keeping the order in which the words were sent.

    The longest run of words whose times never fall is believed; a single word far off loses its time, not
    all that follow it.

    Args:
        sent: In the order of speech.
        seconds: Length of the sound, 0 or more.
    """
    times = [_read(word) for word in sent]
    known = [(word, time) for word, time in zip(sent, times, strict=True) if not _is_behind(time, seconds)]
    dropped = len(sent) - len(known)
    anchors = _believable([_within(time, seconds) for _, time in known])
    placed = _fill([word for word, _ in known], anchors, seconds)
    words = tuple(
        Word(time.start, time.end, word.text, word.glued and number > 0, word.confidence, word.speaker)
        for number, ((word, _), time) in enumerate(zip(known, placed, strict=True))
    )
    given = [time.start for time in times if time is not None]
    far = sum(start > 2 * seconds + _FAR for start in given)
    return Ordered(words, sum(anchor is None for anchor in anchors), dropped, 2 * far > len(given))


def moment(value: object) -> Fraction | None:
    """Return seconds to the microsecond; None for what is no finite number or longer than a year."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not -_LONGEST < value < _LONGEST:  # neither is NaN
        return None
    return Fraction(round(value * _MICROSECONDS), _MICROSECONDS)


def share(value: object) -> float | None:
    """Return a confidence in [0, 1]; None for what is no number."""
    known = moment(value)
    return None if known is None else min(1.0, max(0.0, float(known)))


def _read(word: SentWord) -> _Anchor | None:
    start, end = moment(word.start), moment(word.end)
    if start is None or end is None or end < 0:
        return None
    return _Anchor(start, max(start, end))


def _is_behind(time: _Anchor | None, seconds: Fraction) -> bool:
    return time is not None and time.start >= seconds


def _within(time: _Anchor | None, seconds: Fraction) -> _Anchor | None:
    if time is None:
        return None
    start = max(Fraction(0), time.start)
    return _Anchor(start, min(seconds, max(start, time.end)))


def _believable(times: list[_Anchor | None]) -> list[_Anchor | None]:
    """Keep the longest subsequence whose starts never fall (patience sorting, O(n log n))."""
    tails: list[int] = []  # the last word of the best run of each length
    starts: list[Fraction] = []
    before: dict[int, int | None] = {}
    for number, time in enumerate(times):
        if time is None:
            continue
        place = bisect_right(starts, time.start)
        before[number] = tails[place - 1] if place else None
        tails[place : place + 1] = [number]
        starts[place : place + 1] = [time.start]
    kept: set[int] = set()
    at = tails[-1] if tails else None
    while at is not None:
        kept.add(at)
        at = before[at]
    return [time if number in kept else None for number, time in enumerate(times)]


def _fill(words: list[SentWord], anchors: list[_Anchor | None], seconds: Fraction) -> list[_Anchor]:
    placed: list[_Anchor] = []
    number = 0
    while number < len(words):
        anchor = anchors[number]
        if anchor is not None:
            placed.append(anchor)
            number += 1
            continue
        end = number
        while end < len(words) and anchors[end] is None:
            end += 1
        after = anchors[end] if end < len(words) else None
        low = placed[-1].end if placed else Fraction(0)
        high = after.start if after is not None else seconds
        if placed and low > high:  # the word before runs into the word after
            low = placed[-1].start
        texts = [word.text for word in words[number:end]]
        # Not over a whole pause: they lie close to the word before them, the first ones to the one after.
        room = min(high - low, sum(len(text) for text in texts) * _PER_CHARACTER)
        low, high = (low, low + room) if placed else (high - room, high)
        placed += [_Anchor(*span) for span in spread(texts, low, high)]
        number = end
    return placed


def spread(texts: Sequence[str], low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Lay words one after the other by their length; return where each begins and ends.

    Args:
        texts: Of the words, none empty.
        low: Seconds where the first begins.
        high: Where the last ends, not before `low`.
    """
    total = sum(len(text) for text in texts)
    laid: list[tuple[Fraction, Fraction]] = []
    done = 0
    for text in texts:
        start = low + (high - low) * done / total
        done += len(text)
        laid.append((start, low + (high - low) * done / total))
    return laid
