"""Video: a template and its inputs in; films, pictures and sound out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from cutroom.base.errors import CutroomError
from cutroom.base.ids import parse_id
from cutroom.base.settings import Settings
from cutroom.database import Connection
from cutroom.jobs import film, film_sources
from cutroom.jobs.kind import RENDER_QUEUE, Admission, Kind, Request, StepPlan
from cutroom.jobs.run import Output, Run
from cutroom.library import assets, projects, templates
from cutroom.library.ingest import unknown_project
from cutroom.library.links import Links
from cutroom.library.names import clean_name
from cutroom.library.view import asset_view, content_path
from cutroom.render.document.reading import read_template
from cutroom.render.document.template import Template
from cutroom.render.output import Output as Wanted
from cutroom.render.output import format_of
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.scene.timeline import lay_out

PROJECT = "Videos"
"""What the project is called that gets the films of requests without one."""
_MOST_OUTPUTS = 10

TemplateId = Annotated[UUID, BeforeValidator(partial(parse_id, field="templateId"))]
ProjectId = Annotated[UUID, BeforeValidator(partial(parse_id, field="projectId"))]


class VideoRequest(Request):
    """What to render, and into what."""

    template: dict[str, Any] | None = Field(default=None, description="The template itself, as JSON.")
    template_id: TemplateId | None = Field(default=None, description="A saved template instead.")
    template_version: templates.VersionNumber | None = Field(
        default=None, description="Which version of the saved template; left out: the newest."
    )
    input: dict[str, Any] = Field(
        default_factory=dict[str, Any], description="Values of the template's inputs, by name."
    )
    outputs: tuple[Wanted, ...] = Field(
        default=(Wanted(),),
        min_length=1,
        max_length=_MOST_OUTPUTS,
        description="Files to make of one drawing; left out: one mp4.",
    )
    project_id: ProjectId | None = Field(
        default=None, description="Where the results go; left out: to a project named Videos."
    )
    name: str | None = Field(
        default=None, min_length=1, max_length=150, description="What the results are called, without suffix."
    )

    @model_validator(mode="after")
    def _one_template(self) -> Self:
        if (self.template is None) == (self.template_id is None):
            message = "give either template or templateId"
            raise ValueError(message)
        return self


class Video(Kind[VideoRequest]):
    """The job kind `video`; long films are drawn by children of the same kind, on any worker."""

    name = "video"
    title = "Render a video"
    summary = "Renders a template with its inputs to films, pictures or sound."
    path = "/api/video/generate"
    has_door = False
    request = VideoRequest
    example: ClassVar = {
        "template": {
            "version": 1,
            "width": 1080,
            "height": 1920,
            "tracks": [{"clips": [{"type": "shape", "shape": "rectangle", "start": 0, "length": 2}]}],
        },
        "input": {},
        "outputs": [{"format": "mp4"}],
    }
    queue = RENDER_QUEUE
    steps = (
        StepPlan("prepare", "Check and plan", 0.1),
        StepPlan("sound", "Mix the sound", 0.2),
        StepPlan("frames", "Draw and encode", 0.5),
        StepPlan("join", "Join the film", 0.15),
        StepPlan("store", "Store the results", 0.05),
    )
    fetching_steps: ClassVar[Sequence[StepPlan]] = (
        StepPlan("fetch", "Fetch the files", 0.05),
        StepPlan("prepare", "Check and plan", 0.05),
        *steps[1:],
    )
    child_steps: ClassVar[Sequence[StepPlan]] = (StepPlan("frames", "Draw and encode", 1.0),)

    def plan(self, job_input: Output) -> Sequence[StepPlan]:
        """Return the steps of a job: one more where files are fetched, one alone for a child."""
        if "segments" in job_input:
            return self.child_steps
        is_fetching = any("url" in source for source in job_input.get("media", {}).values())
        return self.fetching_steps if is_fetching else self.steps

    def label(self, job_input: Output) -> str | None:
        """Return what the results are called; see `Kind.label`."""
        return job_input.get("title")

    async def admit(
        self, connection: Connection, owner_id: UUID, request: VideoRequest, settings: Settings
    ) -> Admission:
        """Read the template, find its files; see `Kind.admit`."""
        document = request.template
        name = request.name
        saved: Output = {}
        if request.template_id is not None:
            row = await templates.find(connection, owner_id, request.template_id, request.template_version)
            document = row["document"]
            name = name or row["name"]
            saved = {"templateId": str(row["id"]), "templateVersion": row["shown_version"]}
        outputs = [_checked(output) for output in request.outputs]
        template = await asyncio.to_thread(read_template, document or {}, request.input)
        uses = await asyncio.to_thread(media_uses, template)
        project_id = await _project(connection, owner_id, request.project_id)
        media = await film_sources.resolve(
            connection, owner_id, document or {}, uses, settings.allowed_hosts, request.input
        )
        return Admission(
            input=job_input(template, document or {}, request.input, media, outputs, name) | saved,
            project_id=project_id,
            work_seconds=await asyncio.to_thread(_seconds, template),
        )

    async def run(self, run: Run) -> Output:
        """Prepare, mix, draw, join, store; see `Kind.run`."""
        if "segments" in run.input:
            return await film.draw_part(run)
        prepared = await film.prepare(run, await film.fetch(run))
        sound = await film.mix(run, prepared)
        drawn = await film.draw(run, prepared)
        made = await film.join(run, prepared, drawn, sound)
        return _output(run, prepared.facts, drawn, sound, made, await film.store(run, made))

    async def result(
        self, connection: Connection, owner_id: UUID, output: Output, links: Links
    ) -> Output | None:
        """Return the links of a finished film; see `Kind.result`."""
        if "outputs" not in output:  # a child's
            return None
        files = [await _linked(connection, owner_id, one, links) for one in output["outputs"]]
        first = files[0]
        result: Output = {
            "videoUrl": first.get("url"),
            "posterUrl": first.get("posterUrl"),
            "duration": output["duration"],
            "size": first["bytes"],
            "width": output["width"],
            "height": output["height"],
            "outputs": files,
        }
        if "storyboard" in output:
            result["storyboardUrl"] = links.sign(storyboard_path(output["storyboard"]["jobId"]))
        return {name: value for name, value in result.items() if value is not None}


def storyboard_path(job_id: object) -> str:
    """Return the path of a film's storyboard, WebVTT."""
    return f"/api/video/storyboard/{job_id}"


def job_input(
    template: Template,
    document: Output,
    values: Output,
    media: dict[str, Output],
    outputs: Sequence[Output],
    name: str | None = None,
) -> Output:
    """Return everything a run needs.

    Args:
        template: The document with its inputs filled in.
        document: As it was written.
        values: Of its inputs.
        media: From `film_sources.resolve`.
        outputs: What it becomes, as JSON.
        name: What the results are called; None: as the template.
    """
    return {
        "document": document,
        "values": values,
        "media": media,
        "outputs": list(outputs),
        "title": clean_name(name or template.name or "Video").replace(".", " ").strip() or "Video",
    }


def _seconds(template: Template) -> float | None:
    """Return how long a film is, where that does not depend on its files."""
    try:
        return float(lay_out(template, {}).seconds)
    except (CutroomError, LookupError):
        return None


def _checked(output: Wanted) -> Output:
    """Return an output as JSON.

    Raises:
        Refused: With code `unknown_output`, or `bad_output` where its choices do not fit each other.
    """
    form = format_of(output)
    if form.kind in {"film", "animation"}:
        form.coding(output, Fraction(30))
    return json.loads(output.model_dump_json(by_alias=True, exclude_defaults=True)) | {
        "format": output.format
    }


async def _project(connection: Connection, owner_id: UUID, wanted: UUID | None) -> UUID:
    """Return the project of the results; one named Videos is made where there is none."""
    if wanted is not None:
        if await projects.find(connection, wanted, owner_id, for_share=True) is None:
            raise unknown_project()
        return wanted
    row = await projects.find_named(connection, owner_id, PROJECT)
    return (row or await projects.create(connection, owner_id=owner_id, name=PROJECT))["id"]


def _output(
    run: Run, facts: Output, drawn: Output, sound: Output, made: Sequence[Output], ids: Sequence[str]
) -> Output:
    files = [each["file"] for each in made]
    outputs = [
        {
            "format": wanted["format"],
            "assetId": asset_id,
            "bytes": file["bytes"],
            "mimeType": file["mime_type"],
        }
        for wanted, file, asset_id in zip(run.input["outputs"], files, ids, strict=True)
    ]
    output: Output = {
        "resultAssetId": ids[0],
        "resultAssetPath": content_path(ids[0]),
        "outputs": outputs,
        "duration": round(float(Fraction(facts["seconds"])), 3),
        "size": files[0]["bytes"],
        "width": facts["width"],
        "height": facts["height"],
        "frameRate": facts["rate"],
        "frames": facts["frames"],
        "segments": {"rendered": drawn["rendered"], "reused": drawn["reused"]},
        "measured": {name: sound[name] for name in ("loudness", "peak") if name in sound},
        "notes": [sound["note"]] if "note" in sound else [],
    }
    boards = [each["storyboard"] for each in made if "storyboard" in each]
    if boards:
        output["storyboard"] = boards[0] | {"jobId": str(run.job_id)}
    if "cpuSeconds" in drawn:
        output["cpuSeconds"] = drawn["cpuSeconds"]
    return output


async def _linked(connection: Connection, owner_id: UUID, one: Output, links: Links) -> Output:
    """Return one output with its links, or without them when its asset was deleted."""
    row = await assets.find(connection, UUID(one["assetId"]), owner_id)
    if row is None:
        return one
    view = asset_view(row, links)
    return one | {name: view[name] for name in ("url", "posterUrl") if name in view}


kind = Video()
