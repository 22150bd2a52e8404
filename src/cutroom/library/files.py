"""Files: an owner's bytes in storage, once per content, kept as long as something names them.

A row says that its bytes are in storage or about to be; it is named by `assets` and `step_files`.
What nothing names is swept after a grace, which must be longer than the longest transfer together
with the step that follows it: between `keep` and the row that names a file only the grace protects.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cutroom.base.errors import CutroomError, NotFound, Unavailable
from cutroom.base.ids import new_id
from cutroom.base.units import MEBIBYTE
from cutroom.database import Connection, Database, Row, fetch_all, fetch_one, fetch_row
from cutroom.storage import Storage, file_key

GRACE = timedelta(hours=24)
storage_key = file_key
_BATCH = 200
_ROUNDS = 3


@dataclass(frozen=True)
class StoredFile:
    """Bytes that are in storage."""

    file_id: UUID
    sha256: str
    bytes: int
    storage_key: str


async def keep(
    database: Database,
    storage: Storage,
    owner_id: UUID,
    path: Path,
    *,
    sha256: str | None = None,
    take: bool = False,
) -> StoredFile:
    """Put a local file into storage under its content's hash.

    Idempotent: bytes that the owner already has there are not sent again.

    Args:
        database: The opened pool; no transaction is held while bytes move.
        storage: Where to.
        owner_id: Whose file it is.
        path: A local file that nobody writes to meanwhile.
        sha256: Its hash in lower-case hexadecimal, where the caller has counted it already.
        take: The file is given away and gone afterwards; see `Storage.put`.

    Raises:
        DiskFull, StorageUnavailable, Unsupported: See `Storage.put`.
    """
    known = sha256 or await asyncio.to_thread(hash_file, path)
    size = (await asyncio.to_thread(path.stat)).st_size
    for _ in range(_ROUNDS):
        # The row comes first: bytes without a row would never be found again.
        # This waits for a sweep that is removing the same content.
        row = await _touch(database, owner_id, known, size)
        try:
            is_kept = await _fill(database, storage, row, path, take=take)
        except BaseException:
            # Nobody has heard of it yet. What cannot be removed now goes with the next sweep.
            with contextlib.suppress(CutroomError):
                await asyncio.shield(discard(database, storage, [row["id"]]))
            raise
        if is_kept:
            return StoredFile(row["id"], known, size, row["storage_key"])
        if take:
            break
    message = "The file was swept while it was being stored; try again."
    raise Unavailable(message, code="swept_while_storing")


async def _fill(database: Database, storage: Storage, row: Row, path: Path, *, take: bool) -> bool:
    """Store the bytes of a row; False when the row was swept meanwhile."""
    if not await is_stored(storage, row["storage_key"], row["bytes"]):
        await storage.put(row["storage_key"], path, take=take)
    async with database.transaction() as connection:
        still = await fetch_one(connection, "files.find", file_id=row["id"], owner_id=row["owner_id"])
    if still is not None and take:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return still is not None


async def find(connection: Connection, file_id: UUID, owner_id: UUID) -> Row | None:
    """Return a file's row; somebody else's is None, as a missing one."""
    return await fetch_one(connection, "files.find", file_id=file_id, owner_id=owner_id)


async def sweep(database: Database, storage: Storage, grace: timedelta = GRACE) -> int:
    """Remove files that nothing names and nobody has touched for `grace`; return how many.

    Safe beside anything: a row is locked, looked at again, and deleted in the transaction that
    also removes the bytes, so that a `keep` of the same content waits, then stores them again.
    """
    removed = 0
    while True:
        async with database.transaction() as connection:
            rows = await fetch_all(connection, "files.lock_idle", grace=grace, limit=_BATCH)
            removed += await _remove(connection, storage, rows)
        if len(rows) < _BATCH:
            return removed


async def discard(database: Database, storage: Storage, file_ids: Sequence[UUID]) -> int:
    """Remove files at once that came to nothing, as after a failed upload; return how many.

    Those that somebody has named or kept again since are left alone.
    """
    async with database.transaction() as connection:
        rows = await fetch_all(connection, "files.lock_new", file_ids=list(file_ids))
        return await _remove(connection, storage, rows)


def hash_file(path: Path) -> str:
    """Return a file's SHA-256 in lower-case hexadecimal. Blocking; memory is one block."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(MEBIBYTE):
            digest.update(block)
    return digest.hexdigest()


async def _touch(database: Database, owner_id: UUID, sha256: str, size: int) -> Row:
    async with database.transaction() as connection:
        return await fetch_row(
            connection,
            "files.touch",
            file_id=new_id(),
            owner_id=owner_id,
            sha256=sha256,
            bytes=size,
            storage_key=file_key(owner_id, sha256),
        )


async def is_stored(storage: Storage, key: str, size: int) -> bool:
    """Return whether a file's bytes are where its row says.

    Raises:
        StorageUnavailable: When the storage does not answer.
    """
    try:
        return await storage.size(key) == size
    except NotFound:
        return False


async def _remove(connection: Connection, storage: Storage, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    # A second statement sees what was named between the first one's view and its locks.
    gone = await fetch_all(connection, "files.delete_unused", file_ids=[row["id"] for row in rows])
    # If this fails the rows stay, and a later `keep` notices that bytes are missing.
    await storage.delete(row["storage_key"] for row in gone)
    return len(gone)
