"""Login throttling: a number of wrong passwords per account and per address in 15 minutes.

An attempt counts before its password is checked and is taken back when the password was right, so
that a hundred attempts at once are a hundred attempts. Subjects are hashed: the table holds neither
e-mail nor network addresses.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from cutroom.base.errors import Limited
from cutroom.database import Connection, Database, execute, fetch_one, fetch_row

MINUTES = 15
_IPV6_PREFIX = 64  # what one household gets (RFC 6177)


@dataclass(frozen=True)
class Attempt:
    """One counted attempt: its rows, to be taken back when it succeeds."""

    rows: tuple[tuple[str, datetime], ...]


class Throttle:
    """Counts failed logins of one database."""

    def __init__(self, database: Database, most: int) -> None:
        """Allow `most` failures per subject in 15 minutes."""
        self._database = database
        self._most = most

    async def begin(self, email: str | None, address: str | None) -> Attempt:
        """Count an attempt on an account and from an address.

        Raises:
            Limited: With code `too_many_attempts` and the seconds to wait.
        """
        async with self._database.transaction() as connection:
            rows = [await self._count(connection, subject) for subject in _subjects(email, address)]
        return Attempt(tuple(rows))

    async def succeed(self, connection: Connection, attempt: Attempt) -> None:
        """Take an attempt back: the password was right."""
        for subject, at in attempt.rows:
            await execute(connection, "accounts.delete_failure", subject=subject, at=at)

    async def _count(self, connection: Connection, subject: str) -> tuple[str, datetime]:
        await fetch_one(connection, "accounts.lock_subject", subject=subject)
        recent = await fetch_row(
            connection, "accounts.count_failures", subject=subject, minutes=MINUTES, most=self._most
        )
        if recent["failures"] >= self._most:
            raise self._refusal(float(recent["seconds_left"]))
        row = await fetch_row(connection, "accounts.add_failure", subject=subject)
        return subject, row["at"]

    def _refusal(self, seconds: float) -> Limited:
        wait = max(1, math.ceil(seconds))
        message = f"Too many failed sign-ins; try again in {math.ceil(wait / 60)} minutes."
        limit = {"policy": "login", "limit": self._most, "windowSeconds": MINUTES * 60, "remaining": 0}
        return Limited(message, code="too_many_attempts", retry_after=wait, details=limit)


def _subjects(email: str | None, address: str | None) -> Sequence[str]:
    # In one order for everybody: two attempts that lock both subjects never wait for each other.
    named = [f"address {_network(address)}"] if address else []
    if email:
        named.append(f"account {email.lower()}")
    return sorted(hashlib.sha256(name.encode("utf-8", "replace")).hexdigest() for name in named)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ip_network((int(parsed), _IPV6_PREFIX), strict=False))
    return str(parsed)
