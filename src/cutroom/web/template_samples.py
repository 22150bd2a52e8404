"""What a template's picture shows before anybody has filled in its inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from cutroom.render.document.gallery import gallery
from cutroom.render.document.input_reading import AnyInput, FileInput, ListInput, NumberInput
from cutroom.web.template_form import definitions_of

Json = dict[str, Any]

BLANK = "blank"
_SECONDS = 5
_BLANK: Json = {
    "version": 1,
    "name": "New template",
    "width": 1080,
    "height": 1920,
    "rate": 30,
    "inputs": {
        "headline": {"type": "text", "label": "Headline", "default": "Say it here"},
        "color": {"type": "color", "label": "Colour", "default": "#0f766e"},
    },
    "tracks": [
        {"clips": [{"type": "background", "color": "{{color}}", "length": 4}]},
        {
            "clips": [
                {
                    "type": "text",
                    "text": "{{headline}}",
                    "font": "Montserrat",
                    "size": 120,
                    "weight": 800,
                    "width": "80%",
                    "length": 4,
                    "enter": {"type": "slide", "length": 0.6},
                }
            ]
        },
    ],
}


def starting_document(name: str) -> Json | None:
    """Return what a new template begins with; None when there is no such template in the gallery."""
    if name == BLANK:
        return _BLANK
    return next((one.document for one in gallery() if one.name == name), None)


def drawable(document: Json) -> tuple[Json, Json]:
    """Return a document and values of which a picture can be drawn.

    Inputs that need a value get one that people understand; clips of files that nobody has given are
    left out.
    """
    definitions = definitions_of(document)
    needed = {name: one for name, one in definitions.items() if one.is_required and one.default is None}
    missing = [name for name, one in needed.items() if isinstance(one, FileInput)]
    values = {name: _sample(one, name) for name, one in needed.items() if name not in missing}
    if not missing:
        return document, values
    pattern = re.compile(r"\{\{[^}]*\b(?:" + "|".join(map(re.escape, missing)) + r")\b")
    optional = {name: {**document["inputs"][name], "required": False} for name in missing}
    trimmed = {**document, "inputs": document["inputs"] | optional, "tracks": _without(document, pattern)}
    if not isinstance(document.get("length"), int | float):
        trimmed["length"] = _SECONDS
    return trimmed, values


def _sample(definition: AnyInput, name: str) -> Any:
    match definition:
        case NumberInput():
            return definition.min if definition.min is not None else 1
        case ListInput():
            fields: Mapping[str, AnyInput] = definition.fields or {}
            item = (
                {key: _sample(one, key) for key, one in fields.items() if not isinstance(one, FileInput)}
                if definition.items is None
                else _sample(definition.items, name)
            )
            return [item] * max(1, definition.min_items)
        case _:
            kind: str = getattr(definition, "type", "text")
            words = definition.label or name.capitalize()
            return {"boolean": True, "color": "#0f766e"}.get(kind, words)


def _without(document: Json, pattern: re.Pattern[str]) -> list[Any]:
    """Return the tracks without the clips that a pattern is found in."""
    tracks: Sequence[Any] = document.get("tracks") or []
    kept: list[Any] = []
    for track in tracks:
        if not isinstance(track, dict):
            continue
        members = cast("Json", track)
        clips: Sequence[Any] = members.get("clips") or []
        kept.append({**members, "clips": [clip for clip in clips if not pattern.search(json.dumps(clip))]})
    return kept
