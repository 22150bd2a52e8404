"""Words that belong together, so that neither a line nor a cue ends between them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cutroom.subtitles import markup
from cutroom.subtitles.language import Language, read_language

_NUMBER = re.compile(r"[\d][\d.,:/]*")
_UNITS = frozenset(
    {"%", "‰", "°", "°c", "°f", "km", "m", "cm", "mm", "kg", "g", "mg", "t", "l", "ml", "h", "min", "s", "ms"}
    | {"km/h", "mph", "hz", "khz", "mhz", "ghz", "kb", "mb", "gb", "tb", "w", "kw", "v", "px", "fps"}
    | {"€", "$", "£", "¥", "₽", "zł", "kr"}
)
_STOPS = frozenset(".,;:!?…\"”»')،؟؛।")
_APOSTROPHES = "'’ʼ"  # noqa: RUF001 - the apostrophes themselves
DASHES = ("-", "–", "—", "‐")  # noqa: RUF001 - the dashes themselves
_LONGEST = 100
"""Characters, with markup: no longer word belongs to another one, and what is remembered stays small."""

_CURRENCY = "$€£¥₽₺₹"


def is_bad_break(before: str, after: str, language: str) -> str | None:
    """Say why a line or a cue must not end between two words.

    The rules are those that the timed text guides share: nothing ends with an article, preposition,
    conjunction, auxiliary, negation, subject pronoun, possessive or title that belongs to the next word,
    between a number and its unit, or between a first and a last name.

    Args:
        before: What stands before the break; only its last word counts.
        after: What stands after it; only its first word counts.
        language: A BCP 47 tag.

    Returns:
        A sentence's part as "“the” is an article of “house”"; None when the break is good.
    """
    left = before.rsplit(None, 1)
    right = after.split(None, 1)
    if not left or not right:
        return None
    if max(len(left[-1]), len(right[0])) > _LONGEST:
        return None
    return _reason(left[-1], right[0], language)


@lru_cache(maxsize=65536)
def _reason(left: str, right: str, language: str) -> str | None:
    known = read_language(language)
    one, two = _directionless(left), _directionless(right)
    if known.phrases is not None or two.startswith(DASHES):
        return None
    before, after = _bare(one), _bare(two)
    word, following = before.lower(), _unstopped(after).lower()
    if not word or not following:
        return None
    if word.rstrip(".") in known.titles and after[:1].upper() == after[:1]:
        return f"“{before}” is the title of “{after}”"
    if _has_stop(before):
        return None
    return _kinship(before, after, word, following, known)


def _kinship(before: str, after: str, word: str, following: str, known: Language) -> str | None:
    """Say why two words belong together."""
    if word in known.leaders:
        kind = known.leaders[word]
        return f"“{before}” is {'an' if kind[0] in 'aeiou' else 'a'} {kind} that belongs to “{after}”"
    if following in known.clitics:
        return f"“{after}” belongs to “{before}”"
    if _NUMBER.fullmatch(word.lstrip(_CURRENCY)) and (following in known.units or following in _UNITS):
        return f"“{following}” is the unit of “{before}”"
    if known.names and _is_name(before, known) and _is_name(after, known):
        return f"“{before} {after}” looks like a name"
    return None


def _directionless(token: str) -> str:
    """Return a word without markup and without signs of direction."""
    shown = markup.strip(token)
    return "".join(c for c in shown if unicodedata.category(c) != "Cf")


def _bare(shown: str) -> str:
    """Return a word without the signs before it."""
    return shown.lstrip("\"“„‚‘«»'([{¿¡-–—…")  # noqa: RUF001 - the signs themselves


def _unstopped(word: str) -> str:
    """Return a word without the punctuation behind it."""
    end = len(word)
    while end and word[end - 1] in _STOPS:
        end -= 1
    return word[:end]


def _has_stop(word: str) -> bool:
    """Whether a word is followed by punctuation."""
    last = word[-1]
    return last not in _APOSTROPHES and last not in "%‰&#@*" and unicodedata.category(last)[0] == "P"


def _is_name(word: str, known: Language) -> bool:
    shown = _unstopped(word)
    lower = shown.lower()
    return (
        len(shown) > 1
        and shown[0].isupper()
        and shown[1:] == lower[1:]
        and shown.replace("-", "").isalpha()
        and lower not in known.leaders
        and lower not in known.openers
    )
