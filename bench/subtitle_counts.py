"""Counting and word lists of the second opinion on subtitles; it shares no code with Cutroom."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

ROOM = Path(__file__).resolve().parents[1] / "src" / "cutroom" / "subtitles"


def of_language(table: Mapping[str, Any], language: str) -> Any:
    """Return the entry of the whole tag, else of its first part, else the default."""
    tag = language.lower()
    return table.get(tag, table.get(tag.partition("-")[0], table["default"]))


def plain(text: str) -> str:
    """Take the markup out."""
    for tag in ("<i>", "</i>", "<b>", "</b>", "<u>", "</u>"):
        text = text.replace(tag, "")
    return text


def width(line: str, language: str) -> Fraction:
    """Count what is seen: 1 per cluster; in Chinese, Japanese, Korean 1/2 for narrow ones."""
    is_wide_script = language.lower().partition("-")[0] in {"ja", "zh", "ko"}
    total = Fraction(0)
    for cluster in clusters(plain(line)):
        is_narrow = unicodedata.east_asian_width(cluster) not in {"W", "F"}
        total += Fraction(1, 2) if is_wide_script and is_narrow else 1
    return total


def clusters(text: str) -> Iterable[str]:
    """Yield the first code point of everything that takes room; marks and controls take none."""
    joined = is_flag = False
    lead = False
    for sign in text:
        code = ord(sign)
        if unicodedata.category(sign) in {"Mn", "Me", "Mc", "Cf", "Cc", "Cs"} or 0x1F3FB <= code <= 0x1F3FF:
            joined = code == 0x200D
            continue
        is_second = is_flag and 0x1F1E6 <= code <= 0x1F1FF
        is_flag = 0x1F1E6 <= code <= 0x1F1FF and not is_second
        is_emoji = code >= 0x1F000 or 0x2190 <= code < 0x2C00
        is_jamo = lead and 0x1160 <= code < 0x1200
        lead = 0x1100 <= code < 0x1160 or is_jamo
        if not (is_second or (joined and is_emoji) or is_jamo):
            yield sign
        joined = False


@cache
def word_sets(language: str) -> Mapping[str, Any]:
    """Read a language's lists: name to set of words; `names` says whether capitals tell names."""
    tag = language.lower()
    for name in (tag, tag.partition("-")[0], "und"):
        place = ROOM / "languages" / f"{name}.toml"
        if place.is_file():
            break
    table = tomllib.loads(place.read_text("utf-8"))
    return {k: frozenset(v.split()) if isinstance(v, str) else v for k, v in table.items() if k != "title"}


BINDING = ("articles", "prepositions", "conjunctions", "auxiliaries", "negations", "pronouns", "possessives")
QUOTES = "\"'"
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SYMBOLS = "%&#@*/\\" + QUOTES
"""Of Unicode's other punctuation, what ends no part of a sentence."""


def tears(before: str, after: str, language: str) -> bool:
    """Whether two words belong together so that no line may end between them."""
    before, after = undirected(before), undirected(after)
    sets = word_sets(language)
    core, following = lead_off(before).lower(), bare(after)
    if core.rstrip(".") in sets.get("titles", ()):
        return bool(following) and not following[0].islower()
    stem = trail_off(before)
    if not stem or is_stop(stem[-1]) or not following:
        return False
    if any(core in sets.get(name, ()) for name in BINDING):
        return True
    if core.replace(",", "").replace(".", "").isdigit() and following.lower() in sets.get("units", ()):
        return True
    return bool(sets.get("names")) and is_name(bare(before), sets) and is_name(following, sets)


def undirected(word: str) -> str:
    """Take the markup out, and the marks of direction, which stand before a word or its dash."""
    return "".join(sign for sign in plain(word) if sign not in DIRECTIONS).strip()


def is_name(word: str, sets: Mapping[str, Any]) -> bool:
    """Whether a word looks like a part of a name: a capital, and nothing that begins sentences."""
    is_common = any(word.lower() in sets.get(name, ()) for name in (*BINDING, "openers"))
    return word[:1].isupper() and any(letter.islower() for letter in word) and not is_common


def is_stop(sign: str) -> bool:
    """Whether a sign parts what is before it from what follows."""
    return unicodedata.category(sign) in {"Po", "Pd"} and sign not in SYMBOLS


def lead_off(word: str) -> str:
    """Take quotes, brackets, dashes and inverted marks off the front."""
    while word and (word[0] in QUOTES + "¿¡" or unicodedata.category(word[0]) in {"Ps", "Pi", "Pd"}):
        word = word[1:]
    return word


def trail_off(word: str) -> str:
    """Take quotes and brackets off the end."""
    while word and (word[-1] in QUOTES or unicodedata.category(word[-1]) in {"Pe", "Pf"}):
        word = word[:-1]
    return word


def bare(word: str) -> str:
    """Take everything but the word itself off both ends."""
    word = trail_off(lead_off(word))
    while word and is_stop(word[-1]):
        word = trail_off(word[:-1])
    return word
