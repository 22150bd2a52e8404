"""Identifiers: UUIDs of version 7, which sort by the time they were made (RFC 9562, 5.7)."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

from cutroom.base.errors import Refused

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Make a UUID v7: 48 bits of Unix milliseconds, then 74 random bits.

    Ids of one process sort in the order they were made, also within a millisecond: one that would
    not is the last one plus one (RFC 9562, 6.2, method 2).
    """
    global _last  # noqa: PLW0603 - the order is the process's
    milliseconds = time.time_ns() // 1_000_000
    random_a = secrets.randbits(12) << 64
    random_b = secrets.randbits(62)
    with _lock:
        fresh = (milliseconds << 80) | _VERSION | random_a | _VARIANT | random_b
        _last = fresh if fresh > _last else _last + 1
        return UUID(int=_last)


def parse_id(text: object, field: str) -> UUID:
    """Read a UUID of any version in its canonical form of 36 characters.

    Raises:
        Refused: With code `invalid_uuid`, naming `field`.
    """
    try:
        if not isinstance(text, str) or len(text) != 36:  # noqa: PLR2004 - RFC 9562, 4
            raise ValueError  # noqa: TRY301 - one message for every way to be wrong
        return UUID(text)
    except ValueError:
        shown = repr(text)[:60]
        message = f"{field} must be a UUID, for example {new_id()}; got {shown}."
        raise Refused(message, code="invalid_uuid", details={"field": field}) from None
