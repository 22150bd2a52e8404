"""The functions of expressions in templates, by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from cutroom.render.document.expression_values import (
    LONGEST_LIST,
    LONGEST_TEXT,
    ExpressionError,
    items,
    kind_of,
    number,
    text,
    write_text,
)

_MOST_DIGITS = 10
_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - twelve words in one line
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _len(value: Any) -> int:
    if not isinstance(value, str | list | tuple | dict):
        raise ExpressionError(f"needs a text or a list for len, not {kind_of(value)}")
    return len(cast("str | list[Any]", value))


def _round(value: Any, digits: Any = 0) -> int | float:
    # Halves away from zero, as people round; Python would round them to even.
    places = _digits(digits)
    step = Decimal(1).scaleb(-places)
    return float(Decimal(repr(number(value, "round"))).quantize(step, rounding=ROUND_HALF_UP))


def _digits(value: Any) -> int:
    digits = number(value, "digits")
    if digits != int(digits) or not 0 <= digits <= _MOST_DIGITS:
        raise ExpressionError(f"needs 0 to {_MOST_DIGITS} digits, not {digits}")
    return int(digits)


def _format(value: Any, digits: Any = 0, thousands: Any = ",", point: Any = ".") -> str:
    written = f"{_round(value, digits):,.{_digits(digits)}f}"
    marks = {",": text(thousands, "format"), ".": text(point, "format")}
    return "".join(marks.get(character, character) for character in written)


def _default(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None or value == "" else value


def _join(values: Any, between: Any = ", ") -> str:
    parts = [write_text(value) for value in items(values, "join")]
    glue = text(between, "join")
    if sum(map(len, parts)) + len(glue) * len(parts) > LONGEST_TEXT:
        raise ExpressionError(f"has a result that is longer than {LONGEST_TEXT:,}")
    return glue.join(parts)


def _split(value: Any, at: Any = " ") -> list[str]:
    mark = text(at, "split")
    if not mark:
        raise ExpressionError("needs a mark to split at")
    return text(value, "split").split(mark)


def _replace(value: Any, old: Any, new: Any) -> str:
    whole, sought, given = text(value, "replace"), text(old, "replace"), text(new, "replace")
    if not sought:
        raise ExpressionError("needs something to replace")
    if len(whole) + whole.count(sought) * len(given) > LONGEST_TEXT:
        raise ExpressionError(f"has a result that is longer than {LONGEST_TEXT:,}")
    return whole.replace(sought, given)


def _first(value: Any) -> Any:
    sequence = value if isinstance(value, str) else items(value, "first")
    return sequence[0] if sequence else None


def _last(value: Any) -> Any:
    sequence = value if isinstance(value, str) else items(value, "last")
    return sequence[-1] if sequence else None


def _slice(value: Any, start: Any, end: Any = None) -> Any:
    sequence = value if isinstance(value, str) else items(value, "slice")
    stop = None if end is None else int(number(end, "slice"))
    return sequence[int(number(start, "slice")) : stop]


def _pluck(values: Any, name: Any) -> list[Any]:
    member = text(name, "pluck")
    return [
        cast("dict[str, Any]", one).get(member) if isinstance(one, dict) else None
        for one in items(values, "pluck")
    ]


def _range(count: Any, end: Any = None) -> list[int]:
    start, stop = (0, number(count, "range")) if end is None else (count, number(end, "range"))
    if stop - number(start, "range") > LONGEST_LIST:
        raise ExpressionError(f"has a result that is longer than {LONGEST_LIST:,}")
    return list(range(int(start), int(stop)))


def _extreme(choose: Callable[[list[int | float]], int | float]) -> Callable[..., int | float]:
    def pick(*values: Any) -> int | float:
        several = items(values[0], "min and max") if len(values) == 1 else values
        numbers = [number(value, "min and max") for value in several]
        if not numbers:
            raise ExpressionError("needs at least one number for min and max")
        return choose(numbers)

    return pick


def _number(value: Any) -> int | float:
    try:
        read = float(text(value, "number")) if isinstance(value, str) else number(value, "number")
    except ValueError:
        raise ExpressionError(f"finds no number in {value[:40]!r}") from None
    if not abs(read) < float("inf"):
        raise ExpressionError(f"finds no finite number in {value!r}")
    return read


def _date(value: Any, form: Any = "%Y-%m-%d") -> str:
    # Not strftime: its names of months and days depend on the machine's locale.
    try:
        moment = datetime.fromisoformat(text(value, "date"))
    except ValueError:
        hint = 'Dates are written as "2026-11-21" or "2026-11-21T18:30".'
        raise ExpressionError(f"finds no date in {value[:40]!r}", hint) from None
    month, day = _MONTHS[moment.month - 1], _DAYS[moment.weekday()]
    parts = {
        "%Y": f"{moment.year:04}",
        "%m": f"{moment.month:02}",
        "%d": f"{moment.day:02}",
        "%-d": str(moment.day),
        "%-m": str(moment.month),
        "%H": f"{moment.hour:02}",
        "%M": f"{moment.minute:02}",
        "%B": month,
        "%b": month[:3],
        "%A": day,
        "%a": day[:3],
    }
    written = text(form, "date")
    for mark, part in parts.items():
        written = written.replace(mark, part)
    return written


def _of_text(name: str, change: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: change(text(value, name))


def _of_number(name: str, change: Callable[[float], float]) -> Callable[[Any], float]:
    return lambda value: change(number(value, name))


def _sum(values: Any) -> float:
    return math.fsum(number(one, "sum") for one in items(values, "sum"))


FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "abs": (_of_number("abs", abs), 1, 1),
    "ceil": (_of_number("ceil", math.ceil), 1, 1),
    "date": (_date, 1, 2),
    "default": (_default, 2, 2),
    "first": (_first, 1, 1),
    "floor": (_of_number("floor", math.floor), 1, 1),
    "format": (_format, 1, 4),
    "join": (_join, 1, 2),
    "last": (_last, 1, 1),
    "len": (_len, 1, 1),
    "lower": (_of_text("lower", str.lower), 1, 1),
    "max": (_extreme(max), 1, 20),
    "min": (_extreme(min), 1, 20),
    "number": (_number, 1, 1),
    "pluck": (_pluck, 2, 2),
    "range": (_range, 1, 2),
    "replace": (_replace, 3, 3),
    "round": (_round, 1, 2),
    "slice": (_slice, 2, 3),
    "split": (_split, 1, 2),
    "sum": (_sum, 1, 1),
    "text": (write_text, 1, 1),
    "title": (_of_text("title", str.title), 1, 1),
    "trim": (_of_text("trim", str.strip), 1, 1),
    "upper": (_of_text("upper", str.upper), 1, 1),
}
"""Function, least and most arguments. All are pure; results are limited by whoever calls them."""
