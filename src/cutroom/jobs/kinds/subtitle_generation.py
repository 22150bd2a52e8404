"""Subtitles: a recording in, cues that need no repair out, as text, as files and to be edited."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from cutroom.base.errors import NotFound, Refused
from cutroom.base.ids import parse_id
from cutroom.base.settings import Settings
from cutroom.database import Connection
from cutroom.engines.transcriber import TRANSCRIBERS
from cutroom.jobs import subtitle_burning, subtitle_steps, transcription
from cutroom.jobs.kind import Admission, Kind, Request, StepPlan
from cutroom.jobs.run import FileRef, Output, Part, Run
from cutroom.library import assets
from cutroom.render.caption_style import CAPTION_STYLES
from cutroom.subtitles import preset_names, read_preset

AssetId = Annotated[UUID, BeforeValidator(partial(parse_id, field="assetId"))]
ProjectId = Annotated[UUID, BeforeValidator(partial(parse_id, field="projectId"))]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
Spoken = Annotated[str, StringConstraints(pattern=r"^(auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})$")]
Term = Annotated[str, StringConstraints(min_length=1, max_length=49, strip_whitespace=True)]

_WEIGHTS = {
    "prepare": ("Prepare the sound", 8),
    "choose": ("Choose the recogniser", 2),
    "transcribe": ("Recognise the speech", 70),
    "shots": ("Find the cuts of the picture", 10),
    "segment": ("Cut into cues", 4),
    "export": ("Write the files", 4),
    "translate": ("Translate", 12),
    "embed": ("Put them into the video", 6),
    "caption": ("Set the captions", 1),
    "burn": ("Draw them into the picture", 60),
}


class SubtitleOptions(Request):
    """How to make subtitles."""

    language: Spoken | None = Field(
        default=None, description="What is spoken, as en or pt-BR; left out or auto: found out by listening."
    )
    preset: str = Field(
        default="netflix", max_length=40, description=f"Whose rules: {', '.join(preset_names())}."
    )
    engine: str = Field(
        default="auto",
        max_length=40,
        description="auto: the best that is ready; local: the best on this machine; or one of "
        f"{', '.join(TRANSCRIBERS.names())}.",
    )
    prompt: str = Field(
        default="", max_length=800, description="What the recording is about, in its own words."
    )
    glossary: tuple[Term, ...] = Field(
        default=(), max_length=100, description="Names and terms that are likely to be said."
    )
    speakers: bool = Field(default=False, description="Tell speakers apart, where the engine can.")
    translate_to: tuple[Language, ...] = Field(
        default=(), max_length=5, description="Also make subtitles in these languages, as de or pt-BR."
    )
    embed: bool = Field(
        default=False,
        description="Also make the video with the subtitles in it, to be switched on in the player; "
        "nothing is encoded again.",
    )
    burn_in: str | None = Field(
        default=None,
        max_length=40,
        description="Also make the video with the subtitles drawn into its picture, in this style: "
        f"{', '.join(CAPTION_STYLES.names())}. The picture is encoded once more, the sound copied.",
    )


class SubtitleRequest(SubtitleOptions):
    """What to make subtitles for, and how."""

    asset_id: AssetId = Field(description="A video or audio asset with sound.")
    project_id: ProjectId = Field(description="The project of the asset; the results go there.")


class SubtitleGeneration(Kind[SubtitleRequest]):
    """The job kind `subtitle-generation`; its door is fixed by contract."""

    name = "subtitle-generation"
    title = "Make subtitles"
    summary = "Recognises what is said and makes subtitles that keep a broadcaster's rules."
    path = "/api/ai/subtitle-generation"
    request = SubtitleRequest
    example: ClassVar = {
        "assetId": "0199aa00-0000-7000-8000-000000000003",
        "projectId": "0199aa00-0000-7000-8000-000000000002",
    }
    is_ai = True
    first_estimate = 90.0
    steps = ()  # set below: the plan of a video without translations

    def plan(self, job_input: Output) -> Sequence[StepPlan]:
        """Return the steps of a job: pictures have cuts; translating and embedding are asked for."""
        names = ["prepare", "choose", "transcribe", "segment", "export"]
        if job_input.get("isVideo", True):
            names.insert(3, "shots")
        if job_input.get("translateTo"):
            names.append("translate")
        if job_input.get("embed"):
            names.append("embed")
        if job_input.get("burnIn"):
            names += ["caption", "burn"]
        whole = sum(_WEIGHTS[name][1] for name in names)
        return tuple(StepPlan(name, _WEIGHTS[name][0], _WEIGHTS[name][1] / whole) for name in names)

    def missing_message(self) -> str:
        """Return the contract's sentence for absent fields."""
        return "Asset ID and Project ID are required"

    async def admit(
        self, connection: Connection, owner_id: UUID, request: SubtitleRequest, settings: Settings
    ) -> Admission:
        """Check the asset and the options; see `Kind.admit`."""
        asset = await assets.find(connection, request.asset_id, owner_id, for_share=True)
        if asset is None or asset["project_id"] != request.project_id:
            raise NotFound("Source asset not found", code="asset_not_found")
        source = FileRef.of_asset(asset)
        media: dict[str, Any] = asset["media"]
        # Looking at an engine imports it and reads the lists of its model: some 0.1 s.
        body = await asyncio.to_thread(job_input, source, asset["kind"], media, request, settings)
        return Admission(
            input=body,
            project_id=request.project_id,
            asset_id=request.asset_id,
            work_seconds=float(media.get("duration") or 0),
        )

    async def run(self, run: Run) -> Output:
        """Listen, cut, write, translate; see `Kind.run`."""
        heard = await transcription.transcribe(run)
        picture = await subtitle_steps.find_shots(run) if run.input["isVideo"] else None
        if picture:
            heard["notes"] += picture["notes"]
        cut = await subtitle_steps.cut(run, heard, picture)
        languages = [heard["language"], *_targets(run, heard)] if cut["cues"] else [heard["language"]]
        made = [await subtitle_steps.export(run, cut, heard, Part(1, len(languages)))]
        for number, language in enumerate(languages[1:], 1):
            part = Part(number, len(languages) - 1)
            translated = await subtitle_steps.translate(run, cut, language, part)
            made.append(await subtitle_steps.export(run, translated, heard, Part(number + 1, len(languages))))
        output = _output(run, heard, cut, made)
        if run.input["embed"] and cut["cues"]:
            output |= await subtitle_steps.embed(run, made)
        if run.input.get("burnIn") and cut["cues"]:
            output |= await subtitle_burning.burn(run, cut["track"], heard["language"])
        return output


SubtitleGeneration.steps = SubtitleGeneration().plan({})


def job_input(
    source: FileRef, source_kind: str, media: dict[str, Any], options: SubtitleOptions, settings: Settings
) -> Output:
    """Return everything a run needs, without secrets.

    Raises:
        Refused: With code `no_audio`, `unknown_preset`, `unknown_engine`, `same_language` or `no_picture`.
        Unsupported: When an engine that is asked for cannot work here.
    """
    if not media.get("hasAudio"):
        raise Refused("Cannot generate subtitles from assets without audio", code="no_audio")
    read_preset(options.preset)
    is_video = source_kind == "video"
    if options.embed and not is_video:
        raise Refused(
            "embed puts subtitles into a video, and this asset has no picture; leave it out.",
            code="no_picture",
        )
    if options.burn_in is not None:
        subtitle_burning.check_style(options.burn_in)
        if not is_video:
            message = "burnIn draws subtitles into a picture, and this asset has none; leave it out."
            raise Refused(message, code="no_picture")
    language = None if options.language in {None, "auto"} else options.language
    transcription.check_engine(options.engine, settings, language)
    if language and language.lower() in map(str.lower, options.translate_to):
        message = f"{language} is what is spoken; leave it out of the languages to translate to."
        raise Refused(message, code="same_language")
    if options.translate_to:
        subtitle_steps.check_translator(settings)
    return {
        "source": source.to_json(),
        "title": Path(source.name).stem,
        "seconds": float(media.get("duration") or 0),
        "isVideo": is_video,
        "language": language,
        "preset": options.preset,
        "engine": options.engine,
        "prompt": options.prompt,
        "glossary": list(options.glossary),
        "speakers": options.speakers,
        "translateTo": list(dict.fromkeys(options.translate_to)),
        "embed": options.embed,
        "burnIn": options.burn_in,
    }


def _targets(run: Run, heard: Output) -> list[str]:
    """Return the languages to translate to; the one that turned out to be spoken is left out, with a note."""
    wanted: list[str] = run.input["translateTo"]
    others = [language for language in wanted if language.lower() != heard["language"].lower()]
    if len(others) < len(wanted):
        heard["notes"].append(f"{heard['language']} is what is spoken already; nothing was translated to it.")
    return others


def _output(run: Run, heard: Output, cut: Output, made: Sequence[Output]) -> Output:
    first = made[0]
    output: Output = {
        "subtitles": first["cues"],
        "subtitlesId": first["subtitlesId"],
        "files": first["files"],
        "language": heard["language"],
        "preset": run.input["preset"],
        "frameRate": cut["rate"],
        "violations": cut["violations"],
        "notes": heard["notes"],
    }
    for name in ("languageConfidence", "engine", "engineReason", "trust", "reason", "measured"):
        if heard.get(name) is not None:
            output[name] = heard[name]
    if len(made) > 1:
        output["translations"] = [
            {name: each[name] for name in ("language", "subtitlesId", "files")} for each in made[1:]
        ]
    return output


kind = SubtitleGeneration()
