"""Everything that the page of a template shows."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from cutroom.base.errors import CutroomError, Refused
from cutroom.database import Row
from cutroom.jobs.previews import Frame
from cutroom.render.document.document import read_document
from cutroom.render.document.faults import Faults
from cutroom.render.document.values import Color
from cutroom.web.template_form import Field, Values, definitions_of, fields_of

Json = dict[str, Any]
FORMATS = (
    ("mp4", "MP4: plays everywhere"),
    ("webm", "WebM: for the web"),
    ("mov", "MOV: ProRes, for editing"),
    ("gif", "GIF: moves, without sound"),
    ("png", "PNG: the frame that is shown"),
    ("mp3", "MP3: the sound alone"),
)
SIZES = (("1", "As the template"), ("0.5", "Half"), ("0.25", "A quarter"))
SEE_THROUGH = ("webm", "mov", "png")
_FIRST_WIDTH = 640
_COLUMNS = 72
_OPAQUE = 255


@dataclass(frozen=True)
class Typed:
    """What was sent by the plain form, or what it begins with.

    Attributes:
        text: The document as JSON.
        values: Of its inputs.
        time: Seconds at which the picture is drawn.
        name: Under which it is saved.
    """

    text: str
    values: Values = field(default_factory=dict[str, Any])
    time: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class TemplatePage:
    """The page of one template.

    Attributes:
        typed: The document and the values.
        row: The saved template; None: it is new.
        source: What a new one begins with, by its name in the gallery.
        versions: Of a saved one, newest first.
        assets: What file inputs can choose from.
        projects: Where results can go.
        error: What is wrong.
        frame: The picture, where the plain form asked for it.
    """

    typed: Typed
    row: Row | None = None
    source: str = ""
    versions: Sequence[Row] = ()
    assets: Sequence[Row] = ()
    projects: Sequence[Row] = ()
    error: CutroomError | None = None
    frame: Frame | None = None

    @property
    def address(self) -> str:
        """Where forms are sent."""
        return f"/templates/{self.row['id']}" if self.row else f"/templates/new?gallery={self.source}"

    @property
    def document(self) -> Json:
        """The document; an empty one where the text cannot be read."""
        try:
            return parse(self.typed.text)
        except Refused:
            return {}

    @property
    def name(self) -> str:
        """What the template is called."""
        return self.typed.name or (self.row["name"] if self.row else "New template")

    @property
    def fields(self) -> list[Field]:
        """The form of its inputs."""
        return fields_of(definitions_of(self.document), self.typed.values)

    @property
    def faults(self) -> list[Json]:
        """What is wrong with the document, place by place."""
        details: Mapping[str, Any] = (self.error.details if self.error else None) or {}
        return list(details.get("errors") or [])

    @property
    def faults_of(self) -> Mapping[str, list[str]]:
        """What is wrong with typed values, by the place of their fields."""
        return faults_by_place(self.faults)

    @property
    def picture(self) -> str:
        """The address of the frame that is shown first; empty where none can be drawn."""
        if self.frame is not None:
            return "data:image/jpeg;base64," + base64.b64encode(self.frame.content).decode()
        if self.faults:
            return ""
        if self.row is None:
            return f"/templates/gallery/{self.source}/picture?width={_FIRST_WIDTH}"
        shown = f"version={self.row['shown_version']}&width={_FIRST_WIDTH}"
        return f"/templates/{self.row['id']}/picture?{shown}"

    @property
    def is_see_through(self) -> bool:
        """Whether the template is made to be laid over something else."""
        try:
            return Color.read(self.document.get("background", "black")).alpha < _OPAQUE
        except ValueError:
            return False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frame in pixels, as far as the document says it."""
        return size_of(self.document)


def size_of(document: Mapping[str, Any]) -> tuple[int, int]:
    """Return width and height of a document's frame in pixels; where it does not say, the usual ones."""
    width, height = document.get("width"), document.get("height")
    return (
        width if isinstance(width, int) and width > 0 else 1080,
        height if isinstance(height, int) and height > 0 else 1920,
    )


def faults_by_place(faults: Sequence[Json]) -> Mapping[str, list[str]]:
    """Return what is wrong with each place, as sentences."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        hint = fault.get("hint")
        found[fault["path"]].append(f"{fault['message']}.{f' {hint}' if hint else ''}".capitalize())
    return found


def parse(text: str) -> Json:
    """Read a document.

    Raises:
        Refused: With code `bad_template` when it is no JSON object.
    """
    faults = Faults()
    document = read_document(text, faults)
    faults.check()
    return document


def write(document: Mapping[str, Any]) -> str:
    """Write a document as people edit it: objects and lists that fit into a line stand in one."""
    return _write(document, "", "") + "\n"


def _write(value: Any, indent: str, label: str) -> str:
    plain = json.dumps(value, ensure_ascii=False)
    fits = bool(indent) and len(indent) + len(label) + len(plain) <= _COLUMNS
    if not value or fits or not isinstance(value, dict | list):
        return plain
    inner = indent + "  "
    if isinstance(value, list):
        parts = [inner + _write(one, inner, "") for one in cast("list[Any]", value)]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    parts: list[str] = []
    for name, one in cast("Json", value).items():
        start = json.dumps(name, ensure_ascii=False) + ": "
        parts.append(inner + start + _write(one, inner, start))
    return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
