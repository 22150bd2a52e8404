"""What is removed by itself: files that nothing names, and what dead processes left half done."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cutroom.base.clock import now
from cutroom.library import files
from cutroom.library.rooms import Rooms
from cutroom.library.upload import FOLDER

STALE = timedelta(hours=6)


@dataclass(frozen=True)
class Swept:
    """How many things a sweep removed."""

    files: int
    uploads: int
    parts: int


async def sweep(rooms: Rooms, *, grace: timedelta = files.GRACE, stale: timedelta = STALE) -> Swept:
    """Remove unnamed files, abandoned uploads and half-written objects. Call it once an hour or so.

    Jobs are deleted by their own room, which knows how long they are kept; their files then are
    named by nothing and go here.

    Args:
        rooms: The open platform.
        grace: How long a file stays that nothing names.
        stale: How long nothing has been written to an upload, so that nobody sends it any more.

    Raises:
        CutroomError: When the database or the storage does not answer; the next call goes on.
    """
    uploads = await asyncio.to_thread(_remove_uploads, rooms.settings.scratch / FOLDER, stale)
    parts = await asyncio.to_thread(rooms.storage.remove_parts, now() - stale)
    return Swept(await files.sweep(rooms.database, rooms.storage, grace), uploads, parts)


def _remove_uploads(folder: Path, stale: timedelta) -> int:
    removed = 0
    for upload in folder.glob("*"):
        if time.time() - _last_write(upload) > stale.total_seconds():
            shutil.rmtree(upload, ignore_errors=True)
            removed += 1
    return removed


def _last_write(folder: Path) -> float:
    """Return the latest change in a folder, as Unix time; one that is gone meanwhile is fresh."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:
        return time.time()
