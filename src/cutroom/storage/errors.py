"""What can go wrong with a store, said in the platform's own errors."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from cutroom.base.errors import CutroomError, NotFound, Unavailable, Unsupported
from cutroom.base.units import human_bytes

_FULL = {errno.ENOSPC, errno.EDQUOT}
# object_store prints the operating system's error number into its message.
_FULL_WORDS = (*(f"os error {number}" for number in _FULL), "EntityTooLarge", "QuotaExceeded")


class DiskFull(Unavailable):
    """The disk is full; free some space, then try again."""

    code = "disk_full"
    status = 507


class StorageUnavailable(Unavailable):
    """The storage does not answer at the moment; try again in a few seconds."""

    code = "storage_unavailable"


def free_bytes(path: Path) -> int:
    """Return the free bytes of the disk that holds `path` or its nearest existing parent."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def disk_full(needed: int, path: Path) -> DiskFull:
    """Make the error that says how much was needed and how much there is."""
    free = free_bytes(path)
    message = (
        f"The server's disk is full: {human_bytes(needed)} were needed, {human_bytes(free)} are free."
        " Delete what is not needed any more, or ask the operator for space."
    )
    return DiskFull(message, details={"neededBytes": needed, "freeBytes": free})


@contextmanager
def translated(place: str, key: str, *, needed: int = 0, writes: Path | None = None) -> Generator[None]:
    """Turn errors of obstore and of the operating system into the platform's.

    Args:
        place: The store as an operator knows it, without secrets.
        key: The object at stake.
        needed: Bytes that are being written.
        writes: The folder they are written to, where it is local.

    Raises:
        NotFound: With code `file_missing`.
        DiskFull: When a local disk or a quota is full.
        Unsupported: With code `storage_refused`: wrong credentials, no such bucket, no rights.
        StorageUnavailable: When the store is unreachable or answers with its own errors.
    """
    try:
        yield
    except CutroomError:
        raise
    except (BaseError, OSError) as error:
        raise _translate(error, place, key, needed, writes) from error


def _translate(error: Exception, place: str, key: str, needed: int, writes: Path | None) -> CutroomError:
    text = str(error)
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or any(word in text for word in _FULL_WORDS):
        return disk_full(needed, writes) if writes else DiskFull(f"The storage {place} has no room left.")
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in text:
        message = "The file's bytes are missing from the storage; they may have been deleted."
        return NotFound(message, code="file_missing", details={"key": key})
    if isinstance(error, (PermissionError, PermissionDeniedError, UnauthenticatedError, FileNotFoundError)):
        message = (
            f"The storage {place} refuses us: {_reason(text)}."
            " Check CUTROOM_STORAGE_URL, its keys and their rights."
        )
        return Unsupported(message, code="storage_refused")
    reason = os.strerror(number) if number else _reason(text)
    return StorageUnavailable(f"The storage {place} does not answer: {reason}.")


def _reason(text: str) -> str:
    """Pick the part for people out of an error of object_store, which repeats itself at length."""
    for word in ("NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"):
        if word in text:
            return word
    return text.partition("\n")[0].rpartition(" - ")[2][:200].rstrip(". ")
