"""An asset in the OpenAPI document, and the bodies that make and change one."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field, ValidationError
from starlette.requests import Request

from cutroom.api.model import Answer, Body
from cutroom.base.errors import TooLarge
from cutroom.base.units import KIBIBYTE
from cutroom.library.names import LONGEST_NAME, VISIBLE

_MOST_JSON = 64 * KIBIBYTE
Kind = Literal["video", "audio", "image", "subtitles", "document"]

EXAMPLE_ASSET: dict[str, Any] = {
    "assetId": "0199aa00-0000-7000-8000-000000000003",
    "projectId": "0199aa00-0000-7000-8000-000000000002",
    "name": "interview.mp4",
    "kind": "video",
    "mimeType": "video/mp4",
    "bytes": 73400320,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media": {
        "container": "mov",
        "duration": 61.44,
        "width": 1920,
        "height": 1080,
        "frameRate": 25.0,
        "rotation": 0,
        "hasAudio": True,
        "channels": 2,
        "layout": "stereo",
        "sampleRate": 48000,
        "codecs": ["h264", "aac"],
    },
    "url": "/api/assets/0199aa00-0000-7000-8000-000000000003/content?expires=1795266000&signature=x",
    "createdAt": "2026-11-21T10:30:00.000Z",
}


class MediaDescription(Answer):
    """What is in a file; a field without a meaning for its kind is left out."""

    model_config = ConfigDict(extra="allow")

    container: str | None = None
    duration: float | None = Field(None, description="Seconds.")
    width: int | None = Field(None, description="Pixels as shown, after rotation.")
    height: int | None = Field(None, description="Pixels as shown, after rotation.")
    frame_rate: float | None = Field(None, description="Pictures per second.")
    rotation: int | None = Field(None, description="Degrees clockwise by which players turn it.")
    has_audio: bool | None = None
    channels: int | None = None
    layout: str | None = None
    sample_rate: int | None = Field(None, description="Hertz.")
    codecs: list[str] | None = None


class Asset(Answer):
    """A file of a project, and what was found in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_ASSET]})

    asset_id: UUID
    project_id: UUID
    name: str
    kind: Kind
    mime_type: str = Field(description="By the content, not by the name.")
    bytes: int
    sha256: str
    media: MediaDescription
    url: str = Field(description="The bytes; relative to the server; signed, expires within 13 hours.")
    poster_url: str | None = Field(None, description="A WebP picture of it.")
    waveform_url: str | None = Field(None, description='JSON: {"seconds", "peaks": [[min, max], ...]}.')
    created_at: str
    source_job_id: UUID | None = Field(None, description="The job that made it.")


class OneAsset(Answer):
    """One asset under its noun."""

    asset: Asset


class UploadedAssets(Answer):
    """What an upload made."""

    asset: Asset = Field(description="The first file's.")
    assets: list[Asset] | None = Field(None, description="All of them, where several files were sent.")


class AssetList(Answer):
    """A project's assets, newest first."""

    assets: list[Asset]
    next_cursor: str | None = None


class AssetChange(Body):
    """What is to change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "interview, cut.mp4"}]})

    name: str = Field(min_length=1, max_length=LONGEST_NAME, json_schema_extra={"pattern": VISIBLE})


class RemoteFile(Body):
    """A file that the server fetches."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": "https://media.example/talk.mp4"}]})

    url: str = Field(
        min_length=1,
        max_length=2000,
        description="http or https, on the public internet.",
        json_schema_extra={"format": "uri", "pattern": "^https?://[a-z0-9]"},
    )
    name: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)


async def read_remote(request: Request) -> RemoteFile | None:
    """Read the JSON body of a request that names a file's address; None: its body is the files.

    Raises:
        RequestValidationError: When the JSON does not fit.
        TooLarge: With code `body_too_large`, above 64 KB.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return None
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_JSON:
            message = "The JSON body is larger than 64 KB; upload the file as multipart/form-data."
            raise TooLarge(message, code="body_too_large")
    try:
        return RemoteFile.model_validate_json(bytes(body))
    except ValidationError as error:
        problems = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(problems) from error


UPLOAD_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {
                        "type": "array",
                        "items": {"type": "string", "format": "binary"},
                        "minItems": 1,
                        "maxItems": 100,
                        "description": "One file, or several under the same name.",
                    }
                },
            }
        },
        "application/json": {"schema": RemoteFile.model_json_schema()},
    },
}
