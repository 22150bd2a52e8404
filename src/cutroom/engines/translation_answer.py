"""What a language model answers to numbered lines: found in whatever it wrote around them, and checked."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from cutroom.subtitles.markup import TAG, strip

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["id", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["lines"],
    "additionalProperties": False,
}
"""Of an answer."""

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
_MOST_TRIES = 50
_GROWTH, _ALWAYS = 8, 100
"""A line of one Chinese character can become a German word of eight letters, and more than that hardly."""


def read_lines(text: str, count: int) -> dict[int, str]:
    """Return the texts of an answer by their number, 1 to `count`; what cannot be used is missing.

    Understood beside the form that was asked for: JSON among other words, a bare list, an object of numbers,
    and texts without numbers when there are exactly as many as asked for.
    """
    found = _find_json(_THOUGHT.sub("", text))
    pairs: list[tuple[object, object]] = []
    if isinstance(found, dict):
        fields = cast("dict[str, object]", found)
        lists = [cast("list[object]", value) for value in fields.values() if isinstance(value, list)]
        pairs = _pairs(lists[0], count) if lists else list(fields.items())
    elif isinstance(found, list):
        pairs = _pairs(cast("list[object]", found), count)
    return _unambiguous(pairs, count)


def _find_json(text: str) -> object:
    """Return the first JSON object or list in a text; None where there is none."""
    decoder = json.JSONDecoder()
    for number, match in enumerate(re.finditer(r"[{\[]", text)):
        if number == _MOST_TRIES:
            break
        try:
            return decoder.raw_decode(text, match.start())[0]
        except (ValueError, RecursionError):
            continue
    return None


def _pairs(items: list[object], count: int) -> list[tuple[object, object]]:
    if len(items) == count and all(isinstance(item, str) for item in items):
        return list(enumerate(items, 1))
    objects = [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]
    return [(item.get("id"), item.get("text", item.get("translation"))) for item in objects]


def _unambiguous(pairs: Sequence[tuple[object, object]], count: int) -> dict[int, str]:
    """Keep numbers that were asked for and have one text."""
    texts: dict[int, set[str]] = {}
    for given, text in pairs:
        number = _number(given)
        if number is not None and 1 <= number <= count and isinstance(text, str):
            texts.setdefault(number, set()).add(text)
    return {number: found.pop() for number, found in texts.items() if len(found) == 1}


def _number(given: object) -> int | None:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    return int(given) if isinstance(given, str) and re.fullmatch(r"[0-9]{1,6}", given) else None


def clean(text: str) -> str:
    """Return a text in one line, without control characters."""
    return " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in text).split())


def has_words(text: str) -> bool:
    """Say whether there is anything to translate: letters."""
    return any(unicodedata.category(character)[0] == "L" for character in strip(text))


def fault_of(source: str, translated: str) -> str | None:
    """Return what is wrong with a translation, as one tells it to the model; None where nothing is.

    Args:
        source: The text in its own language.
        translated: As `clean` returned it.
    """
    if not any(unicodedata.category(character)[0] in "LN" for character in strip(translated)):
        return "the line is empty"
    if len(translated) > _ALWAYS + _GROWTH * len(source):
        return "the line is far longer than its original; give the translation alone"
    if Counter(TAG.findall(source)) != Counter(TAG.findall(translated)):
        return "the tags of the line differ from those of its original"
    return None
