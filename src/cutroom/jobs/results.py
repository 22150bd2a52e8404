"""What a job makes besides its output: children and assets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cutroom.base.errors import Conflict, Failed
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row
from cutroom.jobs import change
from cutroom.jobs.kind import Admission
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import FileRef, NewSubtitles, Output
from cutroom.library import assets, ingest, projects, subtitles
from cutroom.queue import Tickets


@dataclass(frozen=True)
class NewAsset:
    """A kept file that becomes an asset when its step is committed."""

    asset_id: UUID
    file: FileRef
    description: ingest.Description


async def describe(resources: Resources, row: Row, file: FileRef, path: Path, scratch: Path) -> NewAsset:
    """Look at a result in the sandbox and draw its pictures.

    Raises:
        CutroomError: See `library.ingest.describe`.
    """
    found = await ingest.describe(resources, row["owner_id"], path, scratch)
    return NewAsset(new_id(), file, found)


async def add_asset(connection: Connection, row: Row, asset: NewAsset) -> None:
    """Write the asset's row, in the transaction of its step.

    Raises:
        NotFound: When the project is gone.
    """
    if await projects.find(connection, row["project_id"], row["owner_id"], for_share=True) is None:
        raise ingest.unknown_project()
    found = asset.description
    await assets.create(
        connection,
        asset_id=asset.asset_id,
        project_id=row["project_id"],
        owner_id=row["owner_id"],
        name=asset.file.name,
        mime_type=found.mime_type,
        kind=found.kind,
        file_id=UUID(asset.file.file_id),
        media=found.media,
        poster_file_id=found.poster.file_id if found.poster else None,
        waveform_file_id=found.waveform.file_id if found.waveform else None,
        source_job_id=row["id"],
    )


async def add_subtitles(connection: Connection, row: Row, subtitles_id: UUID, made: NewSubtitles) -> None:
    """Write a track's row, in the transaction of its step.

    Raises:
        NotFound: When the project is gone.
    """
    if await projects.find(connection, row["project_id"], row["owner_id"], for_share=True) is None:
        raise ingest.unknown_project()
    await subtitles.create(
        connection,
        project_id=row["project_id"],
        owner_id=row["owner_id"],
        name=made.name,
        track=made.track,
        preset=made.preset,
        shots=made.shots,
        seconds=made.seconds,
        asset_id=row["asset_id"],
        job_id=row["id"],
        origin=made.origin,
        subtitles_id=subtitles_id,
    )


async def spawn(connection: Connection, tickets: Tickets, parent: Row, kind: str, body: Output) -> Row:
    """Start a child of a job: same owner, project and priority."""
    placement = change.Placement(priority=parent["priority"], parent_id=parent["id"])
    admission = Admission(input=body, project_id=parent["project_id"])
    return await change.insert(connection, tickets, kind, parent["owner_id"], admission, placement)


def outputs(children: Sequence[Row], count: int) -> list[Output]:
    """Return the outputs of `count` children that have all ended.

    Raises:
        Failed: When one of them did not complete, with its reason.
        Conflict: When one of them was deleted.
    """
    if len(children) < count:
        raise Conflict("A part of the job was deleted; submit the job again.", code="child_deleted")
    for child in children:
        if child["state"] != "completed":
            error: dict[str, Any] = child["error"] or {"message": "it was cancelled"}
            reason = error["message"]
            raise Failed(f"A part of the job did not complete: {reason}", code="child_failed")
    return [child["output"] for child in children]
