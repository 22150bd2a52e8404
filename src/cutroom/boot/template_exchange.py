"""Templates to and from other programs' documents, on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from cutroom.base.errors import Refused
from cutroom.base.settings import read_settings
from cutroom.boot.local_render import opened
from cutroom.boot.local_targets import check_free
from cutroom.boot.template_files import Document
from cutroom.render.exchange.otio import export_otio
from cutroom.render.exchange.shotstack import Note, import_shotstack
from cutroom.render.scene.scene import Scene


@dataclass(frozen=True)
class Examined:
    """What a template would become.

    Attributes:
        seconds: How long the film is.
        frame_count: How many frames it has.
        files: The files it uses, as it names them.
    """

    seconds: Fraction
    frame_count: int
    files: tuple[str, ...]


def check_template(template: str | Path | Document, inputs: Mapping[str, Any] | None = None) -> Examined:
    """Read a template and its files, and lay it out; nothing is drawn.

    Raises:
        Refused: With code `bad_template`, every fault in `details["errors"]`.
    """
    with opened(template, inputs, read_settings()) as (read, media):
        scene = Scene(read, media)
        try:
            return Examined(scene.seconds, scene.frame_count, tuple(media))
        finally:
            scene.close()


def export_template(
    template: str | Path | Document,
    target: Path,
    inputs: Mapping[str, Any] | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write a template as an OpenTimelineIO document, for editing programs.

    Raises:
        Refused: With code `bad_template`, `target_exists` or `unknown_format`.
    """
    if target.suffix.lower() != ".otio":
        message = f"{target.name!r} must end in .otio: OpenTimelineIO is what can be written."
        raise Refused(message, code="unknown_format")
    check_free(target, overwrite=overwrite)
    with opened(template, inputs, read_settings()) as (read, media):
        target.write_text(export_otio(read, media), encoding="utf-8")


def import_template(source: Path, target: Path, *, overwrite: bool = False) -> tuple[Note, ...]:
    """Make a template of an edit in Shotstack's format.

    Returns:
        What could not be carried over, note by note.

    Raises:
        Refused: With code `no_such_file`, `target_exists`, `not_json`, or what the importer refuses.
    """
    if not source.is_file():
        raise Refused(f"There is no file {str(source)!r}.", code="no_such_file")
    check_free(target, overwrite=overwrite)
    try:
        edit = json.loads(source.read_bytes())
    except ValueError as error:
        raise Refused(f"{str(source)!r} is no JSON: {error}.", code="not_json") from error
    imported = import_shotstack(edit)
    target.write_text(json.dumps(imported.document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return imported.notes
