"""A template's JSON as it was written: parsed strictly, bounded before anything else looks at it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, cast

from cutroom.render.document.faults import Faults, join_path

MOST_BYTES = 16_000_000
MOST_VALUES = 2_000_000
"""How many values a document may have, as it is written and as it is expanded."""
MOST_ITEMS = 200_000
MOST_DIGITS = 18
DEEPEST = 64
LONGEST_NAME = 200


class _Repeated(dict[str, Any]):
    """An object in which a name stood more than once."""

    names: tuple[str, ...] = ()


def read_document(document: object, faults: Faults) -> dict[str, Any]:
    """Return a document as an object of JSON values.

    Args:
        document: JSON as text or bytes, or what became of it.
        faults: Raised here when nothing sensible can be read.

    Raises:
        Refused: When it is no JSON, no object, too large, too deep, or a value in it is no JSON.
    """
    if isinstance(document, str | bytes | bytearray):
        document = _parse(document, faults)
    if not isinstance(document, dict):
        faults.add("$", document, "must be a JSON object")
        faults.check()
    read = cast("dict[str, Any]", document)
    check_values(read, "$", faults)
    return read


def _parse(text: str | bytes | bytearray, faults: Faults) -> object:
    if len(text) > MOST_BYTES:
        faults.add("$", None, f"must have at most {MOST_BYTES:,} bytes; it has {len(text):,}")
        faults.check()
    try:
        return json.loads(text, object_pairs_hook=_pair)
    except json.JSONDecodeError as error:
        faults.add("$", None, f"must be JSON: {error.msg} (line {error.lineno}, column {error.colno})")
    except UnicodeDecodeError:
        faults.add("$", None, "must be JSON in UTF-8")
    except RecursionError:
        faults.add("$", None, f"must not be nested deeper than {DEEPEST}")
    except ValueError as error:  # integers of more digits than Python reads
        faults.add("$", None, f"must be JSON: {error}")
    faults.check()
    return None


def _pair(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    repeated = _Repeated(read)
    repeated.names = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return repeated


def check_values(document: object, path: str, faults: Faults) -> None:
    """Check that something is made of JSON values, and within bounds.

    Raises:
        Refused: With code `bad_template`, when it is not.
    """
    _measure(document, path, faults)
    faults.check()


def _measure(document: object, path: str, faults: Faults) -> None:
    # Without recursion: an object given by a program may be deeper than the stack. Paths are made only for
    # the level at which something is wrong, because they cost more than all the rest.
    level: list[object] = [document]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > MOST_VALUES:
            faults.add(path, None, f"must have at most {MOST_VALUES:,} values")
            return
        if not all(map(_is_sound, level)):
            _name_faults(document, path, faults)
            return
        level = [inner for value in level if isinstance(value, _CONTAINERS) for inner in _members(value)]
        if not level:
            return
    faults.add(path, None, f"must not be nested deeper than {DEEPEST}")


_CONTAINERS = (dict, list, tuple)


def _members(value: Any) -> Iterable[object]:
    return cast("dict[str, object]", value).values() if isinstance(value, dict) else value


def _is_sound(value: object) -> bool:
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        return abs(value) < 10**MOST_DIGITS
    if isinstance(value, float):
        return abs(value) < float("inf")
    if isinstance(value, dict):
        names = cast("dict[object, object]", value)
        return not isinstance(value, _Repeated) and all(
            isinstance(name, str) and len(name) <= LONGEST_NAME for name in names
        )
    return isinstance(value, list | tuple) and len(cast("list[object]", value)) <= MOST_ITEMS


def _name_faults(document: object, path: str, faults: Faults) -> None:
    waiting: list[tuple[object, str, int]] = [(document, path, 1)]
    while waiting:
        value, path, depth = waiting.pop()
        if not _is_sound(value):
            _name_fault(value, path, faults)
        elif depth < DEEPEST and isinstance(value, dict):
            members = cast("dict[str, object]", value)
            waiting += [(members[name], join_path(path, name), depth + 1) for name in reversed(members)]
        elif depth < DEEPEST and isinstance(value, list | tuple):
            items = cast("list[object]", value)
            waiting += [(items[at], join_path(path, at), depth + 1) for at in reversed(range(len(items)))]


def _name_fault(value: object, path: str, faults: Faults) -> None:
    if isinstance(value, dict):
        _check_names(cast("dict[object, object]", value), path, faults)
    elif isinstance(value, list | tuple):
        faults.add(path, None, f"must have at most {MOST_ITEMS:,} items")
    elif isinstance(value, int):
        faults.add(path, value, f"must be a number of at most {MOST_DIGITS} digits")
    elif isinstance(value, float):
        faults.add(path, value, "must be a finite number")
    else:
        faults.add(path, value, "must be a JSON value: text, number, true, false, null, list or object")


def _check_names(members: dict[object, object], path: str, faults: Faults) -> None:
    for name in members:
        if not isinstance(name, str) or len(name) > LONGEST_NAME:
            faults.add(path, members, f"must have names of text, at most {LONGEST_NAME} characters")
    for name in members.names if isinstance(members, _Repeated) else ():
        faults.add(join_path(path, name), members[name], "stands more than once in its object", "Leave one.")
