"""Passwords: Argon2id in a thread, never twice at a time more than the machine can bear."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cutroom.base.errors import Refused

SHORTEST = 8
LONGEST_BYTES = 1024

# RFC 9106, 4: the second recommended option (64 MiB, 3 passes, 4 lanes). Two at a time are 128 MiB.
_MEMORY_KIBIBYTES = 65536
_PASSES = 3
_LANES = 4
_AT_A_TIME = 2
_HASHER = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIBIBYTES, parallelism=_LANES)


class Passwords:
    """Makes and checks password hashes. One per process; its methods never block the event loop."""

    def __init__(self) -> None:
        self._hasher = _HASHER
        self._nobody = _hash_of_nobody(self._hasher)
        self._turns = asyncio.Semaphore(_AT_A_TIME)

    async def hash(self, password: str) -> str:
        """Return the Argon2id hash of a new password.

        Raises:
            Refused: With code `invalid_password` when it is too short or too long.
        """
        check_strength(password)
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _canonical(password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Say whether the password fits; without a hash it takes as long and says no."""
        async with self._turns:
            fits = await asyncio.to_thread(self._fits, password_hash or self._nobody, password)
        return fits and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Say whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _fits(self, password_hash: str, password: str) -> bool:
        if len(password.encode("utf-8", "replace")) > LONGEST_BYTES:
            password = ""  # no account has it: as slow as any other wrong one
        try:
            return self._hasher.verify(password_hash, _canonical(password))
        except (VerificationError, InvalidHashError):
            return False


def check_strength(password: str) -> None:
    """Refuse passwords shorter than 8 characters or longer than 1024 bytes.

    Raises:
        Refused: With code `invalid_password`; the password is never repeated.
    """
    if len(password) < SHORTEST:
        message = f"password must have at least {SHORTEST} characters; it has {len(password)}."
        raise Refused(message, code="invalid_password", details={"field": "password"})
    if len(password.encode("utf-8", "replace")) > LONGEST_BYTES:
        message = f"password must not be longer than {LONGEST_BYTES} bytes."
        raise Refused(message, code="invalid_password", details={"field": "password"})


def _canonical(password: str) -> bytes:
    # Keyboards differ in how they compose an accented letter (RFC 8265, 4.2.1).
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


@cache
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """Return what an unknown address is checked against, so that it takes as long as a known one."""
    return hasher.hash(secrets.token_urlsafe(16))
