"""Subtitles that people edit: kept beside the files, which are written from them when they are asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from cutroom.base.errors import Failed, NotFound
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one
from cutroom.library.names import check_title, clean_name
from cutroom.library.subtitle_text import joined, written
from cutroom.subtitles import Track, read_preset

Json = dict[str, Any]


@dataclass(frozen=True)
class Recording:
    """What subtitles belong to.

    Attributes:
        asset_id: The asset; the caller holds its row.
        rate: Frames per second; None: it has no picture.
        seconds: Its length; None where that is not known.
        shots: First moments of new shots, in seconds.
    """

    asset_id: UUID
    rate: Fraction | None
    seconds: float | None
    shots: tuple[Fraction, ...]


async def create(  # noqa: PLR0913 - one keyword per column
    connection: Connection,
    *,
    project_id: UUID,
    owner_id: UUID,
    name: str,
    track: Track,
    preset: str,
    shots: Sequence[Fraction] = (),
    seconds: float | None = None,
    asset_id: UUID | None = None,
    job_id: UUID | None = None,
    origin: Json | None = None,
    subtitles_id: UUID | None = None,
) -> Row:
    """Keep a track and return its row, as `find` does.

    The caller holds the project's row and then the asset's; see the lock order in
    `cutroom.library.projects`, where subtitles come last.

    Args:
        connection: An open transaction.
        project_id: Where they stand.
        owner_id: Whose they are; also the owner of the project.
        name: Shown to people; made harmless here.
        track: The cues, their language and frame rate.
        preset: Whose rules they are checked against.
        shots: First moments of new shots, in seconds.
        seconds: Length of the recording; None where that is not known.
        asset_id: The recording.
        job_id: The job that made them.
        origin: How they were made, for people: engine, trust, notes, faults of the file.
        subtitles_id: Their id; None: a new one.

    Raises:
        Refused: With code `unknown_preset`.
    """
    read_preset(preset)
    made = subtitles_id or new_id()
    cues = await asyncio.to_thread(written, track.cues)
    await execute(
        connection,
        "subtitles.insert",
        subtitles_id=made,
        project_id=project_id,
        owner_id=owner_id,
        asset_id=asset_id,
        job_id=job_id,
        title=clean_name(name),
        language=track.language,
        preset=preset,
        rate=str(track.rate),
        seconds=seconds,
        shots=_shots(shots),
        cue_count=len(track.cues),
        cues=joined(cues),
        content_id=new_id(),
        origin=origin or {},
    )
    row = await find(connection, made, owner_id)
    if row is None:
        raise Failed
    return row


async def find(connection: Connection, subtitles_id: UUID, owner_id: UUID) -> Row | None:
    """Return subtitles of an owner without their cues; somebody else's are None, as missing ones.

    The row holds the table's columns but `cues` and `shots`, and `undo_label` and `redo_label`: None
    where there is nothing to undo or redo.
    """
    return await fetch_one(connection, "subtitles.find", subtitles_id=subtitles_id, owner_id=owner_id)


async def list_all(
    connection: Connection,
    owner_id: UUID,
    *,
    limit: int,
    before: UUID | None = None,
    project_id: UUID | None = None,
    asset_id: UUID | None = None,
    job_id: UUID | None = None,
) -> list[Row]:
    """Return an owner's subtitles without cues, newest first, at most `limit`, older than `before`.

    Args:
        connection: An open transaction.
        owner_id: Whose.
        limit: The most rows.
        before: An id; None: from the newest.
        project_id: Only those of a project.
        asset_id: Only those of a recording.
        job_id: Only those that a job made.
    """
    return await fetch_all(
        connection,
        "subtitles.list",
        owner_id=owner_id,
        limit=limit,
        before=before,
        project_id=project_id,
        asset_id=asset_id,
        job_id=job_id,
    )


async def change(
    connection: Connection,
    subtitles_id: UUID,
    owner_id: UUID,
    *,
    name: str | None = None,
    language: str | None = None,
    preset: str | None = None,
    rate: Fraction | None = None,
    recording: Recording | None = None,
) -> Row | None:
    """Change what is given and return the row; None when the owner has no such subtitles.

    What changes how cues are read or checked is a new revision; another name is not. No cue changes,
    so there is nothing to undo.

    Raises:
        Refused: With code `invalid_name` or `unknown_preset`.
    """
    if preset is not None:
        read_preset(preset)
    title = None if name is None else check_title(name)
    if not await lock(connection, subtitles_id, owner_id):
        return None
    await execute(
        connection,
        "subtitles.change",
        subtitles_id=subtitles_id,
        title=title,
        language=language,
        preset=preset,
        rate=None if rate is None else str(rate),
        asset_id=recording.asset_id if recording else None,
        seconds=recording.seconds if recording else None,
        shots=_shots(recording.shots) if recording else None,
        revisions=int(any(value is not None for value in (language, preset, rate, recording))),
    )
    return await find(connection, subtitles_id, owner_id)


async def delete(connection: Connection, subtitles_id: UUID, owner_id: UUID) -> bool:
    """Delete subtitles with their history. False when the owner has no such subtitles."""
    return await execute(connection, "subtitles.delete", subtitles_id=subtitles_id, owner_id=owner_id) > 0


async def lock(connection: Connection, subtitles_id: UUID, owner_id: UUID) -> bool:
    """Keep others from changing subtitles until the transaction ends. False when there are none."""
    found = await fetch_one(connection, "subtitles.lock", subtitles_id=subtitles_id, owner_id=owner_id)
    return found is not None


async def last_shots(connection: Connection, asset_id: UUID, owner_id: UUID) -> tuple[Fraction, ...]:
    """Return the shot changes that a job found in a recording; empty where none looked."""
    row = await fetch_one(connection, "subtitles.last_shots", asset_id=asset_id, owner_id=owner_id)
    return tuple(Fraction(shot) for shot in row["shots"]) if row else ()


def _shots(shots: Sequence[Fraction]) -> str:
    return json.dumps([str(shot) for shot in shots])


def unknown_subtitles() -> NotFound:
    """Make the error of subtitles that are missing or somebody else's."""
    return NotFound("Subtitles not found", code="subtitles_not_found")
