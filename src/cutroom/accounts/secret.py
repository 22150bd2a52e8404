"""The platform's secret: set by the operator, or made once and kept in the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cutroom.base.settings import Settings
from cutroom.database import Database, execute, fetch_row

_NAME = "platform"


async def platform_secret(database: Database, settings: Settings) -> str:
    """Return the secret that signs sessions and links.

    Several processes may ask at once on an empty database: all get the one that was stored first.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    async with database.transaction() as connection:
        await execute(connection, "accounts.add_secret", secret_name=_NAME, value=secrets.token_urlsafe(32))
    # A second transaction: it sees the row of whoever was first.
    async with database.transaction() as connection:
        row = await fetch_row(connection, "accounts.find_secret", secret_name=_NAME)
    return str(row["value"])


def derive_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes for one purpose, so that no two purposes share a key (HMAC-SHA256)."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
