"""Merge fields of an edit as inputs of a template, and its values with placeholders in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

from cutroom.render.document.expressions import KEYWORDS
from cutroom.render.document.values import Color
from cutroom.render.exchange.shotstack.fields import Fields, Notes

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,100}?)\s*\}\}")
_FILES = frozenset({"image", "video", "audio"})


class Merge:
    """The merge fields, and how they turned out to be used."""

    def __init__(self, fields: Iterable[tuple[str, Any]], notes: Notes) -> None:
        """Read merge fields.

        Args:
            fields: The list `merge` with paths.
            notes: Where it is noted what is not carried over.
        """
        self._notes = notes
        self._values: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        for path, one in fields:
            entry = Fields(one, path, notes)
            find = entry.take("find")
            value = entry.take("replace")
            if isinstance(find, str) and find.strip():
                self._values[find.strip()] = value
                self._name(find.strip())
            entry.close()

    def keep(self, value: Any, kind: str) -> Any:
        """Return a value whose placeholders name inputs.

        Args:
            value: Any value of the edit.
            kind: The type of input that a placeholder alone is: text, number, color, image, video, audio.
        """
        if not isinstance(value, str) or "{{" not in value:
            return value
        whole = _PLACEHOLDER.fullmatch(value)
        if whole is not None:
            known = self._values.get(whole[1])
            if isinstance(known, list | dict):
                self._notes.add("$.merge", f"{whole[1]!r} is a list or an object and is filled in for good")
                return cast("Any", known)
            self._kinds.setdefault(whole[1], kind)
        return _PLACEHOLDER.sub(lambda match: "{{" + self._name(match[1]) + "}}", value)

    def number(self, value: Any, path: str, otherwise: float | None = None) -> float | None:
        """Return a number that has to be reckoned with; placeholders are filled in for good, with a note."""
        if isinstance(value, str) and (whole := _PLACEHOLDER.fullmatch(value.strip())):
            value = self._values.get(whole[1])
            self._notes.add(path, f"is filled in for good with {value!r} of the merge field {whole[1]!r}")
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                value = None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return otherwise
        return int(value) if value == int(value) else value

    def inputs(self) -> dict[str, Any]:
        """Return the definitions of the template's inputs."""
        return {name: self._definition(find) for find, name in self._names.items()}

    def _definition(self, find: str) -> dict[str, Any]:
        value = self._values.get(find)
        kind = self._kinds.get(find, "text")
        label = {} if self._names[find] == find else {"label": find}
        if isinstance(value, bool):
            return {"type": "boolean", **label, "default": value}
        if isinstance(value, int | float):
            return {"type": "number", **label, "default": value}
        if isinstance(value, str) and value:
            return {"type": _fitting(kind, value), **label, "default": value}
        # Without a value the edit shows the placeholder or nothing at all.
        return {"type": kind, **label, "required": kind in _FILES}

    def _name(self, find: str) -> str:
        """Return what the input of a merge field is called."""
        if find not in self._names:
            name = re.sub(r"[^A-Za-z0-9_]+", "_", find).strip("_") or "field"
            name = f"field_{name}" if name[0].isdigit() or name in KEYWORDS else name
            taken = set(self._names.values())
            while name in taken:
                name += "_"
            self._names[find] = name
            if find not in self._values:
                self._notes.add("$.merge", f"has no value for {find!r}, which became an input")
        return self._names[find]


def _fitting(kind: str, value: str) -> str:
    if kind == "color":
        try:
            Color.read(value)
        except ValueError:
            return "text"
    if kind == "number":
        return "text"
    return kind
