"""Translation: subtitles in, as they were last edited; subtitles in another language out."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field

from cutroom.base.errors import Refused
from cutroom.base.ids import parse_id
from cutroom.base.settings import Settings
from cutroom.database import Connection
from cutroom.jobs import subtitle_steps
from cutroom.jobs.kind import Admission, Kind, Request, StepPlan
from cutroom.jobs.kinds.subtitle_generation import Language, Term
from cutroom.jobs.run import Output, Run
from cutroom.library import assets, subtitle_tracks, subtitles
from cutroom.subtitles import read_preset

SubtitlesId = Annotated[UUID, BeforeValidator(partial(parse_id, field="subtitlesId"))]


class TranslationRequest(Request):
    """What to translate, and into what."""

    subtitles_id: SubtitlesId = Field(description="The subtitles, as they are now.")
    language: Language = Field(description="The language to translate to, as de or pt-BR.")
    preset: str | None = Field(
        default=None, max_length=40, description="Whose rules; left out: those of the subtitles."
    )
    glossary: tuple[Term, ...] = Field(
        default=(), max_length=100, description="Terms that stay as they are, or term=translation."
    )


class SubtitleTranslation(Kind[TranslationRequest]):
    """The job kind `subtitle-translation`."""

    name = "subtitle-translation"
    title = "Translate subtitles"
    summary = "Translates subtitles cue by cue, keeps their times and flows the lines to the rules again."
    path = "/api/subtitle-translations"
    request = TranslationRequest
    example: ClassVar = {"subtitlesId": "0199aa00-0000-7000-8000-000000000004", "language": "de"}
    first_estimate = 30.0
    steps = (
        StepPlan("read", "Read the subtitles", 0.05),
        StepPlan("translate", "Translate", 0.85),
        StepPlan("export", "Write the files", 0.1),
    )

    async def admit(
        self, connection: Connection, owner_id: UUID, request: TranslationRequest, settings: Settings
    ) -> Admission:
        """Take the subtitles as they are now; see `Kind.admit`."""
        whole = await subtitle_tracks.load(connection, request.subtitles_id, owner_id)
        if whole is None:
            raise subtitles.unknown_subtitles()
        row = whole.row
        if row["language"].lower() == request.language.lower():
            raise Refused(f"The subtitles are in {row['language']} already.", code="same_language")
        if not row["cue_count"]:
            raise Refused("The subtitles have no cues to translate.", code="no_cues")
        subtitle_steps.check_translator(settings)
        source = await asyncio.to_thread(subtitle_steps.snapshot, whole)
        recording = row["asset_id"] and await assets.find(
            connection, row["asset_id"], owner_id, for_share=True
        )
        return Admission(
            input=job_input(row["name"].removesuffix(f" ({row['language']})"), source, request),
            project_id=row["project_id"],
            asset_id=recording["id"] if recording else None,  # it may have been deleted a moment ago
            work_seconds=row["seconds"],
        )

    async def run(self, run: Run) -> Output:
        """Read, translate, write; see `Kind.run`."""
        track = await subtitle_steps.read(run, run.input["source"])
        translated = await subtitle_steps.translate(run, track, run.input["language"])
        made = await subtitle_steps.export(run, translated, {"notes": []})
        return {
            "subtitles": made["cues"],
            "subtitlesId": made["subtitlesId"],
            "files": made["files"],
            "language": run.input["language"],
            "violations": translated["violations"],
            "engine": subtitle_steps.TRANSLATOR,
        }


def job_input(title: str, source: Output, request: TranslationRequest) -> Output:
    """Return everything a run needs."""
    if request.preset:
        source = source | {"preset": read_preset(request.preset).name}
    return {
        "title": title,
        "source": source,
        "language": request.language,
        "glossary": list(request.glossary),
    }


kind = SubtitleTranslation()
