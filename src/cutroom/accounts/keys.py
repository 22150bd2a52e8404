"""API keys: `cut_` and 256 random bits, shown once, stored as a hash."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from uuid import UUID

from cutroom.accounts.memory import ShortMemory
from cutroom.accounts.users import User
from cutroom.base.errors import Conflict, NotFound
from cutroom.base.ids import new_id
from cutroom.database import Connection, Database, Row, execute, fetch_all, fetch_one, fetch_row

MOST_KEYS = 100
_PREFIX_LENGTH = 12  # `cut_` and eight characters: enough to recognise, 208 bits stay unknown
_SHAPE = re.compile(r"cut_[A-Za-z0-9_-]{43}")


def random_key() -> str:
    """Return a new key: `cut_` and 43 base64url characters."""
    return key_of(secrets.token_bytes(32))


def key_of(secret: bytes) -> str:
    """Write 32 secret bytes as a key."""
    return "cut_" + base64.urlsafe_b64encode(secret).decode().rstrip("=")


def is_key(text: str) -> bool:
    """Say whether a text has the shape of a key."""
    return _SHAPE.fullmatch(text) is not None


def hash_key(key: str) -> str:
    """Return the hash a key is stored under; the key is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


async def add(connection: Connection, user: User, name: str, key: str, key_id: UUID | None = None) -> Row:
    """Store a new key.

    Raises:
        Conflict: With code `too_many_keys` when the user has 100.
    """
    row = await fetch_row(connection, "accounts.count_keys", user_id=user.user_id)
    if row["keys"] >= MOST_KEYS:
        message = f"You have {MOST_KEYS} API keys, which is the most; delete one you no longer use."
        raise Conflict(message, code="too_many_keys")
    return await fetch_row(
        connection,
        "accounts.add_key",
        key_id=key_id or new_id(),
        user_id=user.user_id,
        key_name=name,
        prefix=key[:_PREFIX_LENGTH],
        key_hash=hash_key(key),
    )


async def list_keys(
    connection: Connection, user: User, *, limit: int, before: UUID | None = None
) -> list[Row]:
    """Return a user's keys, newest first, older than `before`."""
    return await fetch_all(connection, "accounts.list_keys", user_id=user.user_id, limit=limit, before=before)


class Keys:
    """Finds and deletes the keys of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory = ShortMemory[str, User]()

    async def find(self, key: str) -> User | None:
        """Return whose key this is, and note its use at most once a minute."""
        key_hash = hash_key(key)
        if not is_key(key) or self._memory.has_ended(key_hash):
            return None
        user = self._memory.find(key_hash)
        return user or await self._look_up(key_hash)

    async def delete(self, user: User, key_id: UUID) -> None:
        """Delete a key; requests with it are refused from now on.

        Raises:
            NotFound: When the user has no such key.
        """
        async with self._database.transaction() as connection:
            row = await fetch_one(connection, "accounts.delete_key", key_id=key_id, user_id=user.user_id)
        if row is None:
            raise NotFound("API key not found", code="key_not_found")
        self._memory.forget(row["key_hash"])

    async def _look_up(self, key_hash: str) -> User | None:
        async with self._database.transaction() as connection:
            row = await fetch_one(connection, "accounts.find_key", key_hash=key_hash)
            if row is None:
                return None
            if row["is_stale"]:
                await execute(connection, "accounts.touch_key", key_id=row["key_id"])
        if self._memory.has_ended(key_hash):
            return None
        user = User.of(row)
        self._memory.keep(key_hash, user)
        return user
