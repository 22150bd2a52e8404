"""Templates that come with Cutroom: ready to use, and to be looked at as examples."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cutroom.base.errors import Refused
from cutroom.render.document.faults import near

_PLACE = "document/gallery_templates"


@dataclass(frozen=True)
class GalleryTemplate:
    """A template of the gallery.

    Attributes:
        name: What it is asked for by: the file's.
        title: For people.
        description: One sentence: what it is good for.
        document: The template as it is written.
    """

    name: str
    title: str
    description: str
    document: dict[str, Any]


@cache
def gallery() -> tuple[GalleryTemplate, ...]:
    """Return every template of the gallery, by name."""
    found: list[GalleryTemplate] = []
    for entry in sorted(files("cutroom.render").joinpath(_PLACE).iterdir(), key=lambda entry: entry.name):
        name, dot, suffix = entry.name.rpartition(".")
        if dot and suffix == "json":
            document = json.loads(entry.read_bytes())
            found.append(
                GalleryTemplate(name, document.get("name", name), document.get("description", ""), document)
            )
    return tuple(found)


def open_gallery(name: str) -> dict[str, Any]:
    """Return the document of a template of the gallery; do not change it.

    Raises:
        Refused: With code `unknown_gallery_template`.
    """
    known = {template.name: template.document for template in gallery()}
    if name not in known:
        message = f"There is no gallery template {name!r}. {near(name, known)}"
        raise Refused(message, code="unknown_gallery_template")
    return known[name]
