"""Languages as data: the words that belong to the word after them, and how lines of a script are cut."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from cutroom.subtitles.reading import primary

KINDS = {
    "articles": "article",
    "prepositions": "preposition",
    "conjunctions": "conjunction",
    "auxiliaries": "auxiliary verb",
    "negations": "negation",
    "pronouns": "pronoun",
    "possessives": "possessive",
}
"""Keys of a language's file whose words must not end a line, and what such a word is called."""
GOOD_BEFORE = frozenset({"conjunction", "preposition"})
"""What lines and cues end well before, as the timed text guides have it."""
_SAME = {"no": "nb", "nn": "nb", "iw": "he", "cmn": "zh", "yue": "zh"}
"""Older and narrower tags of languages that have a file."""
_TRADITIONAL = ("hant", "tw", "hk", "mo")


@dataclass(frozen=True)
class Language:
    """What is known of a language.

    Attributes:
        title: Its own name.
        leaders: Words in lower case that belong to the word after them, and what they are.
        clitics: Words that belong to the word before them, as postpositions do.
        titles: Of persons, without a full stop.
        units: What may follow a number.
        openers: Words that often begin a sentence, so that their capital letter is no name's.
        names: Whether two capital letters in a row are a sign of a name.
        phrases: The model that finds phrases where there are no spaces; None: spaces separate words.
        right_to_left: Whether it is written from right to left.
    """

    title: str
    leaders: Mapping[str, str]
    clitics: frozenset[str]
    titles: frozenset[str]
    units: frozenset[str]
    openers: frozenset[str]
    names: bool
    phrases: str | None
    right_to_left: bool


def language_tags() -> list[str]:
    """Return the primary tags that have a file, "und" for all others included."""
    folder = files("cutroom.subtitles") / "languages"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


@lru_cache(maxsize=256)  # tags come from outside
def read_language(tag: str) -> Language:
    """Return what is known of a language; of an unknown one, what holds for any.

    Args:
        tag: A BCP 47 tag.
    """
    name = _SAME.get(primary(tag), primary(tag))
    known = name if name in language_tags() else "und"
    text = (files("cutroom.subtitles") / "languages" / f"{known}.toml").read_text("utf-8")
    table = tomllib.loads(text)
    if known == "zh" and any(part in _TRADITIONAL for part in tag.lower().replace("_", "-").split("-")):
        table["phrases"] = "zh-hant"
    return _language(table)


def _language(table: dict[str, Any]) -> Language:
    return Language(
        title=table["title"],
        leaders={word: kind for key, kind in KINDS.items() for word in table.get(key, "").split()},
        clitics=_words(table, "clitics"),
        titles=_words(table, "titles"),
        units=_words(table, "units"),
        openers=_words(table, "openers"),
        names=table["names"],
        phrases=table.get("phrases"),
        right_to_left=table.get("right_to_left", False),
    )


def _words(table: dict[str, Any], key: str) -> frozenset[str]:
    return frozenset(table.get(key, "").split())
