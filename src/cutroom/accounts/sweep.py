"""Rows that ended by themselves are deleted: sessions, sign-in links, old login failures."""

from __future__ import annotations

from cutroom.database import Connection, execute


async def sweep(connection: Connection) -> int:
    """Delete what has expired; return how many rows. Call it once an hour or so."""
    names = ("accounts.sweep_sessions", "accounts.sweep_links", "accounts.sweep_failures")
    return sum([await execute(connection, name) for name in names])
