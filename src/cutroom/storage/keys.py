"""Names in storage: made of an owner's id and a content's hash, never of a name from outside."""

from __future__ import annotations

import re
from uuid import UUID

_SEGMENT = r"[a-z0-9][a-z0-9_.-]*"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_KEY = 512


def file_key(owner_id: UUID, sha256: str) -> str:
    """Return the key of a content: `files/<owner>/<first two digits>/<sha256>`.

    The owner stands in it so that nothing is shared between users: neither bytes nor the
    knowledge that somebody else has the same bytes.

    Raises:
        ValueError: When `sha256` is not 64 lower-case hexadecimal digits.
    """
    if not _SHA256.fullmatch(sha256):
        message = f"A SHA-256 has 64 lower-case hexadecimal digits; got {sha256[:80]!r}."
        raise ValueError(message)
    return f"files/{owner_id}/{sha256[:2]}/{sha256}"


def check_key(key: str) -> str:
    """Return `key` if it can stand in every store: no `..`, no hidden or absolute path.

    Raises:
        ValueError: Otherwise. Keys are made by this package, so this is a bug of the caller.
    """
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        message = f"{key[:80]!r} is not a storage key: lower-case segments joined by slashes."
        raise ValueError(message)
    return key


def is_key(key: str) -> bool:
    """Say whether `key` could have been made here; a store may hold strangers' objects too."""
    return len(key) <= _LONGEST_KEY and _KEY.fullmatch(key) is not None
