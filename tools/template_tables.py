"""The tables of the template language: what clips may say, which motions, transitions, styles there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from cutroom.render.caption_style import CAPTION_STYLES
from cutroom.render.document.clip import Clip, VisualClip
from cutroom.render.document.gallery import gallery
from cutroom.render.layer import LAYERS
from cutroom.render.motion import MOTIONS
from cutroom.render.output import OUTPUTS
from cutroom.render.transition import TRANSITIONS

_PATTERNS = {r"^[\d:./ ]+$": "clock", r"^[+-]?[\d.]+ ?%$": "share"}
_UNIONS = {("number", "clock"): "time", ("number", "share"): "length"}
_LONGEST = 6
"""Choices of a field that are written out."""


def clip_fields() -> str:
    """Return what every clip that is seen may say."""
    return _fields(VisualClip, leave_out={"type"})


def layers() -> str:
    """Return a section for each layer type, with the fields of its own."""
    parts: list[str] = []
    for name in LAYERS.names():
        layer = LAYERS.load(name)
        shared = VisualClip if issubclass(layer.model, VisualClip) else Clip
        own = _fields(layer.model, leave_out=set(shared.model_fields))
        parts.append(f"### `{name}`\n\n{layer.summary}\n\n{own}")
    return "\n" + "\n".join(parts) + "\n"


def motions() -> str:
    """Return how clips come and go."""
    return _named((name, MOTIONS.load(name).__class__.__module__) for name in MOTIONS.names())


def transitions() -> str:
    """Return how one clip passes into the next."""
    return _named((name, TRANSITIONS.load(name).__class__.__module__) for name in TRANSITIONS.names())


def captions() -> str:
    """Return the styles of captions."""
    return _named((name, CAPTION_STYLES.load(name).__class__.__module__) for name in CAPTION_STYLES.names())


def outputs() -> str:
    """Return the formats of files."""
    rows = [
        (f"`{name}`", OUTPUTS.load(name).title, "yes" if OUTPUTS.load(name).has_alpha else "")
        for name in OUTPUTS.names()
    ]
    return _table(("format", "is", "can be transparent"), rows)


def templates() -> str:
    """Return the gallery with a picture of each template."""
    rows = [
        (
            f"`{each.name}`",
            f'<img src="pictures/gallery-{each.name}.jpg" alt="{each.name}" height="160">',
            each.description,
        )
        for each in gallery()
    ]
    return _table(("name", "picture", "for"), rows)


def _named(found: Iterable[tuple[str, str]]) -> str:
    """Return names with what the head of their file says."""
    rows: list[tuple[str, str]] = []
    for name, module in found:
        head = (__import__(module, fromlist=["__doc__"]).__doc__ or "").strip().splitlines()[0]
        said = head.partition(": ")[2] or head
        rows.append((f"`{name}`", said[:1].upper() + said[1:]))
    return _table(("name", "what is seen"), rows)


def parts() -> str:
    """Return a section for each object that stands in a clip: shadows, motions, gradients, ..."""
    found: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
    for name in LAYERS.names():
        definitions = LAYERS.load(name).model.model_json_schema(by_alias=True).get("$defs", {})
        for title, schema in definitions.items():
            if schema.get("type") == "object" and not title.startswith("Keyframe") and title != "Clip":
                found[_words(title)] = (schema, definitions)
    sections: list[str] = []
    for title, (schema, definitions) in sorted(found.items()):
        said = str(schema.get("description", "")).partition("\n\n")[0].replace("\n", " ")
        sections.append(f"### {title}\n\n{said}\n\n{_rows(schema, definitions, set())}")
    return "\n" + "\n".join(sections) + "\n"


def _fields(model: type[BaseModel], *, leave_out: set[str]) -> str:
    schema = model.model_json_schema(by_alias=True)
    hidden = {model.model_fields[name].alias or name for name in leave_out if name in model.model_fields}
    return _rows(schema, schema.get("$defs", {}), hidden)


def _rows(schema: Mapping[str, Any], definitions: Mapping[str, Any], hidden: set[str]) -> str:
    rows: list[tuple[str, str, str, str]] = []
    for name, field in schema.get("properties", {}).items():
        if name in hidden:
            continue
        needed = "needed" if name in schema.get("required", []) else _default(field)
        kind = "easing" if name == "easing" else _kind(field, definitions)
        rows.append((f"`{name}`", kind, needed, field.get("description", "")))
    return _table(("field", "is", "left out", ""), rows)


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    if isinstance(value, dict):
        is_length = "is_percent" in value
        return f"`{value['number']:g}{'%' if value['is_percent'] else ''}`" if is_length else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value in (None, "", []) else f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _kind(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return in words what a field takes."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        if name.startswith("Keyframes"):
            return "*"
        return _kind(definitions[name], definitions) if "enum" in definitions[name] else _words(name)
    if "enum" in field or "const" in field:
        return _choices([*field.get("enum", []), *([field["const"]] if "const" in field else [])])
    several = field.get("anyOf") or field.get("oneOf") or field.get("allOf")
    if several:
        kinds = [_kind(each, definitions) for each in several]
        moves = "*" in kinds
        plain = list(dict.fromkeys(kind for kind in kinds if kind not in {"*", "null"}))
        united = _UNIONS.get((plain[0], plain[1])) if len(plain) > 1 else None
        text = " or ".join([united, *plain[2:]] if united else plain)
        return f"{text}, animated" if moves else text
    return _simple(field, definitions)


def _simple(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    kind = field.get("type", "any")
    if kind == "array":
        return f"list of {_kind(field.get('items', {}), definitions)}"
    if kind == "string":
        pattern = field.get("pattern", "")
        return "color" if field.get("format") == "color" else _PATTERNS.get(pattern, "text")
    names = {"number": "number", "integer": "whole number", "boolean": "yes or no", "null": "null"}
    low, high = field.get("minimum"), field.get("maximum")
    bounds = f" {low:g} to {high:g}" if low is not None and high is not None else ""
    return names.get(str(kind), str(kind)) + bounds


def _words(name: str) -> str:
    """Return the name of a model in words: BlurredFill is a blurred fill."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Use")).lower()


def _choices(values: list[Any]) -> str:
    shown = ", ".join(f"`{value}`" for value in values[:_LONGEST])
    return shown + (", …" if len(values) > _LONGEST else "")


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
