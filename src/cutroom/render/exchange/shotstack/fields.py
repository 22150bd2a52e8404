"""Reading a foreign object field by field: what nobody asked for is noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from cutroom.render.document.faults import join_path, shorten

MOST_NOTES = 500


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not carried over, or not exactly.

    Attributes:
        path: Where it stands in the edit.
        message: What became of it.
    """

    path: str
    message: str


@dataclass
class Notes:
    """The notes so far."""

    found: dict[Note, None] = field(default_factory=dict[Note, None])

    def add(self, path: str, message: str) -> None:
        """Note something once; more than `MOST_NOTES` are too many to read."""
        if len(self.found) < MOST_NOTES:
            self.found.setdefault(Note(path, message))


class Fields:
    """An object of an edit."""

    def __init__(self, value: object, path: str, notes: Notes) -> None:
        """Take an object.

        Args:
            value: What stands there; whatever is no object is noted and has no fields.
            path: Where it stands.
            notes: Where it is noted what is not carried over.
        """
        self.path = path
        self.notes = notes
        self._values: Mapping[str, Any] = cast("Any", value) if isinstance(value, Mapping) else {}
        if value is not None and not isinstance(value, Mapping):
            notes.add(path, f"is no object ({shorten(value)}) and is left out")
        self._taken: set[str] = set()

    def has(self, name: str) -> bool:
        """Say whether a field is there and not null."""
        return self._values.get(name) is not None

    def take(self, *names: str) -> Any:
        """Return the first field of these names that is there, else None."""
        self._taken.update(names)
        return next((self._values[name] for name in names if self.has(name)), None)

    def word(self, *names: str) -> str | None:
        """Return the text of the first field of these names that is there; whatever is no text is noted."""
        value = self.take(*names)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.note(
            next(name for name in names if self.has(name)), f"is no text ({shorten(value)}) and is left out"
        )
        return None

    def inner(self, *names: str) -> Fields:
        """Return the object in a field; without fields where there is none."""
        name = next((one for one in names if self.has(one)), names[0])
        return Fields(self.take(*names), self.at(name), self.notes)

    def items(self, name: str) -> list[tuple[str, Any]]:
        """Return the items of a list with their paths; nothing where there is none."""
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.note(name, "is no list and is left out")
            return []
        several = cast("list[Any]", value)
        return [(join_path(self.at(name), index), one) for index, one in enumerate(several)]

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return join_path(self.path, name)

    def note(self, name: str, message: str) -> None:
        """Note what became of a field."""
        self.notes.add(self.at(name), message)

    def close(self, *known: str) -> None:
        """Note every field that was not taken; `known` ones have no effect on what is seen."""
        for name in self._values:
            if name not in self._taken and name not in known and self.has(name):
                self.note(name, f"is not carried over ({shorten(self._values[name])})")
