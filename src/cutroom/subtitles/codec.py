"""Words, cues and splices as JSON: as they are stored, sent to the page and written into files."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar, cast, get_args

from cutroom.base.errors import Refused
from cutroom.subtitles.cue import Cue, Place
from cutroom.subtitles.splice import Splice
from cutroom.subtitles.word import Word

Json = dict[str, Any]
Item = TypeVar("Item")
_MICRO = 1_000_000
_PLACES = get_args(Place)
_LATEST = 10_000_000
"""Seconds; 115 days. Microseconds up to here are exact in a JSON number (a double)."""


def seconds_to_json(seconds: Fraction) -> float:
    """Return seconds as a decimal number with at most 6 digits after the point."""
    return round(seconds * _MICRO) / _MICRO


def seconds_from_json(value: object, rate: Fraction | None = None) -> Fraction:
    """Read seconds.

    Args:
        value: A number; what lies beyond the sixth digit is rounded away.
        rate: With it, what rounds to the same microsecond as a frame's boundary is that boundary, so
            that times on the grid come back exactly.

    Raises:
        Refused: With code `broken_cue`, when it is no finite number within 115 days.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LATEST:
        raise _refused(f"{value!r} is not a time; give seconds as a number up to {_LATEST}")
    micro = round(value * _MICRO)
    if rate is not None:
        # In integers, because a track of 6 hours has some 100,000 times.
        unit = rate.denominator * _MICRO
        frame = (2 * micro * rate.numerator + unit) // (2 * unit)
        if 2 * abs(frame * unit - micro * rate.numerator) <= rate.numerator:
            return frame / rate
    return Fraction(micro, _MICRO)


def word_to_json(word: Word) -> Json:
    """Return a word as JSON: `startTime`, `endTime`, `text`, and what else is known of it."""
    value: Json = {
        "startTime": seconds_to_json(word.start),
        "endTime": seconds_to_json(word.end),
        "text": word.text,
    }
    if word.glued:
        value["glued"] = True
    if word.confidence is not None:
        value["confidence"] = word.confidence
    if word.speaker is not None:
        value["speaker"] = word.speaker
    return value


def word_from_json(value: object, rate: Fraction | None = None) -> Word:
    """Read a word.

    Raises:
        Refused: With code `broken_cue`.
    """
    table = _table(value)
    return Word(
        start=seconds_from_json(table.get("startTime"), rate),
        end=seconds_from_json(table.get("endTime"), rate),
        text=_text(table, "text"),
        glued=table.get("glued") is True,
        confidence=_confidence(table.get("confidence")),
        speaker=_name(table),
    )


def cue_to_json(cue: Cue) -> Json:
    """Return a cue as JSON: times, `text`, and where it has them `words`, `speaker`, `place`."""
    value: Json = {
        "startTime": seconds_to_json(cue.start),
        "endTime": seconds_to_json(cue.end),
        "text": cue.text,
    }
    if cue.words:
        value["words"] = [word_to_json(word) for word in cue.words]
    if cue.speaker is not None:
        value["speaker"] = cue.speaker
    if cue.place != "bottom":
        value["place"] = cue.place
    return value


def cue_from_json(value: object, rate: Fraction | None = None) -> Cue:
    """Read a cue.

    Args:
        value: What `cue_to_json` makes; unknown keys are ignored.
        rate: Frames per second; see `seconds_from_json`.

    Raises:
        Refused: With code `broken_cue`.
    """
    table = _table(value)
    place = table.get("place", "bottom")
    if place not in _PLACES:
        raise _refused(f"{place!r} is not a place; give one of {', '.join(_PLACES)}")
    return Cue(
        start=seconds_from_json(table.get("startTime"), rate),
        end=seconds_from_json(table.get("endTime"), rate),
        text=_text(table, "text"),
        words=_items(table.get("words", []), word_from_json, rate),
        speaker=_name(table),
        place=place,
    )


def splice_to_json(splice: Splice) -> Json:
    """Return a splice as JSON: `at`, `removed`, `inserted`."""
    return {
        "at": splice.at,
        "removed": [cue_to_json(cue) for cue in splice.removed],
        "inserted": [cue_to_json(cue) for cue in splice.inserted],
    }


def splice_from_json(value: object, rate: Fraction | None = None) -> Splice:
    """Read a splice.

    Raises:
        Refused: With code `broken_cue`.
    """
    table = _table(value)
    at = table.get("at")
    if isinstance(at, bool) or not isinstance(at, int) or at < 0:
        raise _refused(f"{at!r} is not the place of a cue; give a whole number from 0")
    return Splice(
        at,
        removed=_items(table.get("removed", []), cue_from_json, rate),
        inserted=_items(table.get("inserted", []), cue_from_json, rate),
    )


def _items(
    value: object, read: Callable[[object, Fraction | None], Item], rate: Fraction | None
) -> tuple[Item, ...]:
    if not isinstance(value, list):
        raise _refused(f"{reprlib.repr(value)} is not a list")
    return tuple(read(item, rate) for item in cast("Sequence[object]", value))


def _table(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _refused(f"{reprlib.repr(value)} is not an object")
    return cast("Mapping[str, Any]", value)


def _text(table: Mapping[str, Any], key: str) -> str:
    text = table.get(key)
    if not isinstance(text, str):
        raise _refused(f"{reprlib.repr(text)} is not a text; {key!r} must be one")
    return text


def _name(table: Mapping[str, Any]) -> str | None:
    return None if table.get("speaker") is None else _text(table, "speaker")


def _confidence(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _refused(f"{reprlib.repr(value)} is not a confidence; give a number from 0 to 1")
    return min(max(float(value), 0.0), 1.0)


def _refused(sentence: str) -> Refused:
    return Refused(f"These are not subtitles that can be read: {sentence}.", code="broken_cue")
