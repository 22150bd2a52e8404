"""How much there is to read: visible characters and words, counted as houses of broadcasting count them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from cutroom.subtitles import markup
from cutroom.subtitles.word import Word

_HALVED = frozenset({"ja", "zh", "ko"})
"""Languages whose limits count full-width characters; half-width ones count half there."""
_UNSEEN = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Cs"})
"""Categories that add nothing to a line: marks on the letter before, controls, the signs of direction."""
_JOINER = "\u200d"
_EMOJI_SKIN = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_HANGUL_LEADS = range(0x1100, 0x1160)
_HANGUL_TAILS = range(0x1160, 0x1200)


def primary(language: str) -> str:
    """Return a tag's language alone: "pt" of "pt-BR"."""
    return language.lower().replace("_", "-").split("-")[0]


def visible(text: str) -> str:
    r"""Return what a text shows: without markup; lines stay separated by "\n"."""
    return markup.strip(text)


def count_characters(text: str, language: str) -> Fraction | int:
    """Count what a reader sees of a text.

    Grapheme clusters count 1 (UAX #29, as far as it matters for letters, marks, emoji, flags and Hangul
    jamo). In Chinese, Japanese and Korean, clusters that are not wide or full-width (UAX #11) count 1/2,
    as the timed text guides of these languages have it. Line breaks, markup, signs of direction and
    zero-width characters count 0.

    Args:
        text: With or without markup.
        language: A BCP 47 tag.
    """
    shown = markup.strip(text)
    if primary(language) in _HALVED:
        return Fraction(half_characters(shown, language), 2)
    return half_characters(shown, language) // 2


def half_characters(shown: str, language: str) -> int:
    """Return twice the count of `count_characters`: a whole number in every language.

    Args:
        shown: Without markup.
        language: A BCP 47 tag.
    """
    halved = primary(language) in _HALVED
    if shown.isascii() and shown.isprintable():
        return len(shown) * (1 if halved else 2)
    return (_measure if len(shown) <= _USUAL else _measure_long)(shown, halved)


_USUAL = 200
"""Characters of a line; of longer ones few are remembered, so that they take little memory."""


@lru_cache(maxsize=65536)
def _measure(shown: str, halved: bool) -> int:
    count = 0
    before = ""
    in_flag = False
    for character in shown:
        in_flag = ord(character) in _FLAG_LETTERS and not in_flag
        second = ord(character) in _FLAG_LETTERS and not in_flag
        if not second and _begins_cluster(character, before):
            count += 1 if halved and unicodedata.east_asian_width(character) not in "WF" else 2
        before = character
    return count


_measure_long = lru_cache(maxsize=256)(_measure.__wrapped__)


def _begins_cluster(character: str, before: str) -> bool:
    """Whether a character is seen beside the one before it, not as a part of it."""
    code = ord(character)
    if unicodedata.category(character) in _UNSEEN or code in _EMOJI_SKIN:
        return False
    if before == _JOINER:
        return not _is_pictograph(code)
    # A syllable's vowel and tail are written into the block that its lead began.
    joins = code in _HANGUL_TAILS and bool(before)
    return not (joins and (ord(before) in _HANGUL_LEADS or ord(before) in _HANGUL_TAILS))


def _is_pictograph(code: int) -> bool:
    """Whether a code point is one that ZWJ sequences are made of (emoji and the symbols used in them)."""
    return code >= 0x1F000 or 0x2190 <= code < 0x2C00  # noqa: PLR2004 - arrows to miscellaneous symbols


def count_words(text: str, language: str, words: Sequence[Word] = ()) -> int:
    """Count a cue's words: what spaces separate; in scripts without spaces those it was made from.

    Args:
        text: With or without markup.
        language: A BCP 47 tag.
        words: The cue's words, where they are known.
    """
    if words and primary(language) in {"ja", "zh", "th"}:
        return len(words)
    return len(markup.strip(text).split())


def characters_per_second(text: str, language: str, seconds: Fraction) -> Fraction | None:
    """Return the reading speed a cue asks for; None when it is shown for no time."""
    return Fraction(count_characters(text, language)) / seconds if seconds > 0 else None


def words_per_minute(
    text: str, language: str, seconds: Fraction, words: Sequence[Word] = ()
) -> Fraction | None:
    """Return the words a cue asks to read per minute; None when it is shown for no time."""
    return Fraction(60 * count_words(text, language, words)) / seconds if seconds > 0 else None
