"""Subtitles as the API shows them: plain JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import cast

from cutroom.base.clock import to_iso
from cutroom.database import Row
from cutroom.library.subtitles import Json
from cutroom.subtitles import RULES, Rules, Violation, preset_names, read_preset
from cutroom.subtitles.codec import seconds_to_json
from cutroom.subtitles.format import FORMATS, Format


def subtitles_view(row: Row) -> Json:
    """Return subtitles without their cues as JSON; fields without a value are left out."""
    origin = dict(row["origin"])
    view: Json = {
        "subtitlesId": str(row["id"]),
        "projectId": str(row["project_id"]),
        "assetId": _text(row["asset_id"]),
        "jobId": _text(row["job_id"]),
        "name": row["name"],
        "language": row["language"],
        "preset": row["preset"],
        "frameRate": row["rate"],
        "duration": row["seconds"],
        "cueCount": row["cue_count"],
        "revision": row["revision"],
        "canUndo": row["undo_label"] is not None,
        "canRedo": row["redo_label"] is not None,
        "undoLabel": row["undo_label"],
        "redoLabel": row["redo_label"],
        "notes": origin.pop("notes", None) or [],
        "origin": origin,
        "createdAt": to_iso(row["created_at"]),
        "updatedAt": to_iso(row["updated_at"]),
    }
    return {name: value for name, value in view.items() if value is not None}


def violation_view(violation: Violation) -> Json:
    """Return a violation as JSON; fields without a value are left out."""
    view: Json = {
        "rule": violation.rule,
        "severity": violation.severity,
        "cue": violation.cue,
        "line": violation.line,
        "message": violation.message,
        "value": _number(violation.value),
        "limit": _number(violation.limit),
        "reason": violation.reason,
    }
    return {name: value for name, value in view.items() if value is not None}


def violations_view(violations: Iterable[Violation]) -> list[Json]:
    """Return violations as JSON."""
    return [violation_view(violation) for violation in violations]


def presets_view() -> Json:
    """Return every preset, the names of all rules, and every format, as JSON."""
    return {
        "presets": [rules_view(read_preset(name)) for name in preset_names()],
        "rules": [
            {"rule": rule, "severity": severity, "title": title} for rule, (severity, title) in RULES.items()
        ],
        "formats": [_format_view(name, FORMATS.load(name)) for name in FORMATS.names()],
    }


def rules_view(rules: Rules) -> Json:
    """Return a preset as JSON; a limit that does not exist is left out."""
    values = {to_camel(name): _plain(value) for name, value in vars(rules).items()}
    return {name: value for name, value in values.items() if value is not None}


def to_camel(name: str) -> str:
    """Return a name as JSON has it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        table = cast("Mapping[str, object]", value)
        return {key: _plain(each) for key, each in table.items()}
    return seconds_to_json(value) if isinstance(value, Fraction) else value


def _format_view(name: str, known: Format) -> Json:
    return {
        "format": name,
        "title": known.title,
        "suffix": known.suffixes[0],
        "mimeType": known.mime_type,
        "canRead": known.can_read,
        "canWrite": known.can_write,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: float | None) -> float | None:
    # A cue of no length asks for reading infinitely fast, which JSON cannot say.
    return round(value, 6) if value is not None and math.isfinite(value) else None
