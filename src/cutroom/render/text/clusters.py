"""What a reader takes for one character, what of it is an emoji, and which script it is of."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_TEXT_STYLE = "\ufe0e"
_KEYCAP = "\u20e3"
_VIRAMA = 9
"""Canonical combining class of the signs that bind Indic consonants (Unicode Standard, 4.3)."""

# Emoji_Presentation of the Basic Multilingual Plane (Unicode Technical Standard 51, emoji-data.txt 15.1).
_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa"
    "\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b"
    "\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    # Of the planes above all that no face for text has; those that are text by default look the same.
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201\U0001f21a"
    "\U0001f22f\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff]"
)
_PICTURE = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
# Extend and SpacingMark beyond what the general category says (Unicode Standard Annex 29).
_EXTENDS = re.compile("[\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
# Scripts whose consonants a virama binds into one (rule GB9c).
_BINDS = re.compile(
    "[\u0915-\u0939\u0958-\u095f\u0978-\u097f\u0995-\u09b9\u09dc-\u09df\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0d15-\u0d3a]"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


def split_clusters(text: str) -> list[tuple[int, int]]:
    """Return where characters, as readers count them, begin and end.

    These are the extended grapheme clusters of Unicode Standard Annex 29, but for prepended signs.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for at in range(1, len(text)):
        if not _belongs(text, start, at):
            spans.append((start, at))
            start = at
    if text:
        spans.append((start, len(text)))
    return spans


def _belongs(text: str, start: int, at: int) -> bool:
    """Whether the character at `at` belongs to the cluster that began at `start`."""
    before, here = text[at - 1], text[at]
    if here.isascii():
        return before == "\r" and here == "\n"
    if before in "\r\n":
        return False
    if unicodedata.category(here)[0] == "M" or _EXTENDS.match(here):
        return True
    if before == _JOINER:
        return bool(_PICTURE.match(here)) or _is_bound(text, start, at)
    if _FLAG_LETTER.match(here):
        return at - start == 1 and bool(_FLAG_LETTER.match(before))
    return _is_bound(text, start, at) or _is_syllable(before, here)


def _is_bound(text: str, start: int, at: int) -> bool:
    """Whether a virama binds a consonant to the one before it."""
    last = next((c for c in reversed(text[start:at]) if c not in "\u200c\u200d"), "")
    return bool(last) and unicodedata.combining(last) == _VIRAMA and bool(_BINDS.match(text[at]))


def _is_syllable(before: str, here: str) -> bool:
    """Whether two conjoining jamo are of one syllable (rules GB6 to GB8)."""
    if not "\u1100" <= here <= "\u11ff":
        return False
    leads = "\u1100" <= before <= "\u115f"
    if here <= "\u115f":
        return leads
    if here <= "\u11a7":
        return leads or "\u1160" <= before <= "\u11a7"
    return "\u1160" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"


def is_emoji(cluster: str) -> bool:
    """Whether a cluster is shown as a coloured picture (Unicode Technical Standard 51)."""
    if cluster.isascii() or _TEXT_STYLE in cluster:
        return False
    if _EMOJI_STYLE in cluster or _KEYCAP in cluster:
        return not cluster[0].isascii() or _KEYCAP in cluster
    return bool(_EMOJI.match(cluster))


def visible(cluster: str) -> str:
    """Return the characters of a cluster that a face must have a glyph for."""
    return _INVISIBLE.sub("", cluster) if not cluster.isascii() else cluster


@lru_cache(maxsize=8192)
def name_of_script(character: str) -> str:
    """Return the first word of a character's name, which for letters is its script: "ARABIC"."""
    return re.split("[ -]", unicodedata.name(character, ""), maxsplit=1)[0]


@lru_cache(maxsize=8192)
def script_of(character: str) -> str:
    """Return the script that a letter or mark is shaped in; "" for signs that all scripts share."""
    category = unicodedata.category(character)
    if category[0] not in "LM":
        return ""
    name = name_of_script(character)
    return "" if name in {"COMBINING", "MODIFIER", "VARIATION", "ENCLOSING"} else name
