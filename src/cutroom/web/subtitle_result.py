"""The result of a job that made subtitles: what its page shows and says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cutroom.web import wording
from cutroom.web.cue_rows import count_words, media_time
from cutroom.web.languages import language_word

KINDS = ("subtitle-generation", "subtitle-translation", "subtitle-embedding")
SHOWN_CUES = 8
_FORMATS = {"srt": "SRT", "vtt": "WebVTT", "ass": "ASS", "ttml": "TTML", "json": "JSON", "txt": "Text"}


@dataclass(frozen=True)
class Sample:
    """One cue as the job's page shows it."""

    time: str
    text: str


@dataclass(frozen=True)
class Version:
    """The subtitles of one language.

    Attributes:
        language: Its name.
        subtitles_id: What the editor opens.
        files: Format titles and the assets that hold them.
    """

    language: str
    subtitles_id: str
    files: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SubtitleResult:
    """Everything that the page of a finished job shows.

    Attributes:
        versions: The subtitles, translations after the original.
        summary: How many cues, in which language.
        reason: Why there are none; empty where there are some.
        trust: How far to trust them, in a sentence; empty where nobody knows.
        samples: The first cues.
        more: How many cues follow.
        violations: What is left to mend, in words; empty when nothing is.
        engine: Which engine did it.
        engine_reason: Why that one.
        notes: What was noticed on the way.
        video_id: The video with the subtitles in it.
    """

    versions: Sequence[Version]
    summary: str
    reason: str
    trust: str
    samples: Sequence[Sample]
    more: int
    violations: str
    engine: str
    engine_reason: str
    notes: Sequence[str]
    video_id: str


def read_subtitle_result(job: Mapping[str, Any]) -> SubtitleResult | None:
    """Gather what a completed job made; None for other kinds."""
    output: dict[str, Any] = job.get("outputData") or {}
    if job["type"] not in KINDS:
        return None
    cues: Sequence[Mapping[str, Any]] = output.get("subtitles") or []
    trust: dict[str, str] = output.get("trust") or {}
    translations: Sequence[dict[str, Any]] = output.get("translations") or []
    notes: Sequence[str] = output.get("notes") or []
    return SubtitleResult(
        versions=[_version(each) for each in (output, *translations) if each.get("subtitlesId")],
        summary=_summary(cues, output.get("language")),
        reason="" if cues else output.get("reason") or "",
        trust=trust.get("sentence", ""),
        samples=[_sample(cue) for cue in cues[:SHOWN_CUES]],
        more=max(0, len(cues) - SHOWN_CUES),
        violations=_violations(output.get("violations") or ()),
        engine=wording.engine_word(output.get("engine") or job.get("engine") or ""),
        engine_reason=output.get("engineReason") or "",
        notes=notes,
        video_id=output.get("resultVideoAssetId") or "",
    )


def _version(part: Mapping[str, Any]) -> Version:
    files: Mapping[str, str] = part.get("files") or {}
    return Version(
        language_word(part.get("language")),
        part["subtitlesId"],
        [(_FORMATS.get(name, name), files[name]) for name in sorted(files, key=_order)],
    )


def _order(name: str) -> tuple[int, str]:
    """Sort formats as they are used most, others behind."""
    known = list(_FORMATS)
    return (known.index(name) if name in known else len(known)), name


def _summary(cues: Sequence[Mapping[str, Any]], language: str | None) -> str:
    if not cues:
        return ""
    where = f" in {language_word(language)}" if language and language != "und" else ""
    return f"{count_words(len(cues), 'cue')}{where}."


def _sample(cue: Mapping[str, Any]) -> Sample:
    return Sample(media_time(Fraction(str(cue["startTime"]))), cue["text"])


def _violations(left: Sequence[object]) -> str:
    return f"{count_words(len(left), 'place')} need a look; the editor shows them." if left else ""
