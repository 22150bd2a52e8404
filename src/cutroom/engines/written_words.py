"""Words with times and a text with punctuation laid over each other: the words as they are written.

Whisper's services give the times of bare words ("day") beside the whole text ("day. People"). What subtitles
need is both. Letters and digits must agree; everything between two words goes to one of them.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cutroom.engines.word_times import SentWord

_LOOK_AHEAD = 120
"""Letters of the text that may lie between two words that have times."""

_OPENING = frozenset({"Ps", "Pi"})
"""Categories of Unicode: opening brackets and quotation marks."""

_OPENING_SIGNS = "¿¡"
_FULL_WIDTH = frozenset({"W", "F"})


@dataclass(frozen=True)
class _Span:
    """Where a word's letters lie in the text, and the word with its times; None where it has none."""

    start: int
    end: int
    word: SentWord | None


@dataclass(frozen=True)
class _Letters:
    """The letters of a text, folded for comparison, and where each lies."""

    folded: str
    places: tuple[int, ...]


def write_words(words: Sequence[SentWord], text: str) -> list[SentWord]:
    """Return the words as the text writes them: punctuation, capitals, spaces or none before them.

    Words of the text that have no times come back without; words that the text lacks stay as they are.

    Args:
        words: In order, bare or not.
        text: What was said, as it is written.
    """
    letters = _letters(text)
    spans: list[_Span | SentWord] = []
    at = 0
    for word in words:
        wanted = _letters(word.text).folded
        if not wanted:
            continue  # a mark alone: the text has it beside a word
        found = _find(letters, wanted, at, text)
        if found is None:
            spans.append(word)
            continue
        spans += _untimed(letters, at, found, text)
        at = found + len(wanted)
        spans.append(_Span(letters.places[found], letters.places[at - 1] + 1, word))
    spans += _untimed(letters, at, len(letters.folded), text)
    return _write(spans, text)


def split_words(text: str) -> list[SentWord]:
    """Return the words of a text without times; scripts without spaces give one per character."""
    letters = _letters(text)
    return _write(_untimed(letters, 0, len(letters.folded), text), text)


def _letters(text: str) -> _Letters:
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if _is_letter(character):
            for part in character.casefold():
                folded.append(part)
                places.append(place)
    return _Letters("".join(folded), tuple(places))


def _is_letter(character: str) -> bool:
    """Say whether it carries sound: letters, digits and the marks on them."""
    return unicodedata.category(character)[0] in "LMN"


def _find(letters: _Letters, wanted: str, at: int, text: str) -> int | None:
    """Return where a word begins among the letters, the nearest place from `at` on."""
    if letters.folded.startswith(wanted, at) and _is_border(letters, at + len(wanted)):
        return at
    end = at + _LOOK_AHEAD + len(wanted)
    found = letters.folded.find(wanted, at, end)
    while found >= 0:
        # Farther away only whole words count: "a" is not the middle of "what".
        if _begins_word(letters, found, text) and _begins_word(letters, found + len(wanted), text):
            return found
        found = letters.folded.find(wanted, found + 1, end)
    return None


def _is_border(letters: _Letters, at: int) -> bool:
    """Say whether a character of the text begins here: "ß" is folded to two letters."""
    return at in {0, len(letters.folded)} or letters.places[at - 1] != letters.places[at]


def _begins_word(letters: _Letters, at: int, text: str) -> bool:
    if at in {0, len(letters.folded)}:
        return True
    place = letters.places[at]
    return letters.places[at - 1] + 1 < place or _stands_alone(text[place])


def _stands_alone(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _FULL_WIDTH


def _untimed(letters: _Letters, start: int, end: int, text: str) -> list[_Span | SentWord]:
    """Return the words among letters `start` to `end`, parted by white space or full width."""
    spans: list[_Span | SentWord] = []
    begin = start
    for at in range(start + 1, end + 1):
        if at == end or _is_parted(letters, at, text):
            spans.append(_Span(letters.places[begin], letters.places[at - 1] + 1, None))
            begin = at
    return spans


def _is_parted(letters: _Letters, at: int, text: str) -> bool:
    before, place = letters.places[at - 1], letters.places[at]
    between = text[before + 1 : place]
    is_mark = unicodedata.category(text[place])[0] == "M"
    return any(map(str.isspace, between)) or (before < place and not is_mark and _stands_alone(text[place]))


def _write(spans: Sequence[_Span | SentWord], text: str) -> list[SentWord]:
    """Cut the text between the spans and give each word its part."""
    written: list[SentWord] = []
    places = [span for span in spans if isinstance(span, _Span)]
    inner = [_boundary(text, one.end, two.start) for one, two in itertools.pairwise(places)]
    bounds = [0, *inner, len(text)]
    number = 0
    for span in spans:
        if isinstance(span, SentWord):
            written.append(replace(span, text=" ".join(span.text.split())))
            continue
        own = text[bounds[number] : bounds[number + 1]]
        is_glued = number > 0 and not text[bounds[number] - 1].isspace() and not own[0].isspace()
        word = span.word or SentWord("", None, None)
        written.append(replace(word, text=" ".join(own.split()), glued=is_glued))
        number += 1
    return written


def _boundary(text: str, start: int, end: int) -> int:
    """Return where the next word begins, between the end of one's letters and the start of the next's."""
    place = end
    while place > start and not text[place - 1].isspace():
        place -= 1
    if place > start:
        return place
    # No space: closing marks stay behind, opening ones go along.
    place = end
    while place > start and _opens(text[place - 1]):
        place -= 1
    return place


def _opens(character: str) -> bool:
    return character in _OPENING_SIGNS or unicodedata.category(character) in _OPENING
