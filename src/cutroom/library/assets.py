"""Assets: the media of a project, each with a name, a description and bytes in storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cutroom.base.errors import Failed
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one
from cutroom.library.names import check_title, clean_name
from cutroom.library.projects import in_use

KINDS = ("video", "audio", "image", "subtitles", "document")


async def create(  # noqa: PLR0913 - one keyword per column
    connection: Connection,
    *,
    asset_id: UUID | None = None,
    project_id: UUID,
    owner_id: UUID,
    name: str,
    mime_type: str,
    kind: str,
    file_id: UUID,
    media: dict[str, Any],
    poster_file_id: UUID | None = None,
    waveform_file_id: UUID | None = None,
    source_job_id: UUID | None = None,
) -> Row:
    """Make an asset of kept files and return its row, as `find` does.

    The caller holds the project's row; see the lock order in `cutroom.library.projects`.

    Args:
        connection: An open transaction; the files are safe from the sweep once it commits.
        asset_id: Its id; None: a new one.
        project_id: Where it stands.
        owner_id: Whose it is; also the owner of the project and of the files.
        name: Shown to people; made harmless here.
        mime_type: What the bytes are, by their content.
        kind: One of `KINDS`.
        file_id: Its bytes, from `files.keep`.
        media: The API's `media` object.
        poster_file_id: A still picture of it.
        waveform_file_id: The peaks of its sound.
        source_job_id: The job that made it.
    """
    made = asset_id or new_id()
    await execute(
        connection,
        "assets.insert",
        asset_id=made,
        project_id=project_id,
        owner_id=owner_id,
        asset_name=clean_name(name),
        kind=kind,
        mime_type=mime_type,
        file_id=file_id,
        poster_file_id=poster_file_id,
        waveform_file_id=waveform_file_id,
        media=media,
        source_job_id=source_job_id,
    )
    row = await find(connection, made, owner_id)
    if row is None:
        raise Failed
    return row


async def find(
    connection: Connection, asset_id: UUID, owner_id: UUID, *, for_share: bool = False
) -> Row | None:
    """Return an asset of an owner; somebody else's is None, as a missing one.

    The row holds the table's columns and `sha256`, `bytes`, `storage_key`, `is_public`.

    Args:
        connection: An open transaction.
        asset_id: The asset.
        owner_id: Who asks.
        for_share: Keep it from being deleted until the transaction ends, as a submission must.
    """
    query = "assets.hold" if for_share else "assets.find"
    return await fetch_one(connection, query, asset_id=asset_id, owner_id=owner_id)


async def find_served(connection: Connection, asset_id: UUID) -> Row | None:
    """Return anybody's asset for serving its bytes; the caller decides who may see it.

    Beside the columns of `find` the row holds `poster_sha256`, `poster_bytes`, `poster_key` and the
    same of the waveform, None where there is none.
    """
    return await fetch_one(connection, "assets.find_served", asset_id=asset_id)


async def list_all(
    connection: Connection,
    project_id: UUID,
    owner_id: UUID,
    *,
    limit: int,
    before: UUID | None = None,
    kind: str | None = None,
) -> list[Row]:
    """Return a project's assets, newest first, at most `limit`, older than the one named `before`.

    The rows hold `source_name` too: what the file was called that an asset was made of, while the job that
    made it and that file are there.
    """
    return await fetch_all(
        connection,
        "assets.list",
        project_id=project_id,
        owner_id=owner_id,
        limit=limit,
        before=before,
        kind=kind,
    )


async def list_owned(
    connection: Connection, owner_id: UUID, kinds: Sequence[str], *, limit: int
) -> list[Row]:
    """Return assets of some kinds from all projects of an owner, newest first.

    The rows hold `id`, `name`, `kind` and `project_name`.
    """
    return await fetch_all(connection, "assets.list_owned", owner_id=owner_id, kinds=list(kinds), limit=limit)


async def rename(connection: Connection, asset_id: UUID, owner_id: UUID, name: str) -> Row | None:
    """Give an asset another name and return its row; None when the owner has no such asset.

    Raises:
        Refused: With code `invalid_name`.
    """
    await execute(
        connection, "assets.rename", asset_id=asset_id, owner_id=owner_id, asset_name=check_title(name)
    )
    return await find(connection, asset_id, owner_id)


async def delete(connection: Connection, asset_id: UUID, owner_id: UUID) -> bool:
    """Delete an asset; its files are swept later. False when the owner has no such asset.

    Raises:
        Conflict: With code `asset_in_use`, naming the unfinished jobs.
    """
    if await fetch_one(connection, "assets.lock", asset_id=asset_id, owner_id=owner_id) is None:
        return False
    # A submission holds the row until it commits: after the lock its job is visible.
    jobs = await fetch_all(connection, "assets.unfinished_jobs", asset_id=asset_id)
    if jobs:
        raise in_use("asset", "asset_in_use", jobs)
    await execute(connection, "assets.delete", asset_id=asset_id)
    return True
