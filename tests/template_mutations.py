"""Templates gone wrong at random: each is a known good one with a few of its values replaced."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from cutroom.render.document.gallery import gallery
from cutroom.render.document.schema import template_schema
from cutroom.render.layer import LAYERS

SCHEMA = template_schema()

NUMBERS = (0, 1, -1, 2, 0.5, 1e-9, -1e-9, 3.7, 100, -100, 359.99, 4096, 1e6, -1e6, 1e9, -1e9, 1e15, 10**17)
TEXTS = (
    "",
    "auto",
    "end",
    "50%",
    "-250%",
    "100000%",
    "1000000%",
    "1/3",
    "00:00:00.5",
    "1e-5",
    "#fff",
    "#12345678",
    "transparent",
    "linear",
    "{{nobody}}",
    "{{1 / 0}}",
    "{{",
    "}}{{1}}",
    "a\x00b",
    "\ud800",
    "سلام עולם 你好 👩‍👩‍👧 e\u0301\u200b\u202e",
    "*word* " * 40,
    "x" * 2500,
    "\n" * 50,
    "../../etc/passwd",
    "file:///etc/passwd",
)
OTHERS: tuple[Any, ...] = (None, True, False, [], {}, [0], {"a": 1}, [[[]]], {"keyframes": []})


def good_templates() -> list[dict[str, Any]]:
    """Return documents to begin with: the gallery, and each layer's example twice, animated in many ways."""
    return [template.document for template in gallery()] + [_of_layer(name) for name in LAYERS.names()]


def _of_layer(name: str) -> dict[str, Any]:
    example = {**copy.deepcopy(LAYERS.load(name).example), "length": 2}
    moved = {
        **copy.deepcopy(example),
        "start": "auto",
        "scale": {"keyframes": [{"time": 0, "value": 0.5}, {"time": 1, "value": 1.5, "easing": "ease-out"}]},
        "rotation": 20,
        "opacity": 0.5,
        "blur": 2,
        "shadow": {"x": 3},
        "mask": {"shape": "ellipse"},
        "enter": {"type": "slide", "length": 0.5},
        "exit": {"type": "zoom", "length": 0.5},
        "transition": {"type": "wipe", "length": 0.5, "softness": 0.2},
    }
    if name == "audio":
        moved = example
    size = {"version": 1, "width": 192, "height": 108, "rate": 10}
    alone = {name: value for name, value in moved.items() if name != "transition"}
    tracks = [{"clips": [example, moved]}, {"clips": [{"type": "group", "clips": [alone]}]}]
    return json.loads(json.dumps({**size, "tracks": tracks}))  # no part stands in it twice


def mutated(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a copy with one to four values replaced, removed, doubled, swapped or added."""
    changed = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice((_replace, _add, _add, _add, _add, _remove, _double, _swap))(changed, chance)
    return changed


def _containers(value: Any) -> list[Any]:
    found: list[Any] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            found.append(one)
            waiting.extend(one.values() if isinstance(one, dict) else one)
    return found


def _place(document: Any, chance: random.Random) -> tuple[Any, Any]:
    holder = chance.choice(_containers(document))
    return holder, chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))


def _replace(document: Any, chance: random.Random) -> None:
    holder, key = _place(document, chance)
    holder[key] = odd_value(chance)


def _remove(document: Any, chance: random.Random) -> None:
    holder, key = _place(document, chance)
    if holder is not document:
        del holder[key]


def _double(document: Any, chance: random.Random) -> None:
    lists = [one for one in _containers(document) if isinstance(one, list)]
    if lists:
        chosen = chance.choice(lists)
        chosen.append(copy.deepcopy(chance.choice(chosen)))


def _swap(document: Any, chance: random.Random) -> None:
    one, key = _place(document, chance)
    other, name = _place(document, chance)
    one[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(one[key])


def _add(document: Any, chance: random.Random) -> None:
    """Give a clip, or the document, a field of its model with a value that may fit."""
    clips = [
        one for one in _containers(document) if isinstance(one, dict) and str(one.get("type")) in _MODELS
    ]
    holder = chance.choice([*clips * 4, document])
    model = SCHEMA["$defs"][_MODELS[holder["type"]]] if holder is not document else SCHEMA
    name = chance.choice(sorted(set(model["properties"]) - {"type", "clips", "tracks", "version"}))
    holder[name] = fitting_value(model["properties"][name], chance)


_PLACEHOLDER = "#/$defs/Placeholder"
_MODELS = {name: LAYERS.load(name).model.__name__ for name in LAYERS.names()}


def odd_value(chance: random.Random) -> Any:
    """Return something that stands in few templates."""
    return copy.deepcopy(chance.choice(chance.choice((NUMBERS, NUMBERS, TEXTS, OTHERS))))


def fitting_value(schema: dict[str, Any], chance: random.Random, depth: int = 0) -> Any:
    """Return a value that mostly fits a schema, rather at the ends of what is allowed."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if chance.random() < 0.02 or depth > 8:
        return odd_value(chance)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            choices = [one for one in schema[word] if one.get("$ref") != _PLACEHOLDER]
            return fitting_value(chance.choice(choices), chance, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    kind = schema.get("type")
    return _BY_TYPE[kind](schema, chance, depth) if kind in _BY_TYPE else odd_value(chance)


def _number(schema: dict[str, Any], chance: random.Random, _: int) -> Any:
    low, high = schema.get("minimum", -1e6), schema.get("maximum", 1e6)
    near = [number for number in NUMBERS if low <= number <= high]
    chosen = chance.choice([low, high, *near, chance.uniform(max(low, -2000), min(high, 2000))])
    return int(chosen) if schema["type"] == "integer" else chosen


def _text(schema: dict[str, Any], chance: random.Random, _: int) -> Any:
    if schema.get("format") == "color":
        return chance.choice(("#fff", "#12345678", "transparent", "navy"))
    if "%" in schema.get("pattern", ""):
        return chance.choice(("50%", "-250%", "1000%", "0%"))
    return chance.choice(TEXTS)


def _list(schema: dict[str, Any], chance: random.Random, depth: int) -> Any:
    return [fitting_value(schema.get("items", {}), chance, depth + 1) for _ in range(chance.randrange(4))]


def _object(schema: dict[str, Any], chance: random.Random, depth: int) -> Any:
    fields = schema.get("properties", {})
    chosen = [name for name in fields if name in schema.get("required", ()) or chance.random() < 0.4]
    return {name: fitting_value(fields[name], chance, depth + 1) for name in chosen}


_BY_TYPE = {
    "number": _number,
    "integer": _number,
    "string": _text,
    "array": _list,
    "object": _object,
    "boolean": lambda _, chance, __: chance.random() < 0.5,
    "null": lambda *_: None,
}
