"""What the net's failures mean for the one who asked."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from cutroom.base.errors import Unavailable

_LONGEST_WAIT = 3600.0
"""Seconds; a server that asks for more is treated as if it asked for this much."""


def read_retry_after(value: str | None, moment: datetime | None = None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3).

    Returns:
        Seconds from `moment` (default now) in [0, 3600], or None where the header is missing or senseless.
    """
    if value is None:
        return None
    text = value.strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        seconds = (until - (moment or datetime.now(UTC))).total_seconds()
    if math.isnan(seconds):
        return None
    return min(_LONGEST_WAIT, max(0.0, seconds))


@contextmanager
def network_errors(who: str, *, message: str | None = None) -> Generator[None]:
    """Translate what httpx raises inside the block into `Unavailable`.

    Args:
        who: Who is called, for the message: a host, a service's name, or "the ..." and what it is.
        message: The whole sentence instead, where a contract fixes it.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        begin = f"The{who[3:]}" if who.startswith("the ") else who  # a host's name keeps its small letters
        text = message or f"{begin} did not answer in time; try again later."
        raise Unavailable(text, code="timeout", details={"reason": type(error).__name__}) from None
    except httpx.TransportError as error:
        # The cause is cut off: its text may hold the request with its headers.
        text = message or f"The connection to {who} failed; try again later."
        raise Unavailable(text, code="connection_failed", details={"reason": type(error).__name__}) from None
