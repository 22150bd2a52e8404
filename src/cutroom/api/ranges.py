"""Byte ranges and conditions of RFC 9110 (sections 13 and 14), for players that seek."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range lies outside the file."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one past the last that a `Range` header asks for.

    Returns:
        None where the whole file is the right answer: units that are unknown, syntax that is wrong,
        and several ranges at once, which nobody needs for seeking (RFC 9110, 14.2, lets a server
        ignore the field).

    Raises:
        Unsatisfiable: When not a byte of it exists.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return int(first), min(int(last) + 1, size) if last else size


def is_unchanged(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Say whether the caller has this version already, so that 304 is the answer (RFC 9110, 13.1)."""
    known = headers.get("if-none-match")
    if known is not None:
        tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
        return "*" in tags or etag in tags
    since = _moment(headers.get("if-modified-since"))
    return since is not None and modified.replace(microsecond=0) <= since


def holds_if_range(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Say whether the range belongs to this version (RFC 9110, 13.1.5: strong comparison)."""
    condition = headers.get("if-range")
    if condition is None:
        return True
    if condition.strip().startswith(('"', "W/")):
        return condition.strip() == etag
    return _moment(condition) == modified.replace(microsecond=0)


def http_date(moment: datetime) -> str:
    """Write a time as HTTP does: `Sun, 06 Nov 1994 08:49:37 GMT`."""
    return format_datetime(moment, usegmt=True)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
