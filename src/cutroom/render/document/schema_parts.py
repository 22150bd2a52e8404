"""The steps from pydantic's schema of models to one of documents: docstrings, placeholders, plain names."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from cutroom.render.document.values import Color, Length

Schema = dict[str, Any]
PLACEHOLDER: Schema = {"$ref": "#/$defs/Placeholder"}
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+(?:\n {5,}.+)*)", re.MULTILINE)
# What a text may say of itself and still have placeholders in it.
_TEXT = {"type", "description", "default", "minLength", "maxLength"}
_PARTS = ("#/$defs/Clip", "#/$defs/Track")


def documented(model: type[BaseModel]) -> dict[str, str]:
    """Return what the docstrings of a model and its bases say of its fields, by name in JSON."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        found |= _attributes(inspect.cleandoc(one.__doc__ or ""))
    return found


def _attributes(docstring: str) -> dict[str, str]:
    described = docstring.partition("Attributes:\n")[2]
    return {to_camel(name): " ".join(text.split()) for name, text in _ATTRIBUTE.findall(described)}


def describe(definition: Schema, descriptions: Mapping[str, str]) -> None:
    """Give the fields of an object's schema their descriptions, where they have none."""
    for name, field in definition.get("properties", {}).items():
        if name in descriptions:
            field.setdefault("description", descriptions[name])


def open_up(schema: Schema, *, fills: bool) -> Schema:
    """Return a schema in whose values placeholders may stand.

    Args:
        schema: As pydantic makes it.
        fills: Whether they may; else it is only made plainer.
    """
    if schema.get("discriminator", {}).get("propertyName") == "type":
        return {"$ref": "#/$defs/Input"}
    describe(schema, _attributes(schema.get("description", "")))
    opened: Schema = {}
    for key, part in schema.items():
        opened |= _open_part(key, part, fills=fills)
    return opened


def _open_part(key: str, part: Any, *, fills: bool) -> Schema:
    match key:
        case "properties":
            return {key: {name: _value(field, fills=fills) for name, field in part.items()}}
        case "items" | "additionalProperties" if isinstance(part, dict):
            return {key: _value(cast("Schema", part), fills=fills)}
        case "prefixItems":
            return {key: [_value(one, fills=fills) for one in part]}
        case "anyOf" | "oneOf":  # with placeholders several branches of oneOf may fit
            return {"anyOf": _flat([open_up(one, fills=fills) for one in part])}
        case "title" | "discriminator":
            return {}
        case _:
            return (
                _default(part)
                if key == "default"
                else {key: _summary(part) if key == "description" else part}
            )


def _summary(docstring: str) -> str:
    return docstring.partition("\n\nAttributes:")[0]


def _flat(branches: list[Schema]) -> list[Schema]:
    return [
        one for branch in branches for one in (branch["anyOf"] if branch.keys() == {"anyOf"} else [branch])
    ]


def _value(schema: Schema, *, fills: bool) -> Schema:
    opened = open_up(schema, fills=fills)
    is_part = opened.get("$ref") in _PARTS or opened.get("items", {}).get("$ref") in _PARTS
    is_text = opened.get("type") == "string" and opened.keys() <= _TEXT
    return opened if not fills or is_part or is_text or "const" in opened else filled(opened)


def filled(schema: Schema) -> Schema:
    """Return the schema of a value for which a placeholder may stand."""
    said = {key: schema[key] for key in ("description", "default") if key in schema}
    rest = {key: part for key, part in schema.items() if key not in said}
    return {**said, "anyOf": [*_flat([rest]), PLACEHOLDER]}


def _default(value: Any) -> Schema:
    if not isinstance(value, dict):
        return {} if value is None or value == [] else {"default": value}
    parts = cast("dict[str, Any]", value)
    if parts.keys() == {"red", "green", "blue", "alpha"}:
        return {"default": Color(**parts).write()}
    if parts.keys() == {"number", "is_percent"}:
        return {"default": Length(**parts).write()}
    return {}


def rename(schema: Schema) -> Schema:
    """Return a schema whose definitions of generic models have names that people can read."""
    names: dict[str, str] = {}
    for name in schema["$defs"]:
        stem, bracket, inner = name.partition("_")
        if bracket:
            kind = inner.strip("_")
            kind = (
                "Number" if kind == "float" or kind.startswith("Annotated_float") else kind.partition("_")[0]
            )
            plain = f"{stem}Of{kind[:1].upper()}{kind[1:]}"
            count = sum(taken.rstrip("0123456789") == plain for taken in names.values())
            names[name] = f"{plain}{count + 1}" if count else plain
    definitions = {names.get(name, name): part for name, part in schema["$defs"].items()}
    return cast("Schema", _redirect(schema | {"$defs": definitions}, names))


def _redirect(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, list):
        return [_redirect(one, names) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    members = cast("dict[str, Any]", part)
    moved = {key: _redirect(one, names) for key, one in members.items()}
    if isinstance(reference := moved.get("$ref"), str):
        stem, _, name = reference.rpartition("/")
        moved["$ref"] = f"{stem}/{names.get(name, name)}"
    return moved
