"""The form of a template's inputs: its fields, and the values that were typed into it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast

from cutroom.render.document.faults import Faults, join_path
from cutroom.render.document.input_reading import (
    AnyInput,
    ColorInput,
    FileInput,
    ListInput,
    NumberInput,
    TextInput,
    read_definitions,
)

Values = dict[str, Any]
PREFIX = "in"
_COUNT = "#"
_LONGEST_LINE = 120
_MOST_ITEMS = 200  # that a form shows; more are edited in the JSON


@dataclass(frozen=True)
class Field:
    """One input of a form.

    Attributes:
        name: Of the form's field.
        steps: Where its value stands among the values.
        place: The same as a path, as faults name it.
        kind: text, number, color, boolean, image, video, audio or list.
        label: For people.
        description: More words; empty where there are none.
        value: As text; of a boolean true or false.
        required: Whether a value must be given.
        empty: Whether an empty text is a value; else it stands for none.
        limits: Attributes of the HTML field.
        options: What can be chosen; empty: anything.
        is_long: Whether a text has several lines.
        items: Of a list, the fields of each item.
        bounds: Of a list, how many items there may be.
        is_plain: Whether the items of a list are single values.
    """

    name: str
    steps: str
    place: str
    kind: str
    label: str
    description: str
    value: Any
    required: bool
    empty: bool
    limits: Mapping[str, str]
    options: Sequence[str]
    is_long: bool
    items: Sequence[Sequence[Field]] = ()
    bounds: tuple[int, int] = (0, 0)
    is_plain: bool = False


def definitions_of(document: Mapping[str, Any]) -> dict[str, AnyInput]:
    """Return the inputs of a document, without those that cannot be read."""
    return read_definitions(document.get("inputs"), Faults())


def first_values(definitions: Mapping[str, AnyInput]) -> Values:
    """Return the values that a form begins with: copies of the defaults."""
    found = {name: deepcopy(one.fallback) for name, one in definitions.items()}
    return {name: value for name, value in found.items() if value is not None}


def fields_of(definitions: Mapping[str, AnyInput], values: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a form.

    Args:
        definitions: What is asked for.
        values: What stands in the fields; what is missing is empty.
    """
    return [_field(one, (name,), values.get(name), name) for name, one in definitions.items()]


def _field(definition: AnyInput, steps: tuple[str | int, ...], value: Any, name: str) -> Field:
    kind: str = getattr(definition, "type", "text")
    is_list = isinstance(definition, ListInput)
    items = _items(definition, steps, value) if is_list else []
    return Field(
        name=".".join([PREFIX, *map(str, steps)]),
        steps=json.dumps(list(steps)),
        place=join_path("$.inputs", *steps),
        kind=kind,
        label=definition.label or _words(name),
        description=definition.description or "",
        value=bool(value) if kind == "boolean" else _text(value),
        required=definition.is_required,
        empty=isinstance(definition, TextInput) and definition.default is not None,
        limits=_limits(definition),
        options=_options(definition),
        is_long=_is_long(definition, value),
        items=items,
        bounds=(definition.min_items, definition.max_items) if is_list else (0, 0),
        is_plain=is_list and definition.fields is None,
    )


def _items(definition: ListInput, steps: tuple[str | int, ...], value: Any) -> list[list[Field]]:
    given = cast("list[Any]", value)[:_MOST_ITEMS] if isinstance(value, list) else []
    found: list[list[Field]] = []
    for number, item in enumerate(given):
        if definition.items is not None:
            found.append([_field(definition.items, (*steps, number), item, f"Item {number + 1}")])
            continue
        members: Mapping[str, Any] = cast("Mapping[str, Any]", item) if isinstance(item, dict) else {}
        found.append(
            [
                _field(one, (*steps, number, name), members.get(name), name)
                for name, one in (definition.fields or {}).items()
            ]
        )
    return found


def _limits(definition: AnyInput) -> dict[str, str]:
    match definition:
        case TextInput():
            return {"maxlength": str(definition.max_length)} if definition.max_length < 100_000 else {}  # noqa: PLR2004 - what no text has anyway
        case NumberInput():
            bounds = {"min": definition.min, "max": definition.max}
            written = {name: f"{bound:g}" for name, bound in bounds.items() if bound is not None}
            return written | {"step": f"{definition.step:g}" if definition.step else "any"}
        case _:
            return {}


def _options(definition: AnyInput) -> list[str]:
    chosen: Sequence[Any] | None = getattr(definition, "options", None)
    return [_text(option) for option in chosen or ()]


def _is_long(definition: AnyInput, value: Any) -> bool:
    if not isinstance(definition, TextInput) or definition.options:
        return False
    text = value if isinstance(value, str) else ""
    return definition.multiline or "\n" in text or len(text) > _LONGEST_LINE


def _words(name: str) -> str:
    """Turn `startPrice` and `start_price` into `Start price`."""
    spaced = "".join(f" {c.lower()}" if c.isupper() else c for c in name.replace("_", " "))
    return " ".join(spaced.split()).capitalize()


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def read_values(definitions: Mapping[str, AnyInput], form: Mapping[str, str]) -> Values:
    """Return the values of a form that was sent; what is empty and stands for nothing is left out."""
    found = {name: _read(one, f"{PREFIX}.{name}", form) for name, one in definitions.items()}
    return {name: value for name, value in found.items() if value is not None}


def _read(definition: AnyInput, name: str, form: Mapping[str, str]) -> Any:
    if isinstance(definition, ListInput):
        return [_read_item(definition, f"{name}.{number}", form) for number in range(_count(form, name))]
    text = form.get(name, "").replace("\r\n", "\n")
    match definition:
        case TextInput():
            return text if text or definition.default is not None else None
        case NumberInput():
            return _number(text) if text else None
        case ColorInput():
            return text.strip() or None
        case FileInput():
            return form.get(f"{name}.address", "").strip() or text or None
        case _:
            return name in form


def _read_item(definition: ListInput, name: str, form: Mapping[str, str]) -> Any:
    if definition.items is not None:
        value = _read(definition.items, name, form)
        return "" if value is None else value
    found = {field: _read(one, f"{name}.{field}", form) for field, one in (definition.fields or {}).items()}
    return {field: value for field, value in found.items() if value is not None}


def _count(form: Mapping[str, str], name: str) -> int:
    text = form.get(f"{name}.{_COUNT}", "0")
    return min(int(text), _MOST_ITEMS) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004 - a count of items


def _number(text: str) -> Any:
    """Return a number; what is none stays a text, and the template says what is wrong with it."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < 1e15 else number  # noqa: PLR2004 - as exact as JSON's readers are


def change_list(definitions: Mapping[str, AnyInput], values: Values, wish: str) -> None:
    """Add, remove or move an item of a list: `add:slides`, `remove:slides.2`, `up:slides.2`.

    A wish that does not fit the values changes nothing.
    """
    deed, _, place = wish.partition(":")
    steps = [int(step) if step.isdigit() else step for step in place.split(".")]
    if deed == "add":
        found, definition = _find(definitions, values, steps)
        if definition is not None:
            found.append(_fresh(definition))
        return
    number = steps.pop()
    found, _ = _find(definitions, values, steps)
    if not isinstance(number, int) or number >= len(found):
        return
    item = found.pop(number)
    if deed in {"up", "down"}:
        found.insert(max(0, number + (1 if deed == "down" else -1)), item)


def _find(
    definitions: Mapping[str, AnyInput], values: Values, steps: Sequence[str | int]
) -> tuple[list[Any], ListInput | None]:
    """Return the list at a place and its definition; an empty list that is nobody's where there is none."""
    definition = definitions.get(str(steps[0])) if steps else None
    if not isinstance(definition, ListInput):
        return [], None
    items: list[Any] = values.setdefault(str(steps[0]), [])
    if len(steps) == 1:
        return items, definition
    number = steps[1]
    if not isinstance(number, int) or number >= len(items) or definition.fields is None:
        return [], None
    return _find(definition.fields, items[number], steps[2:])


def _fresh(definition: ListInput) -> Any:
    if definition.items is not None:
        return "" if definition.items.fallback is None else deepcopy(definition.items.fallback)
    return first_values(definition.fields or {})
