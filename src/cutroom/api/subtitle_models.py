"""Subtitles in the OpenAPI document: cues, violations, splices, rules, and the bodies that make them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from cutroom.api.model import Answer, Body
from cutroom.library.names import LONGEST_NAME, VISIBLE
from cutroom.subtitles import RULES, preset_names

LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
RATE = r"^[0-9]{1,9}([./][0-9]{1,9})?$"

EXAMPLE_SUBTITLES: dict[str, Any] = {
    "subtitlesId": "0199aa00-0000-7000-8000-000000000004",
    "projectId": "0199aa00-0000-7000-8000-000000000002",
    "assetId": "0199aa00-0000-7000-8000-000000000003",
    "jobId": "0199aa00-0000-7000-8000-000000000001",
    "name": "interview (en)",
    "language": "en",
    "preset": "netflix",
    "frameRate": "24000/1001",
    "duration": 61.44,
    "cueCount": 1,
    "revision": 1,
    "canUndo": False,
    "canRedo": False,
    "notes": [],
    "origin": {"engine": "faster-whisper"},
    "createdAt": "2026-11-21T10:30:00.000Z",
    "updatedAt": "2026-11-21T10:30:00.000Z",
}
_WORD: dict[str, Any] = {"startTime": 1.001, "endTime": 1.543, "text": "Hello.", "confidence": 0.97}
_CUE: dict[str, Any] = {"startTime": 1.001, "endTime": 2.085417, "text": "Hello.", "words": [_WORD]}

Title = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        description="For people.",
        json_schema_extra={"pattern": VISIBLE},
    ),
]
Language = Annotated[str, Field(max_length=40, pattern=LANGUAGE, description="A BCP 47 tag as en or pt-BR.")]
Preset = Annotated[
    str,
    Field(
        max_length=40,
        description="Whose rules they are checked against.",
        json_schema_extra={"enum": list(preset_names())},
    ),
]
FrameRate = Annotated[
    str,
    Field(
        max_length=20,
        pattern=RATE,
        description="Frames per second: 25, 23.976 or 24000/1001.",
        json_schema_extra={"examples": ["24000/1001"]},
    ),
]


class NewSubtitles(Body):
    """A subtitle file to import, or a recording to write subtitles for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "projectId": "0199aa00-0000-7000-8000-000000000002",
                    "assetId": "0199aa00-0000-7000-8000-000000000005",
                    "mediaAssetId": "0199aa00-0000-7000-8000-000000000003",
                }
            ]
        }
    )

    project_id: UUID
    asset_id: UUID | None = Field(
        None, description="An asset that is a subtitle file; left out: there are no cues yet."
    )
    media_asset_id: UUID | None = Field(None, description="The recording they belong to.")
    name: Title | None = None
    language: Language | None = None
    preset: Preset = "netflix"
    frame_rate: FrameRate | None = None


class SubtitlesChange(Body):
    """What is to change; the rest stays. No cue changes, so there is nothing to undo."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"preset": "bbc"}]})

    name: Title | None = None
    language: Language | None = None
    preset: Preset | None = None
    frame_rate: FrameRate | None = None
    media_asset_id: UUID | None = Field(
        None, description="The recording they belong to; its frame rate counts from now on."
    )


class Word(Answer):
    """A spoken word."""

    start_time: float = Field(description="Seconds.")
    end_time: float
    text: str
    glued: bool | None = Field(None, description="True: it follows the word before it without a space.")
    confidence: float | None = Field(None, description="0 to 1.")
    speaker: str | None = None


class Cue(Answer):
    """A text that is shown from one time to another."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CUE]})

    start_time: float = Field(description="Seconds; the first moment it is shown.")
    end_time: float = Field(description="Seconds; the first moment it is gone.")
    text: str = Field(
        description="Lines with a line feed between; <i>, <b>, <u> and their ends are markup, "
        "everything else stands for itself."
    )
    words: list[Word] | None = Field(None, description="What it was made from, where that is known.")
    unsure: list[tuple[int, int]] | None = Field(
        None,
        description="Where the words are left out: the words of a confidence below 0.5, each as its first "
        "code point of the text without its markup, and the one behind it.",
    )
    speaker: str | None = None
    place: Literal["bottom", "top", "middle"] | None = Field(None, description="Left out: bottom.")


class Violation(Answer):
    """A broken rule of one cue."""

    rule: str = Field(json_schema_extra={"enum": list(RULES)})
    severity: Literal["error", "warning"]
    cue: int = Field(ge=0, description="The cue's place, from 0.")
    line: int | None = Field(None, description="Which line of it, from 0.")
    message: str = Field(description="One sentence with the value and the limit.")
    value: float | None = None
    limit: float | None = None
    reason: str | None = Field(None, description="Why nothing avoids it, where that is known.")


class Splice(Answer):
    """Consecutive cues replaced by others."""

    at: int = Field(ge=0, description="The place of the first of them, from 0.")
    removed: list[Cue]
    inserted: list[Cue]


class Header(Answer):
    """Subtitles without their cues."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_SUBTITLES]})

    subtitles_id: UUID
    project_id: UUID
    asset_id: UUID | None = Field(None, description="The recording, while it is there.")
    job_id: UUID | None = Field(None, description="The job that made them.")
    name: str
    language: str = Field(description="A BCP 47 tag; und where nobody knows.")
    preset: str
    frame_rate: str = Field(description="Frames per second as a fraction.", examples=["24000/1001", "25"])
    duration: float | None = Field(None, description="Seconds of the recording.")
    cue_count: int
    revision: int = Field(description="What the next edit must name.")
    can_undo: bool
    can_redo: bool
    undo_label: str | None = Field(None, description="What undo would take back.")
    redo_label: str | None = None
    notes: list[str] = Field(description="What people should know about how they were made.")
    origin: dict[str, Any] = Field(
        description="How they were made: engine, trust, ...; or of which file, with its faults."
    )
    created_at: str
    updated_at: str


class Whole(Header):
    """Subtitles with their cues."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**EXAMPLE_SUBTITLES, "cues": [_CUE], "violations": []}]}
    )

    cues: list[Cue]
    violations: list[Violation]


class Fault(Answer):
    """Something that did not come through from a file as it stood."""

    line: int = Field(description="From 1; 0: the whole file.")
    message: str
    severity: Literal["error", "warning"]


class OneSubtitles(Answer):
    """Subtitles under their noun."""

    subtitles: Header


class WholeSubtitles(Answer):
    """Subtitles with their cues under their noun."""

    subtitles: Whole


class ImportedSubtitles(Answer):
    """What an import made."""

    subtitles: Header
    faults: list[Fault]


class SubtitlesList(Answer):
    """Your subtitles, newest first."""

    subtitles: list[Header]
    next_cursor: str | None = None


class Mended(Answer):
    """One thing that the fixer did."""

    cue: int = Field(ge=0, description="The cue's place before the edit that asked for it, from 0.")
    rule: str = Field(description="What was broken.", json_schema_extra={"enum": list(RULES)})
    sentence: str = Field(description="What was done.")


class EditedSubtitles(Answer):
    """What an edit did. Apply the splices in order to the cues you have."""

    subtitles: Header
    splices: list[Splice]
    violations: list[Violation] = Field(description="All that there are now.")
    changes: list[Mended] = Field(description="What a fix among the edits did, in order; else nothing.")


class ViolationList(Answer):
    """What rules are broken."""

    preset: str
    violations: list[Violation]


class PresetRules(Answer):
    """What a house of broadcasting asks of subtitles; a field without a value is no rule."""

    name: str
    title: str
    source: str = Field(description="Where the numbers come from.")
    line_characters: dict[str, int] = Field(description="By language, and under default.")
    lines: int
    min_seconds: float | None = None
    max_seconds: float | None = None
    gap_frames: int
    close_gap_seconds: float
    reading_speed: dict[str, float] | None = Field(None, description="Characters per second by language.")
    words_per_minute: float | None = None
    cue_words: int | None = None
    linger_seconds: float
    shot_seconds: float
    shot_snap_seconds: float
    breaks: bool


class RuleName(Answer):
    """A rule that can be broken."""

    rule: str
    severity: Literal["error", "warning"]
    title: str


class SubtitleFormat(Answer):
    """A kind of file."""

    format: str
    title: str
    suffix: str
    mime_type: str
    can_read: bool
    can_write: bool


class PresetList(Answer):
    """Everything that can be chosen."""

    presets: list[PresetRules]
    rules: list[RuleName]
    formats: list[SubtitleFormat]
