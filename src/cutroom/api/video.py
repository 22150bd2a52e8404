"""Video from a template: generate, status, cancel, and one frame at a time."""

from __future__ import annotations

from typing import Any, Literal, Self
from uuid import UUID

from fastapi import Request
from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from cutroom.api.ai import read_request
from cutroom.api.job_models import JobError, OneJob, Status, Waiting
from cutroom.api.jobs import resources_of
from cutroom.api.model import Answer, Body, Moment, Success
from cutroom.api.openapi import errors, inlined
from cutroom.api.templates import EXAMPLE_TEMPLATE
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, Single, platform_of, success
from cutroom.jobs import change, find
from cutroom.jobs.change import unknown_job
from cutroom.jobs.kind import kinds
from cutroom.jobs.previews import Previews, Wish
from cutroom.jobs.submit import submit
from cutroom.library import templates
from cutroom.library.links import Links

KIND = "video"
router = Router(prefix="/api/video", tags=["video"])
_MISSING = "No such video, or it is somebody else's."


class Started(Answer):
    """A video that will be rendered."""

    job_id: UUID
    status: Literal["pending"]
    status_url: str = Field(examples=["/api/video/status/0199aa00-0000-7000-8000-000000000001"])


class VideoFile(Answer):
    """One of the files that were asked for."""

    format: str = Field(examples=["mp4"])
    asset_id: UUID
    bytes: int
    mime_type: str
    url: str | None = Field(None, description="Works for 12 hours; left out when the asset was deleted.")
    poster_url: str | None = None


class VideoResult(Answer):
    """A finished video."""

    video_url: str | None = Field(None, description="The first file; signed when it is read.")
    poster_url: str | None = None
    duration: float = Field(description="Seconds.")
    size: int = Field(description="Bytes of the first file.")
    width: int
    height: int
    outputs: list[VideoFile]
    storyboard_url: str | None = Field(
        None, description="WebVTT whose cues name small pictures of the film, for the bar of a player."
    )


class VideoStatus(Answer):
    """How far a video is."""

    job_id: UUID
    status: Status
    progress: int = Field(ge=0, le=100, description="10: prepared; 30 to 80: frames; 100: finished.")
    message: str | None = None
    waiting: Waiting | None = None
    result: VideoResult | None = None
    error: JobError | None = None
    created_at: Moment
    started_at: Moment | None = None
    completed_at: Moment | None = None


class PreviewBody(Body):
    """Which frame of which template."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"template": EXAMPLE_TEMPLATE, "time": 1.5}]})

    template: dict[str, Any] | None = Field(None, description="The template itself, as JSON.")
    template_id: UUID | None = Field(None, description="A saved template instead.")
    template_version: templates.VersionNumber | None = Field(None, description="Left out: the newest.")
    input: dict[str, Any] = Field(default_factory=dict[str, Any], description="Values of its inputs.")
    time: float = Field(
        0, ge=0, le=1e6, allow_inf_nan=False, description="Seconds; behind the end the last frame is shown."
    )
    width: int | None = Field(None, ge=16, le=7680, description="Pixels; left out: the template's.")
    format: Literal["png", "webp", "jpg"] = Field("png", description="webp is the quickest.")

    @model_validator(mode="after")
    def _one_template(self) -> Self:
        if (self.template is None) == (self.template_id is None):
            message = "give either template or templateId"
            raise ValueError(message)
        return self


_TYPES = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}
_KIND = kinds.load(KIND)
_SCHEMA = inlined(_KIND.request.model_json_schema(by_alias=True))


@router.post(
    "/generate",
    status_code=202,
    response_model=Success[Started],
    responses=errors(404, 409, 501),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _SCHEMA, "example": _KIND.example}},
        }
    },
)
async def generate_video(request: Request, user: Caller, once: Single) -> Any:
    """Render a template; what is wrong with it is said at once, with a JSON path for each fault."""
    wanted = await read_request(_KIND, request)

    async def make(connection: Any) -> dict[str, Any]:
        row = await submit(connection, resources_of(request), _KIND, user.user_id, wanted)
        return success(jobId=str(row["id"]), status="pending", statusUrl=f"/api/video/status/{row['id']}")

    return await once.run(make, status=202)


@router.get("/status/{jobId}", response_model=Success[VideoStatus], responses=errors(404, _404=_MISSING))
async def video_status(jobId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Ask how far a video is, and where its files are; poll it, or follow the job's events."""
    job_id = parse_id(jobId, "jobId")
    async with platform_of(request).database.transaction() as connection:
        job = await find.one(connection, user.user_id, job_id)
        _check_kind(job)
        result = None
        if job["status"] == "completed":
            links = Links(platform_of(request).secret)
            result = await _KIND.result(connection, user.user_id, job["outputData"], links)
    names = (
        "jobId",
        "status",
        "progress",
        "message",
        "waiting",
        "error",
        "createdAt",
        "startedAt",
        "completedAt",
    )
    shown = {name: job[name] for name in names if name in job}
    return success(**shown, **({"result": result} if result else {}))


@router.delete("/cancel/{jobId}", response_model=Success[OneJob], responses=errors(404, 409, _404=_MISSING))
async def cancel_video(jobId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Cancel a video: its work is killed within a second; finished segments stay for the next render."""
    job_id, resources = parse_id(jobId, "jobId"), resources_of(request)
    async with resources.database.transaction() as connection:
        _check_kind(await find.one(connection, user.user_id, job_id))
        await change.cancel(connection, resources.tickets, user.user_id, job_id)
        return success(job=await find.one(connection, user.user_id, job_id))


@router.post(
    "/preview",
    response_class=Response,
    responses={
        200: {
            "description": "The frame. `Cutroom-Frame`, `Cutroom-Frames` and `Cutroom-Seconds` say which one "
            "of how many it is, and how long the film is.",
            "content": {
                "image/png": {"schema": {"type": "string", "format": "binary"}},
                "image/webp": {"schema": {"type": "string", "format": "binary"}},
                "image/jpeg": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **errors(404, 501),
    },
)
async def preview_video(wanted: PreviewBody, request: Request, user: Caller) -> Response:
    """Draw one frame of a template, as the film will show it."""
    document = wanted.template
    if wanted.template_id is not None:
        async with platform_of(request).database.transaction() as connection:
            row = await templates.find(connection, user.user_id, wanted.template_id, wanted.template_version)
        document = row["document"]
    wish = Wish(document or {}, wanted.input, wanted.time, wanted.width, wanted.format)
    frame = await _previews(request).draw(user.user_id, wish)
    headers = {
        "Cache-Control": "no-store",
        "Cutroom-Frame": str(frame.number),
        "Cutroom-Frames": str(frame.frames),
        "Cutroom-Seconds": f"{frame.seconds:g}",
    }
    return Response(frame.content, media_type=_TYPES[wanted.format], headers=headers)


def _previews(request: Request) -> Previews:
    """Return the previews of this process, which live as long as its platform."""
    state = request.app.state
    if not hasattr(state, "previews"):
        state.previews = Previews(resources_of(request))
    return state.previews


def _check_kind(job: dict[str, Any]) -> None:
    if job["type"] != KIND:
        raise unknown_job()
