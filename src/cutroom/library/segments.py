"""Segments: encoded stretches of films, kept per owner under the hash of what they show.

A second render of the same template finds all of them, one of a changed word all but a few. They are
files like others; a row here keeps its file from the sweep until nobody has used it for long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from cutroom.database import Connection, Row, execute, fetch_all


async def find(connection: Connection, owner_id: UUID, keys: Sequence[str]) -> dict[str, Row]:
    """Return those of an owner's segments that are kept, by key, and count them as used now.

    The rows hold `file_id`, `sha256` and `bytes`.
    """
    rows = await fetch_all(connection, "segments.use", owner_id=owner_id, keys=list(keys))
    return {row["key"]: row for row in rows}


async def keep(connection: Connection, owner_id: UUID, key: str, file_id: UUID) -> None:
    """Keep a file as a segment; a later one of the same key takes its place."""
    await execute(connection, "segments.insert", owner_id=owner_id, key=key, file_id=file_id)


async def forget(connection: Connection, file_ids: Sequence[UUID]) -> int:
    """Forget the segments that are these files, as when their bytes are gone. Return how many."""
    return await execute(connection, "segments.forget", file_ids=list(file_ids))


async def expire(connection: Connection, unused: timedelta) -> int:
    """Forget segments that nobody has used for so long; their files are swept later. Return how many."""
    return await execute(connection, "segments.expire", unused=unused)
