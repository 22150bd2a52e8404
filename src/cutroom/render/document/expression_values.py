"""What expressions in templates reckon with: JSON values, under limits that no template can pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

LONGEST_TEXT = 100_000
LONGEST_LIST = 10_000
MOST_WORK = 5_000_000
"""Steps and items of lists that all expressions of a document may go through; some 2 s."""
_LARGEST = 10**15
"""Whole numbers up to here are exact in doubles, so that every machine reckons the same."""


class ExpressionError(Exception):
    """An expression cannot be read or reckoned."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UnknownValue(ExpressionError):
    """An expression depends on an input whose value is missing or wrong, which is a fault of its own."""


UNKNOWN = object()
"""Stands for such a value."""


@dataclass
class Scope:
    """The names that an expression may use, and how much work is left for all expressions of a document.

    Attributes:
        names: Values by name.
        work: Steps left, shared by every scope of a document.
        is_void: Whether nothing of it comes into the template: then nothing is reckoned either.
    """

    names: Mapping[str, Any]
    work: list[int] = field(default_factory=lambda: [MOST_WORK])
    is_void: bool = False

    def inside(self, names: Mapping[str, Any]) -> Scope:
        """Return a scope with more names; they win over those of this one."""
        return Scope({**self.names, **names}, self.work, self.is_void)

    def void(self) -> Scope:
        """Return the scope of what is left out of the template."""
        return Scope(self.names, self.work, is_void=True)

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            ExpressionError: When there was too much of it.
        """
        self.work[0] -= steps
        if self.work[0] < 0:
            raise ExpressionError("makes the expressions of this template too much work")


def kind_of(value: object) -> str:
    """Return what a value is, in the words of a template's author."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "null" if value is None else "a list" if isinstance(value, list | tuple) else "an object"


def limited(value: object, scope: Scope) -> Any:
    """Return a result as it is, whole numbers as int.

    Raises:
        ExpressionError: When it is larger than results may be.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        if not abs(value) <= _LARGEST:
            raise ExpressionError(f"has a result that is not within ±{_LARGEST:,}")
        return int(value) if value == int(value) else value
    if isinstance(value, str | list | tuple):
        scope.spend(size_of(cast("Any", value)))
        most = LONGEST_TEXT if isinstance(value, str) else LONGEST_LIST
        if len(cast("str | list[Any]", value)) > most:
            raise ExpressionError(f"has a result that is longer than {most:,}")
    return cast("Any", value)


def size_of(value: Any) -> int:
    """Return the work that going through a value is."""
    if isinstance(value, str):
        return len(value) // 64 + 1
    return len(cast("list[Any]", value)) + 1 if isinstance(value, list | tuple) else 1


def number(value: object, what: str) -> int | float:
    """Return a number.

    Raises:
        ExpressionError: When it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"needs a number for {what}, not {kind_of(value)}")
    return value


def text(value: object, what: str) -> str:
    """Return a text.

    Raises:
        ExpressionError: When it is none.
    """
    if not isinstance(value, str):
        raise ExpressionError(f"needs a text for {what}, not {kind_of(value)}", "text(...) makes one.")
    return value


def items(value: object, what: str) -> list[Any]:
    """Return a list.

    Raises:
        ExpressionError: When it is none.
    """
    if not isinstance(value, list | tuple):
        raise ExpressionError(f"needs a list for {what}, not {kind_of(value)}")
    return cast("list[Any]", value)


def write_text(value: object) -> str:
    """Return a value as it stands in a text: numbers without needless digits, nothing for null.

    Raises:
        ExpressionError: When it is a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) >= 1e-9 else "0"  # noqa: PLR2004 - 10 digits
    if isinstance(value, str | int):
        return str(value)
    hint = 'join(list, ", ") makes a text of a list.'
    raise ExpressionError(f"puts {kind_of(value)} into a text", hint)
