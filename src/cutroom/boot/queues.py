"""Pausing the queues of a running platform from outside its processes."""

from __future__ import annotations

from cutroom.base.errors import Refused
from cutroom.base.settings import Settings
from cutroom.boot.tables import find_database_url
from cutroom.database import Database
from cutroom.jobs import starts
from cutroom.jobs.kind import ready_kinds
from cutroom.queue import Tickets


async def set_paused(settings: Settings, queue: str | None, *, is_paused: bool) -> list[str]:
    """Pause or unpause one queue or all of them; return those whose state has changed.

    Raises:
        Refused: With code `unknown_queue`.
    """
    known = sorted({kind.queue for kind in ready_kinds()})
    if queue is not None and queue not in known:
        raise Refused(f"There is no queue {queue!r}; known: {', '.join(known)}.", code="unknown_queue")
    database = Database(find_database_url(settings), size=2)
    try:
        await database.open()
        tickets = Tickets(database.statements)
        await tickets.open()
        changed: list[str] = []
        async with database.transaction() as connection:
            for name in [queue] if queue else known:
                if is_paused:
                    has_changed = await starts.pause(connection, name)
                else:
                    has_changed = await starts.unpause(connection, tickets, name)
                changed += [name] if has_changed else []
        await tickets.close()
        return changed
    finally:
        await database.close()
