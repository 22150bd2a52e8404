"""Words under edited text: those that stay keep their times, new ones share the time between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import pairwise

from cutroom.subtitles.reading import visible
from cutroom.subtitles.word import Word

_WHOLE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese and Khmer: no spaces between words, and one character is none."""
_SINGLE = (
    "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Han characters and kana: no spaces either, but every character may be a word."""
_LETTERS = _SINGLE + _WHOLE
SPACELESS = re.compile(f"[{_LETTERS}]")
"""A letter of a script that has no spaces between words."""
_OPENING = r"(\[{\u201c\u2018\u300c\u300e\uff08\u3008\u300a\u3010\u3014\uff3b\uff5b"
"""Brackets and quotation marks that belong to what follows."""
_PIECE = re.compile(f"[{_OPENING}]*[{_LETTERS}][^{_LETTERS}{_OPENING}\\w]*|[^{_LETTERS}]+")
SPEAKERS_DASH = re.compile(r"^\s*[-\u2010-\u2015]\s*", re.MULTILINE)
"""Before a line: another speaker's."""
DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs of direction, which are put before lines and are no part of words."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that is matched as a whole: what stands between spaces, or one Chinese character."""

    text: str
    glued: bool

    @property
    def is_part(self) -> bool:
        """Whether it may be only a part of a word with the piece it is glued to."""
        return bool(re.search(f"[{_WHOLE}]", self.text))

    @property
    def key(self) -> str:
        """What is compared: case and punctuation change neither what is spoken nor when."""
        plain = "".join(c for c in self.text.casefold() if unicodedata.category(c)[0] not in "PSZC")
        return plain or self.text


@dataclass(frozen=True, slots=True)
class _Unit:
    """Old words that begin and end where pieces do, and the place and number of these pieces."""

    words: tuple[Word, ...]
    first: int
    size: int


def realign(words: Sequence[Word], text: str, start: Fraction, end: Fraction) -> tuple[Word, ...]:
    """Return the words of an edited text.

    Args:
        words: The words before the edit, in order; empty where nobody knows them.
        text: The text after the edit, markup included.
        start: Seconds; where a new first word may begin.
        end: Seconds; where a new last word may end.

    Returns:
        One word per word of the text; a word that stays keeps its times and confidence, also when its
        case or punctuation changed. Empty where the old words are: unknown times stay unknown.
    """
    shown = DIRECTION.sub("", visible(text))
    if not any(SPEAKERS_DASH.match(word.text) for word in words):
        # The dash before each of two speakers' lines is not spoken.
        shown = SPEAKERS_DASH.sub("", shown)
    pieces = list(_pieces(shown))
    if not words or not pieces:
        return ()
    if "".join(word.text for word in words) == "".join(piece.text for piece in pieces):
        return _reglued(words, pieces)
    units, old = _units(words)
    moved = _matches([piece.key for piece in old], [piece.key for piece in pieces])
    result: list[Word] = []
    at = 0
    dropped: list[Word] = []
    for unit in units:
        place = _place_of(unit, moved)
        if place is None:
            dropped.extend(unit.words)
            continue
        _fill(result, pieces[at:place], dropped, (start, unit.words[0].start))
        result.extend(_kept(unit, pieces[place : place + unit.size]))
        at, dropped = place + unit.size, []
    _fill(result, pieces[at:], dropped, (start, end))
    return tuple(result)


def _reglued(words: Sequence[Word], pieces: Sequence[_Piece]) -> tuple[Word, ...]:
    """Return the same words, glued where the text has lost its space and apart where it has one now."""
    starts: dict[int, bool] = {}
    at = 0
    for piece in pieces:
        starts[at] = piece.glued
        at += len(piece.text)
    result: list[Word] = []
    at = 0
    for word in words:
        glued = starts.get(at, True) if result else word.glued
        result.append(word if word.glued == glued else replace(word, glued=glued))
        at += len(word.text)
    return tuple(result)


def _pieces(text: str) -> Iterator[_Piece]:
    """Cut text at its spaces, and scripts without spaces at every character with its marks."""
    end = 0
    last = ""
    for chunk in re.finditer(r"\S+", text):
        for n, match in enumerate(_PIECE.finditer(chunk.group())):
            piece = match.group()
            # A line break between two characters of such scripts is no space.
            broken = text[end : chunk.start()].strip("\r\n") == "" and bool(SPACELESS.search(last))
            yield _Piece(piece, n > 0 or (broken and bool(SPACELESS.search(piece))))
            last = piece
        end = chunk.end()


def _units(words: Sequence[Word]) -> tuple[list[_Unit], list[_Piece]]:
    """Cut the old words into pieces as the text is, and group them so that both cuts agree."""
    text = "".join(("" if word.glued or n == 0 else " ") + word.text for n, word in enumerate(words))
    pieces = list(_pieces(text))
    units: list[_Unit] = []
    at = first = 0
    group: list[Word] = []
    length = 0
    for word in words:
        group.append(word)
        length += len("".join(word.text.split()))
        while at < len(pieces) and length >= len(pieces[at].text):
            length -= len(pieces[at].text)
            at += 1
        if length == 0:
            units.append(_Unit(tuple(group), first, at - first))
            group, first = [], at
    return units, pieces


def _matches(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return where each old piece stands in the new text."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _place_of(unit: _Unit, moved: dict[int, int]) -> int | None:
    """Return where a unit's first piece went when all of its pieces went there together."""
    place = moved.get(unit.first)
    if place is None or unit.size == 0:
        return None
    together = all(moved.get(unit.first + n) == place + n for n in range(unit.size))
    return place if together else None


def _kept(unit: _Unit, pieces: Sequence[_Piece]) -> Iterator[Word]:
    """Yield a unit's words as they are written now."""
    first = replace(unit.words[0], glued=pieces[0].glued)
    text = "".join(piece.text for piece in pieces)
    if len(text) != sum(len(word.text) for word in unit.words):
        yield replace(first, text=text, end=unit.words[-1].end)
        return
    at = 0
    for word in (first, *unit.words[1:]):
        yield replace(word, text=text[at : at + len(word.text)])
        at += len(word.text)


def _fill(
    result: list[Word], pieces: Sequence[_Piece], dropped: Sequence[Word], room: tuple[Fraction, Fraction]
) -> None:
    """Append new words, which share the time of those they replace, or else the time between."""
    if not pieces:
        return
    start, end = room
    if result:
        start = result[-1].end
    if dropped:
        start, end = max(start, dropped[0].start), min(end, dropped[-1].end)
    end = max(start, end)
    speaker = dropped[0].speaker if dropped else result[-1].speaker if result else None
    total = sum(len(piece.text) for piece in pieces)
    done = 0
    for text, glued in _joined(pieces):
        begin = start + (end - start) * Fraction(done, total)
        done += len(text)
        until = start + (end - start) * Fraction(done, total)
        result.append(Word(begin, until, text, glued=glued and bool(result), speaker=speaker))


def _joined(pieces: Sequence[_Piece]) -> Iterator[tuple[str, bool]]:
    """Yield the text of each new word and whether it is glued."""
    text, glued = pieces[0].text, pieces[0].glued
    for before, piece in pairwise(pieces):
        if piece.glued and piece.is_part and before.is_part:
            text += piece.text
        else:
            yield text, glued
            text, glued = piece.text, piece.glued
    yield text, glued


def timed(text: str, start: Fraction, end: Fraction, speaker: str | None = None) -> tuple[Word, ...]:
    """Return the words of a text whose times nobody knows: they pass evenly, by their characters."""
    words: list[Word] = []
    _fill(words, list(_pieces(DIRECTION.sub("", visible(text)))), (), (start, end))
    return tuple(replace(word, speaker=speaker) for word in words)
