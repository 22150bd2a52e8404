"""Where lines may end, and which of these places are taken."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cutroom.subtitles.script import atoms_of

_SPACES = re.compile("[ \t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000\u200b\u00ad]+")
"""Breaking spaces, and the signs that only allow a break; a no-break space is none of them."""

_HYPHENS = re.compile("(?<=[^\\W\\d_])[-\u2010\u2013](?=[^\\W\\d_])|\u2014(?=\\w)")
"""Between letters (Unicode Standard Annex 14, HY and B2, less what numbers and minus signs need)."""

_WORD = re.compile(r"\S+")
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff]"
)
_LANGUAGES = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\uac00-\ud7a3]"), "ko"),
    (re.compile("[\u4e00-\u9fff]"), "zh-Hans"),
)


def guess_language(text: str) -> str:
    """Return the language that a text's characters betray; "" where they betray none."""
    if text.isascii():
        return ""
    return next((language for pattern, language in _LANGUAGES if pattern.search(text)), "")


def is_unspaced(text: str) -> bool:
    """Whether something of a text is in a script that sets no spaces between words."""
    return not text.isascii() and bool(_UNSPACED.search(text))


@dataclass(frozen=True, slots=True)
class Breaks:
    """Where a line of a paragraph may begin, as offsets, in order.

    Attributes:
        allowed: Everywhere the script lets it.
        preferred: Where it also reads well: at words, and at phrases where words are not spaced.
    """

    allowed: tuple[int, ...]
    preferred: tuple[int, ...]


@lru_cache(maxsize=2048)
def find_breaks(text: str, language: str) -> Breaks:
    """Find the breaks of a paragraph.

    Args:
        text: Without line breaks.
        language: A BCP 47 tag; "" to go by the characters.
    """
    spaces = {match.end() for match in _SPACES.finditer(text)}
    allowed = spaces | {match.end() for match in _HYPHENS.finditer(text)}
    preferred = set(allowed)
    if is_unspaced(text):
        known = language or guess_language(text)
        for match in _WORD.finditer(text):
            _split_unspaced(match, known, allowed, preferred)
    inner = range(1, len(text))
    return Breaks(
        tuple(at for at in sorted(allowed) if at in inner),
        tuple(at for at in sorted(preferred) if at in inner),
    )


def _split_unspaced(match: re.Match[str], language: str, allowed: set[int], preferred: set[int]) -> None:
    """Add the breaks within a stretch without spaces."""
    if not _UNSPACED.search(match[0]):
        return
    atoms = atoms_of([match[0]], [False], language or "und")
    at = match.start()
    for number, piece in enumerate(atoms.text):
        if number and atoms.free[number]:
            allowed.add(at)
            if atoms.phrase[number]:
                preferred.add(at)
        at += len(piece)


Width = Callable[[int, int], float]
"""Returns the pixels of a stretch of the text, without the space at its end."""


def fill_lines(breaks: Breaks, clusters: Sequence[int], width: Width, widest: float) -> list[int]:
    """Return where the lines of a paragraph begin, each as full as it may be.

    Args:
        breaks: See `find_breaks`.
        clusters: Where characters begin, and where the text ends: what is wider than a line ends there.
        width: Measures.
        widest: Pixels of a line.
    """
    starts = [0]
    end = clusters[-1]
    while width(starts[-1], end) > widest:
        start = starts[-1]
        at = (
            _farthest(breaks.preferred, start, width, widest)
            or _farthest(breaks.allowed, start, width, widest)
            or _farthest(clusters[:-1], start, width, widest)
            or clusters[bisect_right(clusters, start)]
        )
        if at >= end:
            break
        starts.append(at)
    return starts


def _farthest(places: Sequence[int], start: int, width: Width, widest: float) -> int | None:
    """Return the last place that still fits into the line that begins at `start`."""
    first = bisect_right(places, start)
    low, high = first, len(places)
    while low < high:
        middle = (low + high) // 2
        if width(start, places[middle]) <= widest:
            low = middle + 1
        else:
            high = middle
    return places[low - 1] if low > first else None


def balance_lines(breaks: Breaks, clusters: Sequence[int], width: Width, widest: float) -> list[int]:
    """Return where lines begin that are as few as can be and of like length (CSS `text-wrap: balance`)."""
    best = fill_lines(breaks, clusters, width, widest)
    if len(best) == 1:
        return best
    low, high = widest / 2 if len(best) == 2 else widest / 4, widest  # noqa: PLR2004 - two lines
    for _ in range(10):
        middle = (low + high) / 2
        tried = fill_lines(breaks, clusters, width, middle)
        if len(tried) == len(best) and _fits(tried, clusters[-1], width, middle):
            best, high = tried, middle
        else:
            low = middle
    return best


def _fits(starts: Sequence[int], end: int, width: Width, widest: float) -> bool:
    return all(width(a, b) <= widest for a, b in zip(starts, (*starts[1:], end), strict=True))
