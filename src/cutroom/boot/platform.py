"""The platform: every room that a process needs, opened together and closed together."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

from cutroom.accounts import secret
from cutroom.base.settings import Settings
from cutroom.database import Database
from cutroom.jobs.resources import Resources
from cutroom.notify import Feed
from cutroom.queue import Tickets
from cutroom.sandbox import Sandbox
from cutroom.storage import open_storage

PRELOAD = (
    "cutroom.media",
    "cutroom.engines.cleaning",
    "cutroom.engines.subtitling",
    "cutroom.jobs.film_preload",
)
"""What every child process has loaded; importing these starts no thread."""


@dataclass
class Platform(Resources):
    """The resources of one process of the platform, and what its doors need besides."""

    secret: str
    feed: Feed
    _stack: AsyncExitStack = field(repr=False)

    @classmethod
    async def open(cls, settings: Settings, database_url: str, *, connections: int = 8) -> Self:
        """Open every room.

        Args:
            settings: The settings of this process.
            database_url: A migrated database.
            connections: Most connections of the pool.

        Raises:
            Unavailable: When the database does not answer.
        """
        async with AsyncExitStack() as stack:
            database = Database(database_url, size=connections)
            await database.open()
            stack.push_async_callback(database.close)
            tickets = Tickets(database.statements)
            await tickets.open()
            stack.push_async_callback(tickets.close)
            sandbox = Sandbox(PRELOAD)
            stack.push_async_callback(sandbox.close)
            feed = Feed(database)
            stack.push_async_callback(feed.stop)
            return cls(
                settings=settings,
                database=database,
                storage=open_storage(settings),
                tickets=tickets,
                sandbox=sandbox,
                secret=await secret.platform_secret(database, settings),
                feed=feed,
                _stack=stack.pop_all(),
            )

    async def close(self) -> None:
        """Close every room, the last opened first."""
        await self._stack.aclose()
