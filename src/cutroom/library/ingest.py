"""From a staged file to an asset: look at it in the sandbox, keep it, and only then write a row."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cutroom.base.errors import BrokenMedia, CutroomError, NotFound
from cutroom.base.ids import new_id
from cutroom.base.units import GIBIBYTE
from cutroom.database import Connection, Row
from cutroom.library import assets, files, projects
from cutroom.library.design_sniff import design_type
from cutroom.library.rooms import Rooms
from cutroom.library.subtitle_sniff import subtitles_type
from cutroom.library.upload import Staged
from cutroom.media import MediaFile, probe
from cutroom.media.poster import make_poster
from cutroom.media.waveform import bins_for, make_waveform
from cutroom.sandbox import ChildCrashed, Limits

LIMITS = Limits(memory_bytes=GIBIBYTE, seconds=60)
"""Of one look at a file from outside; a real file of 12 hours takes some 50 ms."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Description:
    """What a file is, and the pictures of it that are kept."""

    kind: str
    mime_type: str
    media: dict[str, Any]
    poster: files.StoredFile | None
    waveform: files.StoredFile | None

    @property
    def file_ids(self) -> list[UUID]:
        """The kept pictures."""
        return [kept.file_id for kept in (self.poster, self.waveform) if kept]


@dataclass(frozen=True)
class Prepared:
    """A kept file that only lacks its row."""

    name: str
    file: files.StoredFile
    description: Description


async def describe(rooms: Rooms, owner_id: UUID, path: Path, folder: Path) -> Description:
    """Look at a file in child processes; keep its poster and its waveform.

    A file whose picture or sound cannot be drawn is still a file: it then has no poster or no
    waveform, and the log says why.

    Args:
        rooms: The open platform.
        owner_id: Whose file it is.
        path: The file.
        folder: Scratch, for the pictures.

    Raises:
        BrokenMedia: See `media.probe`.
        MemoryLimit, TimeLimit: When looking at it took too much.
    """
    try:
        found = await rooms.sandbox.call(
            probe, path, max_seconds=rooms.settings.max_media_hours * 3600, limits=LIMITS
        )
    except ChildCrashed as error:
        raise BrokenMedia(error.message, code=error.code_word, hint=error.hint) from error
    except BrokenMedia as error:
        other = await _other_type(rooms, path) if error.code_word == "not_media" else None
        if other is None:
            raise
        found = other
    media = found.to_json()
    poster = waveform = None
    if any(stream.type == "video" for stream in found.streams):  # also the cover of an album
        poster = await _draw(rooms, owner_id, _poster(rooms, path, folder))
    if found.has_audio:
        waveform = await _draw(
            rooms, owner_id, _waveform(rooms, path, folder, bins_for(float(found.duration or 0)))
        )
    return Description(found.kind, found.mime_type, media, poster, waveform)


@asynccontextmanager
async def prepared(
    rooms: Rooms, owner_id: UUID, staged: Sequence[Staged], folder: Path
) -> AsyncGenerator[list[Prepared]]:
    """Describe and keep files; the block writes their rows. After any error nothing stays behind.

    Raises:
        BrokenMedia: Naming the file in its details; also what `describe` and `files.keep` raise.
    """
    kept: list[UUID] = []
    try:
        items: list[Prepared] = []
        for one in staged:
            description = await _describe_named(rooms, owner_id, one, folder)
            kept += description.file_ids
            file = await files.keep(
                rooms.database, rooms.storage, owner_id, one.path, sha256=one.sha256, take=True
            )
            kept.append(file.file_id)
            items.append(Prepared(one.name, file, description))
        yield items
    except BaseException:
        # What cannot be removed now goes with the next sweep.
        with contextlib.suppress(CutroomError):
            await asyncio.shield(files.discard(rooms.database, rooms.storage, kept))
        raise


async def add(
    connection: Connection,
    project_id: UUID,
    owner_id: UUID,
    items: Sequence[Prepared],
    *,
    source_job_id: UUID | None = None,
) -> list[Row]:
    """Write the rows of prepared files and return them, in the order given.

    Raises:
        NotFound: With code `project_not_found`, when the owner has no such project (any more).
    """
    if await projects.find(connection, project_id, owner_id, for_share=True) is None:
        raise unknown_project()
    # Ids of one millisecond are in no order by themselves; lists are sorted by them.
    asset_ids = sorted(new_id() for _ in items)
    return [
        await assets.create(
            connection,
            asset_id=asset_id,
            project_id=project_id,
            owner_id=owner_id,
            name=item.name,
            mime_type=item.description.mime_type,
            kind=item.description.kind,
            file_id=item.file.file_id,
            media=item.description.media,
            poster_file_id=item.description.poster.file_id if item.description.poster else None,
            waveform_file_id=item.description.waveform.file_id if item.description.waveform else None,
            source_job_id=source_job_id,
        )
        for asset_id, item in zip(asset_ids, items, strict=True)
    ]


def unknown_project() -> NotFound:
    """Make the error of a project that is missing or somebody else's."""
    return NotFound("Project not found", code="project_not_found")


async def _describe_named(rooms: Rooms, owner_id: UUID, one: Staged, folder: Path) -> Description:
    try:
        return await describe(rooms, owner_id, one.path, folder)
    except BrokenMedia as error:
        error.details = {**(error.details or {}), "file": one.name}
        raise


async def _other_type(rooms: Rooms, path: Path) -> MediaFile | None:
    """Say what a file is that no demuxer knows: something that templates use, or subtitles with faults."""
    with contextlib.suppress(CutroomError):
        if mime_type := await rooms.sandbox.call(design_type, path, limits=LIMITS):
            return MediaFile("document", mime_type, "document")
    mime_type = await _subtitles_type(rooms, path)
    return None if mime_type is None else MediaFile("subtitles", mime_type, "text")


async def _subtitles_type(rooms: Rooms, path: Path) -> str | None:
    """Return the MIME type of subtitles with faults that hide what they are, or None."""
    try:
        return await rooms.sandbox.call(subtitles_type, path, limits=LIMITS)
    except CutroomError:
        return None


async def _draw(rooms: Rooms, owner_id: UUID, drawing: Awaitable[Path]) -> files.StoredFile | None:
    try:
        target = await drawing
    except CutroomError as error:
        _log.warning("An upload has no picture: %s", error.message, extra={"code": error.code_word})
        return None
    return await files.keep(rooms.database, rooms.storage, owner_id, target, take=True)


async def _poster(rooms: Rooms, path: Path, folder: Path) -> Path:
    target = folder / f"poster-{uuid4().hex}"
    await rooms.sandbox.call(make_poster, path, target, limits=LIMITS)
    return target


async def _waveform(rooms: Rooms, path: Path, folder: Path, bins: int) -> Path:
    target = folder / f"waveform-{uuid4().hex}"
    waveform = await rooms.sandbox.call(make_waveform, path, bins=bins, limits=LIMITS)
    await asyncio.to_thread(waveform.write, target)
    return target
