"""Subtitles from files that people bring, and empty ones for people who write them themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from cutroom.base.errors import NotFound, Refused
from cutroom.base.units import GIBIBYTE, human_bytes
from cutroom.database import Connection, Row
from cutroom.engines.language_names import tag_of
from cutroom.library import assets, ingest, projects, subtitles
from cutroom.library.names import check_title
from cutroom.library.rooms import Rooms
from cutroom.sandbox import Limits
from cutroom.subtitles import DEFAULT_RATE, Track, read_preset
from cutroom.subtitles.format import Fault, Imported
from cutroom.subtitles.frame_grid import read_rate
from cutroom.subtitles.importing import read_subtitles
from cutroom.subtitles.syntax.encoding import MOST_BYTES

LIMITS = Limits(memory_bytes=GIBIBYTE, seconds=60)
"""Of reading one file; the largest that is accepted takes some 10 s."""

_SHOWN_FAULTS = 100  # every list carries them; the answer to the import has all
_NAMED = re.compile(r"[.(]([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,4})?)\)?$")


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        project_id: Where the subtitles shall stand.
        file_id: An asset that is a subtitle file; None: no cues yet.
        recording_id: The asset they belong to; None: none that is here.
        name: For people; None: the file's or the recording's.
        language: A BCP 47 tag; None: what the file says.
        preset: Whose rules they are checked against.
        rate: Frames per second; None: the recording's, else 25.
    """

    project_id: UUID
    file_id: UUID | None
    recording_id: UUID | None
    name: str | None
    language: str | None
    preset: str
    rate: Fraction | None


@dataclass(frozen=True)
class Source:
    """What a wish names, found and read.

    Attributes:
        name: Of the subtitles.
        track: Their cues.
        faults: What did not come through, by line of the file.
        origin: Of the subtitles.
    """

    name: str
    track: Track
    faults: tuple[Fault, ...]
    origin: subtitles.Json


async def read(rooms: Rooms, owner_id: UUID, wish: Wish) -> Source:
    """Read the file in the sandbox; nothing is written yet.

    Raises:
        NotFound: With code `project_not_found` or `asset_not_found`.
        Refused: With code `unknown_preset`, `invalid_name`, `nothing_to_import`, `not_subtitles`,
            `not_media`, `subtitles_too_large`, or why the file cannot be read.
    """
    read_preset(wish.preset)
    async with rooms.database.transaction() as connection:
        file, recording = await _find(connection, owner_id, wish)
    rate = wish.rate or (_rate_of(recording) if recording else None)
    named = file or recording
    if named is None:
        message = "Name a subtitle file as assetId, or a recording as mediaAssetId to begin without cues."
        raise Refused(message, code="nothing_to_import")
    name = named["name"].rpartition(".")[0] or named["name"] if wish.name is None else check_title(wish.name)
    if file is None:
        return Source(name, Track((), wish.language or "und", rate or DEFAULT_RATE), (), {})
    content = await _content(rooms, file)
    found = await rooms.sandbox.call(
        read_subtitles, content, file["name"], language=wish.language, rate=rate, limits=LIMITS
    )
    track = found.track
    if wish.language is None and track.language == "und":
        track = replace(track, language=language_in(file["name"]) or "und")
    return Source(name, track, found.faults, _origin(file, found))


def language_in(name: str) -> str | None:
    """Return the language that a file's name says, as players read it: `film.pt-BR.srt`, `film (de).srt`."""
    match = _NAMED.search(name.rpartition(".")[0])
    if match is None or tag_of(match[1]) is None:
        return None
    primary, _, rest = match[1].replace("_", "-").partition("-")
    return f"{tag_of(primary)}-{rest}" if rest else tag_of(primary)


async def keep(connection: Connection, owner_id: UUID, wish: Wish, source: Source) -> Row:
    """Write what was read as new subtitles and return their row.

    Raises:
        NotFound: When the project or the recording is gone by now.
        Refused: With code `unknown_preset`.
    """
    if await projects.find(connection, wish.project_id, owner_id, for_share=True) is None:
        raise ingest.unknown_project()
    recording = await _hold(connection, owner_id, wish.project_id, wish.recording_id)
    return await subtitles.create(
        connection,
        project_id=wish.project_id,
        owner_id=owner_id,
        name=source.name,
        track=source.track,
        preset=wish.preset,
        shots=recording.shots if recording else (),
        seconds=recording.seconds if recording else None,
        asset_id=wish.recording_id,
        origin=source.origin,
    )


def faults_view(faults: Sequence[Fault]) -> list[subtitles.Json]:
    """Return what did not come through, as JSON."""
    return [{"line": fault.line, "message": fault.message, "severity": fault.severity} for fault in faults]


def _origin(file: Row, found: Imported) -> subtitles.Json:
    return {
        "file": file["name"],
        "fileAssetId": str(file["id"]),
        "format": found.format,
        "encoding": found.encoding,
        "faultCount": len(found.faults),
        "faults": faults_view(found.faults[:_SHOWN_FAULTS]),
    }


async def hold_recording(
    connection: Connection, owner_id: UUID, subtitles_id: UUID, asset_id: UUID
) -> subtitles.Recording:
    """Return a recording that subtitles shall belong to, kept from being deleted.

    Raises:
        NotFound: With code `subtitles_not_found` or `asset_not_found`.
        Refused: With code `not_media`.
    """
    row = await subtitles.find(connection, subtitles_id, owner_id)
    if row is None:
        raise subtitles.unknown_subtitles()
    held = await _hold(connection, owner_id, row["project_id"], asset_id)
    if held is None:
        raise _unknown_asset()
    return held


async def _hold(
    connection: Connection, owner_id: UUID, project_id: UUID, asset_id: UUID | None
) -> subtitles.Recording | None:
    recording = await _asset(connection, owner_id, project_id, asset_id, for_share=True)
    if recording is None:
        return None
    _check_recording(recording)
    shots = await subtitles.last_shots(connection, recording["id"], owner_id)
    return subtitles.Recording(
        recording["id"], _rate_of(recording), recording["media"].get("duration"), shots
    )


async def _find(connection: Connection, owner_id: UUID, wish: Wish) -> tuple[Row | None, Row | None]:
    if await projects.find(connection, wish.project_id, owner_id) is None:
        raise ingest.unknown_project()
    file = await _asset(connection, owner_id, wish.project_id, wish.file_id)
    recording = await _asset(connection, owner_id, wish.project_id, wish.recording_id)
    if file is not None and file["kind"] != "subtitles":
        message = (
            f"{file['name']} is no subtitle file but {file['kind']}; "
            "name it as mediaAssetId if it is the recording."
        )
        raise Refused(message, code="not_subtitles", details={"field": "assetId"})
    if recording is not None:
        _check_recording(recording)
    return file, recording


def _check_recording(recording: Row) -> None:
    if recording["kind"] not in {"video", "audio"}:
        message = (
            f"{recording['name']} is no recording but {recording['kind']}; "
            "name a video or a sound as mediaAssetId."
        )
        raise Refused(message, code="not_media", details={"field": "mediaAssetId"})


async def _asset(
    connection: Connection,
    owner_id: UUID,
    project_id: UUID,
    asset_id: UUID | None,
    *,
    for_share: bool = False,
) -> Row | None:
    if asset_id is None:
        return None
    row = await assets.find(connection, asset_id, owner_id, for_share=for_share)
    if row is None or row["project_id"] != project_id:
        raise _unknown_asset()
    return row


async def _content(rooms: Rooms, file: Row) -> bytes:
    if file["bytes"] > MOST_BYTES:
        message = (
            f"{file['name']} has {human_bytes(file['bytes'])}; "
            f"subtitle files of at most {human_bytes(MOST_BYTES)} are read."
        )
        raise Refused(message, code="subtitles_too_large", details={"mostBytes": MOST_BYTES})
    return b"".join([block async for block in rooms.storage.read(file["storage_key"])])


def _rate_of(recording: Row) -> Fraction | None:
    rate = recording["media"].get("frameRate") if recording["kind"] == "video" else None
    try:
        return read_rate(str(rate)) if rate else None
    except Refused:  # a slide show of one picture a minute
        return None


def _unknown_asset() -> NotFound:
    return NotFound("Asset not found", code="asset_not_found")
