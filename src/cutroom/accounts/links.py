"""One-time sign-in links: 256 random bits, good for 15 minutes, stored as a hash."""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import urlencode

from cutroom.accounts.users import Member, User
from cutroom.base.errors import Refused
from cutroom.database import Connection, execute, fetch_one

MINUTES = 15
PATH = "/sign-in"


async def add(connection: Connection, user: User) -> str:
    """Make a link's token for a user."""
    token = secrets.token_urlsafe(32)
    await execute(
        connection,
        "accounts.add_link",
        token_hash=_hash(token),
        user_id=user.user_id,
        minutes=MINUTES,
    )
    return token


def link_url(base_url: str, token: str) -> str:
    """Return the address to open: a page that redeems the token."""
    return f"{base_url}{PATH}?{urlencode({'token': token})}"


async def redeem(connection: Connection, token: str) -> Member:
    """Use a token up and return whose it is.

    Raises:
        Refused: With code `invalid_link` when it was used, is older than 15 minutes or never was one.
    """
    row = await fetch_one(connection, "accounts.redeem_link", token_hash=_hash(token))
    if row is None:
        message = (
            "This sign-in link was already used or is older than 15 minutes; make a new one with "
            "`cutroom sign-in`."
        )
        raise Refused(message, code="invalid_link")
    return Member.of(row)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
