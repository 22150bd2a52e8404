"""The people: one row each, known by an e-mail address that is unique without regard to case."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cutroom.base.errors import Conflict, Refused
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, fetch_one

OWNER_EMAIL = "owner@localhost"

# One @ with something on both sides, no blanks, no control characters. Whether it can be delivered
# is not asked: the platform sends no mail, and `owner@localhost` must pass.
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets


@dataclass(frozen=True)
class User:
    """Somebody who is signed in."""

    user_id: UUID
    email: str
    is_operator: bool

    @classmethod
    def of(cls, row: Row) -> User:
        """Read a user from a row with `id`, `email` and `is_operator`."""
        return cls(row["id"], row["email"], row["is_operator"])


@dataclass(frozen=True)
class Member:
    """A user with the day the account was made."""

    user: User
    created_at: datetime

    @classmethod
    def of(cls, row: Row) -> Member:
        """Read a member from a row of `users`."""
        return cls(User.of(row), row["created_at"])


def clean_email(text: str) -> str:
    """Return the address without surrounding blanks, in Unicode's composed form.

    Raises:
        Refused: With code `invalid_email`.
    """
    email = unicodedata.normalize("NFC", text.strip())
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        message = f"email must be an address like name@example.com; got {email[:60]!r}."
        raise Refused(message, code="invalid_email", details={"field": "email"})
    return email


async def add(
    connection: Connection, email: str, password_hash: str | None, *, is_operator: bool = False
) -> Member:
    """Make an account.

    Raises:
        Conflict: With code `email_taken`.
    """
    row = await fetch_one(
        connection,
        "accounts.add_user",
        user_id=new_id(),
        email=email,
        password_hash=password_hash,
        is_operator=is_operator,
    )
    if row is None:
        message = f"There is already an account for {email}; sign in instead."
        raise Conflict(message, code="email_taken", details={"field": "email"})
    return Member.of(row)


async def find(connection: Connection, user_id: UUID) -> Member | None:
    """Return the user with this id."""
    row = await fetch_one(connection, "accounts.find_user", user_id=user_id)
    return Member.of(row) if row else None


async def ensure_operator(connection: Connection) -> tuple[Member, bool]:
    """Return the operator and whether this call made the account, which has no password.

    Several processes may start at once: a lock lets one of them make it.
    """
    await fetch_one(connection, "accounts.lock_first_start")
    row = await fetch_one(connection, "accounts.find_operator")
    if row is not None:
        return Member.of(row), False
    return await add(connection, OWNER_EMAIL, None, is_operator=True), True
