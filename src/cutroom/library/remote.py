"""A file by its address: fetched into the staging folder as if it had been uploaded."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cutroom.base.errors import TooLarge, Unavailable
from cutroom.base.units import MEBIBYTE, human_bytes
from cutroom.library import files
from cutroom.library.names import clean_name
from cutroom.library.rooms import Rooms
from cutroom.library.upload import Rules, Staged, check_announced, too_large
from cutroom.network import NetworkLimits, fetch_to_file
from cutroom.sandbox import Limits
from cutroom.storage import DiskFull
from cutroom.storage.errors import free_bytes

SECONDS = 900.0
_LIMITS = Limits(memory_bytes=512 * MEBIBYTE, seconds=SECONDS + 10)


async def fetch(rooms: Rooms, url: str, name: str | None, folder: Path) -> Staged:
    """Fetch a file in a child process, which a cancelled request kills.

    Args:
        rooms: The open platform; its settings say how much may come and which private hosts may be asked.
        url: Written by a stranger; see `network.fetch_to_file` for what is refused.
        name: What to call it; None: as its server or its address does.
        folder: From `upload.staging`.

    Raises:
        Refused, Unavailable: See `network.fetch_to_file`.
        TooLarge: With code `upload_too_large`.
        DiskFull: When it does not fit.
    """
    rules = Rules.of(rooms.settings)
    check_announced(None, folder, rules)
    path = folder / "fetched"
    room = free_bytes(folder) - rules.reserve_bytes
    limits = NetworkLimits(
        seconds=SECONDS,
        max_bytes=min(rules.most_bytes, room),
        allowed_hosts=rooms.settings.allowed_hosts,
    )
    try:
        found = await rooms.sandbox.call(fetch_to_file, url, path, limits, limits=_LIMITS)
    except TooLarge as error:
        raise (_no_room(room) if room < rules.most_bytes else too_large(rules)) from error
    except Unavailable as error:
        if error.code_word == "disk_full":
            raise _no_room(room) from error
        raise
    digest = await asyncio.to_thread(files.hash_file, path)
    return Staged(path, clean_name(name or found.name), found.bytes, digest)


def _no_room(room: int) -> DiskFull:
    message = (
        f"The file does not fit into the {human_bytes(room)} that the server has room for."
        " Delete what is not needed any more, or ask the operator for space."
    )
    return DiskFull(message, details={"roomBytes": room})
