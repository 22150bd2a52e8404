"""Where a script lets a line end: at spaces, borders of phrases, between characters; and its direction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import budoux

from cutroom.subtitles import markup
from cutroom.subtitles.language import read_language
from cutroom.subtitles.reading import half_characters

_IDEOGRAPHS = (
    "\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff"
)
_PIECE = re.compile(f"[{_IDEOGRAPHS}]|[^{_IDEOGRAPHS}]+")
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
# JIS X 4051, "kinsoku": what must not begin a line (also prolonged sound marks and small kana), and
# what must not end one. Chinese (GB/T 15834) agrees in what they share.
_NEVER_FIRST = frozenset(
    "、。，．・：；？！ー゛゜ヽヾゝゞ々〻‐–—…‥）」』】〕〉》］｝〙〗»’”％‰℃"  # noqa: RUF001 - the signs themselves
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ" + ")]},.!?:;%"
)
_NEVER_LAST = frozenset("（「『【〔〈《［｛〘〖«‘“￥＄￡([{$£€")  # noqa: RUF001 - the signs themselves
_MARK = "\u200f"
_PARSERS = {
    "ja": budoux.load_default_japanese_parser,
    "zh-hans": budoux.load_default_simplified_chinese_parser,
    "zh-hant": budoux.load_default_traditional_chinese_parser,
    "th": budoux.load_default_thai_parser,
}


@cache
def _parser(name: str) -> budoux.Parser:
    return _PARSERS[name]()


@dataclass
class Atoms:
    """The smallest pieces of a text that a line can end behind, as lists of the same length.

    Attributes:
        text: What each shows, without spaces.
        spaced: Whether a space stands before it.
        free: Whether a line may begin with it.
        phrase: Whether a phrase begins with it; where spaces separate words, each one does.
        word: The number of the word it is part of.
    """

    text: list[str] = field(default_factory=list[str])
    spaced: list[bool] = field(default_factory=list[bool])
    free: list[bool] = field(default_factory=list[bool])
    phrase: list[bool] = field(default_factory=list[bool])
    word: list[int] = field(default_factory=list[int])

    def join(self, first: int, last: int) -> str:
        """Return a line: the atoms from `first` up to and without `last`."""
        rest = range(first + 1, last)
        return "".join(
            [self.text[first], *(" " + self.text[n] if self.spaced[n] else self.text[n] for n in rest)]
        )


def atoms_of(words: Sequence[str], glued: Sequence[bool], language: str) -> Atoms:
    """Cut words into atoms.

    Args:
        words: Visible characters only; none is white space alone.
        glued: Whether each follows the one before it without a space.
        language: A BCP 47 tag.
    """
    atoms = Atoms()
    model = read_language(language).phrases
    for number, word in enumerate(words):
        for place, piece in enumerate(word.split()):
            pieces = _pieces(piece, model)
            atoms.text.extend(pieces)
            atoms.spaced.extend([place > 0 or not glued[number]] + [False] * (len(pieces) - 1))
            atoms.word.extend([number] * len(pieces))
    atoms.free = [True] * len(atoms.text)
    for n in range(1, len(atoms.text)):
        atoms.free[n] = atoms.spaced[n] or _may_part(atoms.text[n - 1], atoms.text[n], model)
    atoms.phrase = atoms.spaced.copy() if model is None else _phrases(atoms, model)
    return atoms


def _pieces(piece: str, model: str | None) -> list[str]:
    """Cut what stands between spaces: ideographs and kana one by one, Thai at its phrases."""
    if piece.isascii():
        return [piece]
    if model == "th":
        return list(_parser(model).parse(piece)) or [piece]
    found: list[str] = []
    for match in _PIECE.finditer(piece):
        text = match.group()
        # Marks that show nothing of their own stay with the character they are written on.
        if found and half_characters(text, "und") == 0:
            found[-1] += text
        else:
            found.append(text)
    return found


def _may_part(before: str, after: str, model: str | None) -> bool:
    """Whether a line may end between two characters without a space."""
    if after[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST:
        return False
    if model == "th":
        return True
    return bool(_IDEOGRAPH.match(before[-1]) or _IDEOGRAPH.match(after[0]))


def _phrases(atoms: Atoms, model: str) -> list[bool]:
    """Find where phrases begin, in every stretch without spaces."""
    phrase = atoms.spaced.copy()
    borders = [n for n, spaced in enumerate(atoms.spaced) if spaced or n == 0] + [len(atoms.text)]
    for first, last in pairwise(borders):
        begins = _offsets("".join(atoms.text[first:last]), model)
        at = 0
        for n in range(first, last):
            phrase[n] = phrase[n] or at in begins
            at += len(atoms.text[n])
    return phrase


def _offsets(text: str, model: str) -> set[int]:
    begins = {0}
    at = 0
    for part in _parser(model).parse(text):
        at += len(part)
        begins.add(at)
    return begins


def mark_lines(text: str, language: str) -> str:
    """Return a text whose lines players show in the language's direction.

    A player that is told no direction takes it from the first letter (Unicode Bidirectional Algorithm,
    rule P2); a right-to-left line that begins with another script's word gets a right-to-left mark.
    """
    if not read_language(language).right_to_left:
        return text
    return "\n".join(_MARK + line if _seems_left_to_right(line) else line for line in text.split("\n"))


def _seems_left_to_right(line: str) -> bool:
    letters = (unicodedata.bidirectional(character) for character in markup.strip(line))
    return next((direction for direction in letters if direction in ("L", "R", "AL")), "R") == "L"
