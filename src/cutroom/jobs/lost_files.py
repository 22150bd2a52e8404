"""What is done when the bytes of a kept file are gone from the storage: whatever made them is done again.

Records of steps name files, and storages lose some: a bucket rule, a disk that was restored from yesterday.
A run that finds one missing forgets the steps that kept it and the segments that are it, and starts from
the top: what is still there returns from its records, the rest is made again, with the same bytes.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

from cutroom.base.errors import NotFound
from cutroom.database import Connection, Database, Row, execute, fetch_all
from cutroom.library import files, segments
from cutroom.storage import Storage

_AT_ONCE = 16


class FileLost(NotFound):
    """The bytes of a file that an earlier step kept are gone from the storage; retry the job."""

    code = "file_lost"


async def find_lost(database: Database, storage: Storage, job_id: UUID, file_id: UUID) -> list[UUID]:
    """Return a lost file, and what else is gone of the steps that kept it: a film has many parts.

    Args:
        database: The opened pool; no transaction is held while the storage is asked.
        storage: Where the bytes should be.
        job_id: Whose steps.
        file_id: The one that was found missing.

    Raises:
        StorageUnavailable: When the storage does not answer.
    """
    async with database.statement() as connection:
        rows = await fetch_all(connection, "jobs.kept_with", job_id=job_id, file_id=file_id)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def is_there(row: Row) -> bool:
        async with gate:
            return await files.is_stored(storage, row["storage_key"], row["bytes"])

    there = await asyncio.gather(*map(is_there, rows))
    return [file_id, *(row["id"] for row, is_kept in zip(rows, there, strict=True) if not is_kept)]


async def forget(connection: Connection, job_id: UUID, file_ids: list[UUID]) -> int:
    """Forget the steps of a job that kept any of these files, and the segments that they are.

    Returns:
        How many records that were; 0: nothing here made them, as with an uploaded file.
    """
    count = await execute(connection, "jobs.forget_keepers", job_id=job_id, file_ids=file_ids)
    return count + await segments.forget(connection, file_ids)
