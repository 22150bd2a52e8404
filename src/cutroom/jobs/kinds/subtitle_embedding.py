"""Embedding: subtitles as they were last edited go into their video, to be switched on in the player."""

from __future__ import annotations

import asyncio
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cutroom.base.errors import NotFound, Refused
from cutroom.base.settings import Settings
from cutroom.database import Connection
from cutroom.jobs import subtitle_steps
from cutroom.jobs.kind import Admission, Kind, Request, StepPlan
from cutroom.jobs.kinds.subtitle_translation import SubtitlesId
from cutroom.jobs.run import FileRef, Output, Part, Run
from cutroom.library import assets, subtitle_tracks, subtitles


class EmbeddingRequest(Request):
    """What to put into which video."""

    subtitles_ids: tuple[SubtitlesId, ...] = Field(
        min_length=1,
        max_length=10,
        description="Subtitles of one video, as they are now; the first is shown.",
    )


class SubtitleEmbedding(Kind[EmbeddingRequest]):
    """The job kind `subtitle-embedding`."""

    name = "subtitle-embedding"
    title = "Put subtitles into the video"
    summary = "Puts subtitles into their video as tracks that a player can switch; nothing is encoded again."
    path = "/api/subtitle-embeddings"
    request = EmbeddingRequest
    example: ClassVar = {"subtitlesIds": ["0199aa00-0000-7000-8000-000000000004"]}
    first_estimate = 10.0
    steps = (
        StepPlan("read", "Read the subtitles", 0.1),
        StepPlan("embed", "Put them into the video", 0.9),
    )

    async def admit(
        self, connection: Connection, owner_id: UUID, request: EmbeddingRequest, settings: Settings
    ) -> Admission:
        """Take the subtitles as they are now, and their video; see `Kind.admit`."""
        del settings
        tracks: list[Output] = []
        recordings: set[UUID | None] = set()
        for subtitles_id in dict.fromkeys(request.subtitles_ids):
            whole = await subtitle_tracks.load(connection, subtitles_id, owner_id)
            if whole is None:
                raise subtitles.unknown_subtitles()
            row = whole.row
            if not row["cue_count"]:
                raise Refused(f"{row['name']!r} has no cues to put into a video.", code="no_cues")
            recordings.add(row["asset_id"])
            tracks.append(await asyncio.to_thread(subtitle_steps.snapshot, whole))
        if len(recordings) > 1:
            raise Refused("The subtitles belong to different recordings.", code="several_recordings")
        recording = recordings.pop()
        asset = await assets.find(connection, recording, owner_id, for_share=True) if recording else None
        if asset is None:
            raise NotFound("The video of these subtitles is gone.", code="asset_not_found")
        if asset["kind"] != "video":
            raise Refused(f"{asset['name']!r} has no picture to put subtitles into.", code="no_picture")
        source = FileRef.of_asset(asset)
        return Admission(
            input={"source": source.to_json(), "tracks": tracks},
            project_id=asset["project_id"],
            asset_id=asset["id"],
            work_seconds=float(asset["media"].get("duration") or 0),
        )

    async def run(self, run: Run) -> Output:
        """Read, put into the video; see `Kind.run`."""
        tracks: list[Output] = run.input["tracks"]
        made = [
            await subtitle_steps.read(run, track, Part(number, len(tracks)))
            for number, track in enumerate(tracks, 1)
        ]
        return await subtitle_steps.embed(run, made)


kind = SubtitleEmbedding()
