"""Sessions: a row that a token names; without the row the token is nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cutroom.accounts.memory import ShortMemory
from cutroom.accounts.tokens import Claims, read_token, write_token
from cutroom.accounts.users import User
from cutroom.base.ids import new_id
from cutroom.database import Connection, Database, execute, fetch_one, fetch_row


class Sessions:
    """Opens, finds and ends the sessions of one database."""

    def __init__(self, database: Database, key: bytes, days: int) -> None:
        """Describe the sessions.

        Args:
            database: Where the rows are.
            key: 32 bytes that sign the tokens.
            days: How long a session lasts.
        """
        self._database = database
        self._key = key
        self._days = days
        self._memory = ShortMemory[UUID, User]()

    async def open(self, connection: Connection, user: User) -> tuple[str, datetime]:
        """Start a session; return its token and when it ends."""
        row = await fetch_row(
            connection,
            "accounts.add_session",
            session_id=new_id(),
            user_id=user.user_id,
            days=self._days,
        )
        token = write_token(self._key, Claims(row["id"], user.user_id), row["expires_at"])
        return token, row["expires_at"]

    async def find(self, token: str) -> User | None:
        """Return whose token this is, or None when it is forged, expired or signed out."""
        claims = read_token(self._key, token)
        if claims is None or self._memory.has_ended(claims.session_id):
            return None
        user = self._memory.find(claims.session_id)
        return user or await self._look_up(claims)

    async def end(self, token: str) -> None:
        """Sign out: the token is worthless from now on. A token that already is changes nothing."""
        claims = read_token(self._key, token)
        if claims is None:
            return
        self._memory.forget(claims.session_id)
        async with self._database.transaction() as connection:
            await execute(connection, "accounts.end_session", session_id=claims.session_id)

    async def _look_up(self, claims: Claims) -> User | None:
        async with self._database.transaction() as connection:
            row = await fetch_one(
                connection, "accounts.find_session", session_id=claims.session_id, user_id=claims.user_id
            )
        if row is None or self._memory.has_ended(claims.session_id):
            return None
        user = User.of(row)
        self._memory.keep(claims.session_id, user)
        return user
