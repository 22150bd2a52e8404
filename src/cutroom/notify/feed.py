"""One LISTEN connection per process, fanned out to its listeners by owner.

The database's trigger announces every change of a job row with its ids and version only; who
listens re-reads the row. So nothing can be lost for good: after a gap, listeners are told to
read again everything newer than the version they saw last.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from cutroom.base.errors import Unavailable
from cutroom.database import Database

CHANNEL = "cutroom_jobs"
_RECONNECT_SECONDS = 1.0
_MOST_WAITING = 1000  # a listener this far behind reads its rows again instead

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """A job row changed; `job_id` None means: anything may have, read again."""

    job_id: UUID | None
    version: int
    is_status: bool


_ANYTHING = Change(None, 0, is_status=True)


class Feed:
    """The live changes of every job, by owner. It listens from its first subscriber on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[UUID, set[asyncio.Queue[Change]]] = {}
        self._task: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @asynccontextmanager
    async def subscribe(self, owner_id: UUID) -> AsyncGenerator[asyncio.Queue[Change]]:
        """Lend a queue of the changes of one owner's jobs.

        The first entry says "anything" when listening begins: what happened before is read then.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._listen(), name="job feed")
        queue: asyncio.Queue[Change] = asyncio.Queue(_MOST_WAITING)
        listeners = self._listeners.setdefault(owner_id, set())
        listeners.add(queue)
        try:
            yield queue
        finally:
            listeners.discard(queue)
            if not listeners:
                self._listeners.pop(owner_id, None)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._database.listen(CHANNEL) as payloads:
                    self._tell_everyone()
                    async for payload in payloads:
                        self._read(payload)
            except Unavailable:
                logger.warning("The job feed lost the database; listening again soon.")
            await asyncio.sleep(_RECONNECT_SECONDS)

    def _read(self, payload: str) -> None:
        try:
            self._tell(json.loads(payload))
        except (ValueError, TypeError, KeyError):
            # Whoever may connect to the database may notify; the feed outlives their words.
            logger.warning("A notification cannot be read.", extra={"payload": payload[:100]})

    def _tell(self, payload: dict[str, str | int | bool]) -> None:
        change = Change(UUID(str(payload["job"])), int(payload["version"]), bool(payload["status"]))
        for queue in self._listeners.get(UUID(str(payload["owner"])), ()):
            _put(queue, change)

    def _tell_everyone(self) -> None:
        for queues in self._listeners.values():
            for queue in queues:
                _put(queue, _ANYTHING)


def _put(queue: asyncio.Queue[Change], change: Change) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        change = _ANYTHING
    queue.put_nowait(change)
