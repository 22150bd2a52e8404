"""The JSON Schema of templates as they are written: with placeholders, `when`, `repeat` and inputs."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cutroom.base.errors import CutroomError
from cutroom.render.document.checks import TYPEWRITER
from cutroom.render.document.input_reading import INPUT_TYPES
from cutroom.render.document.schema_parts import (
    PLACEHOLDER,
    Schema,
    describe,
    documented,
    filled,
    open_up,
    rename,
)
from cutroom.render.document.template import VERSION, Template
from cutroom.render.layer import LAYERS
from cutroom.render.motion import MOTIONS
from cutroom.render.transition import TRANSITIONS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/"
_PLACEHOLDER: Schema = {
    "title": "Placeholder",
    "description": "An expression that becomes a value: {{headline}}, {{price * 1.2}}, {{items[0].title}}.",
    "type": "string",
    "pattern": r"\{\{[\s\S]*\}\}",
}
_WHEN: Schema = {
    "description": "Whether it is there at all: {{price > 100}}.",
    "anyOf": [{"type": "boolean"}, PLACEHOLDER],
}
_REPEAT: Schema = {
    "description": "It is there once for every item; `index`, `first` and `last` are known besides the item.",
    "type": "object",
    "properties": {
        "over": {
            "description": "A list, or how many times.",
            "anyOf": [{"type": "array"}, {"type": "integer", "minimum": 0}, PLACEHOLDER],
        },
        "as": {"description": "What the item is called.", "type": "string", "default": "item"},
    },
    "required": ["over"],
    "additionalProperties": False,
}
_CONDITIONS = {"when": _WHEN, "repeat": _REPEAT}


def template_schema() -> Schema:
    """Return the schema of a document (JSON Schema 2020-12); whoever asks may change it."""
    clips = {name: model for name in LAYERS.names() if (model := _model_of(name))}
    models: list[type[BaseModel]] = [Template, *clips.values(), *dict.fromkeys(INPUT_TYPES.values())]
    found, generated = models_json_schema([(model, "validation") for model in models], by_alias=True)
    references = {model: reference["$ref"] for (model, _), reference in found.items()}
    definitions: dict[str, Schema] = generated["$defs"]
    for model in models:
        describe(definitions[_name(references[model])], documented(model))
    inputs = {_name(references[model]) for model in INPUT_TYPES.values()}
    for name, definition in definitions.items():
        # What an input may be is said before there are values: no placeholders there.
        definitions[name] = open_up(definition, fills=name not in inputs)
    for name in ("Track", *(_name(references[model]) for model in clips.values())):
        definitions[name]["properties"] |= _CONDITIONS
    kinds = {kind: references[model] for kind, model in clips.items()}
    _name_plugins(definitions, kinds)
    definitions["Clip"] = _choice(kinds, is_clip=True)
    definitions["Input"] = _choice(
        {kind: references[model] for kind, model in INPUT_TYPES.items()}, is_clip=False
    )
    definitions["Placeholder"] = _PLACEHOLDER
    template = definitions.pop("Template")
    return rename(_document(template, dict(sorted(definitions.items()))))


def _model_of(name: str) -> type[BaseModel] | None:
    try:
        return LAYERS.load(name).model
    except CutroomError:  # a layer whose library is missing cannot be used here
        return None


def _name(reference: str) -> str:
    return reference.removeprefix(_REFERENCE)


def _choice(references: dict[str, str], *, is_clip: bool) -> Schema:
    """Return the schema of an object whose `type` says what else is in it."""
    kinds: list[Schema] = [
        {"const": kind} | ({"description": LAYERS.load(kind).summary} if is_clip else {})
        for kind in references
    ]
    return {
        "type": "object",
        "properties": {"type": {"anyOf": [*kinds, PLACEHOLDER] if is_clip else kinds}},
        "required": ["type"],
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": {"$ref": reference},
            }
            for kind, reference in references.items()
        ],
    }


def _name_plugins(definitions: dict[str, Schema], clips: dict[str, str]) -> None:
    named = {
        ("MotionUse", "type"): MOTIONS.names(),
        ("UnitMotion", "type"): sorted([*MOTIONS.names(), TYPEWRITER]),
        ("TransitionUse", "type"): TRANSITIONS.names(),
    }
    for kind, reference in clips.items():
        for field, registry in LAYERS.load(kind).plugins.items():
            named[_name(reference), field] = registry.names()
    for (name, field), known in named.items():
        if name in definitions:
            fields = definitions[name]["properties"]
            said = {key: fields[field][key] for key in ("description", "default") if key in fields[field]}
            fields[field] = filled({**said, "type": "string", "enum": known})


def _document(template: Schema, definitions: dict[str, Schema]) -> Schema:
    template["properties"] |= {
        "$schema": {"description": "Where editors find this schema.", "type": "string"},
        "version": {"description": "Of the document's form.", "const": VERSION},
        "inputs": {
            "description": "What each film is given: definitions by name, used as {{name}}.",
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]{0,99}$"},
            "additionalProperties": {"$ref": f"{_REFERENCE}Input"},
        },
    }
    return {"$schema": DIALECT, "title": "Cutroom template", **template, "$defs": definitions}
