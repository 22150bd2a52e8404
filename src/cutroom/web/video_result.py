"""The result of a rendered template: the film, its files, and what it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cutroom.accounts import User
from cutroom.database import Row
from cutroom.jobs.resources import Resources
from cutroom.library import assets
from cutroom.web.formatting import clock

KIND = "video"
_FORMATS = {
    "mp4": "MP4 video",
    "webm": "WebM video",
    "mov": "MOV video",
    "gif": "Moving GIF",
    "png": "PNG picture",
    "jpg": "JPEG picture",
    "mp3": "MP3 sound",
    "wav": "WAV sound",
}
_STAGES = {"draw": "drawing", "convert": "converting", "encode": "encoding", "decode": "reading films"}
_LEAST_SECONDS = 0.05  # of a stage that is worth a word


@dataclass(frozen=True)
class VideoFile:
    """One file that was made.

    Attributes:
        title: What it is.
        kind: video, image or audio: how it is shown.
        mime_type: Of the file.
        asset: Its row; None when it was deleted.
    """

    title: str
    kind: str
    mime_type: str
    asset: Row | None


@dataclass(frozen=True)
class VideoResult:
    """Everything that the page of a finished job shows.

    Attributes:
        files: What was made, in the order in which it was asked for.
        facts: Size, rate and length, in a line.
        work: What it took; empty where it was not measured.
        notes: What was noticed on the way.
        storyboard: The address of small pictures over time; empty where there are none.
        address: The page on which it can be changed and rendered again.
    """

    files: Sequence[VideoFile]
    facts: str
    work: str
    notes: Sequence[str]
    storyboard: str
    address: str

    @property
    def shown(self) -> VideoFile | None:
        """The file that the page plays."""
        return next((file for file in self.files if file.asset is not None), None)


async def read_video_result(rooms: Resources, user: User, job: Mapping[str, Any]) -> VideoResult | None:
    """Gather what a completed job made; None for other kinds, and for parts of a film."""
    output: Mapping[str, Any] = job.get("outputData") or {}
    if job["type"] != KIND or "outputs" not in output:
        return None
    files: list[VideoFile] = []
    async with rooms.database.transaction() as connection:
        for each in output["outputs"]:
            row = await assets.find(connection, UUID(each["assetId"]), user.user_id)
            kind = each["mimeType"].partition("/")[0]
            name: str = each["format"]
            files.append(VideoFile(_FORMATS.get(name, name.upper()), kind, each["mimeType"], row))
    board: Mapping[str, Any] = output.get("storyboard") or {}
    media: list[Mapping[str, Any]] = [file.asset["media"] for file in files if file.asset]
    return VideoResult(
        files,
        facts(output, media[0] if media else {}),
        work(output),
        output.get("notes") or (),
        f"/api/video/storyboard/{board['jobId']}" if "jobId" in board else "",
        f"/templates/new?job={job['jobId']}",
    )


def facts(output: Mapping[str, Any], media: Mapping[str, Any]) -> str:
    """Say size, rate and length: `1080 x 1920 · 30 frames per second · 0:07`.

    Args:
        output: Of the job.
        media: What was found in the file that is shown; it may be smaller than the template.
    """
    parts: list[str] = []
    known = media if media.get("width") else output
    if known.get("width") and known.get("height"):
        parts.append(f"{known['width']} \N{MULTIPLICATION SIGN} {known['height']}")
    if output.get("frameRate"):
        parts.append(f"{_rate(output['frameRate'])} frames per second")
    if output.get("duration"):
        parts.append(clock(float(output["duration"])))
    return " · ".join(parts)


def work(output: Mapping[str, Any]) -> str:
    """Say what was drawn anew and what it took."""
    segments: Mapping[str, int] = output.get("segments") or {}
    parts: list[str] = []
    rendered, reused = segments.get("rendered", 0), segments.get("reused", 0)
    if rendered or reused:
        kept = f", {reused} kept from before" if reused else ""
        parts.append(f"{rendered} of {rendered + reused} parts were drawn{kept}.")
    spent: Mapping[str, float] = output.get("cpuSeconds") or {}
    told = [
        f"{spent[name]:.1f} s {word}"
        for name, word in _STAGES.items()
        if spent.get(name, 0) >= _LEAST_SECONDS
    ]
    if told:
        parts.append(f"Processor time: {', '.join(told)}.")
    return " ".join(parts)


def _rate(rate: Any) -> str:
    """Write a rate such as 30 or "30000/1001" with two digits at most."""
    above, _, below = str(rate).partition("/")
    return f"{float(above) / float(below or 1):.2f}".rstrip("0").rstrip(".")
