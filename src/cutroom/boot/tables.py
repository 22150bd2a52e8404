"""Find the database of these settings and bring its tables up to date."""

from __future__ import annotations

import asyncio

from cutroom.base.errors import Unavailable
from cutroom.base.settings import Settings
from cutroom.boot.postgres import running_url
from cutroom.database import Database
from cutroom.database.migrate import migrate
from cutroom.queue import install


def find_database_url(settings: Settings) -> str:
    """Return the server of the settings, or the embedded one that `cutroom up` runs just now.

    Raises:
        Unavailable: With code `no_database`, when there is neither.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    url = running_url(settings.data)
    if url is None:
        message = (
            "There is no database: CUTROOM_DATABASE_URL is not set, and no `cutroom up` runs an embedded "
            f"one in {settings.data}."
        )
        hint = "Start `cutroom up`, or set CUTROOM_DATABASE_URL=postgresql://user:password@host/name."
        raise Unavailable(message, code="no_database", hint=hint)
    return url


async def prepare_tables(url: str) -> None:
    """Apply missing migrations and install the queue; several processes may do so at once.

    Raises:
        Unavailable: When the database does not answer within half a minute.
    """
    database = Database(url, size=1)
    try:
        await database.open()
    finally:
        await database.close()
    await asyncio.to_thread(migrate, url)
    await asyncio.to_thread(install, url)
