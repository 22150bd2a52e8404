"""One store: every transfer is a stream, so that memory does not depend on a file's size."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import obstore
from obstore.store import LocalStore, S3Store

from cutroom.base.units import MEBIBYTE
from cutroom.storage.errors import translated
from cutroom.storage.keys import check_key, is_key

_LOCAL_BLOCK = MEBIBYTE
_REMOTE_BLOCK = 8 * MEBIBYTE  # a round trip of 50 ms then costs little beside the transfer
_MOST_PARTS = 10_000  # of a multipart upload (Amazon S3 User Guide, "multipart upload limits")
_PARTS_AT_A_TIME = 3  # holds at most 4 blocks in memory
_INCOMING = ".incoming"  # is no valid key, so a half-written object can never be asked for


@dataclass(frozen=True)
class StoredKey:
    """One object of a listing."""

    key: str
    bytes: int
    modified: datetime


class _Stopped(Exception):
    """Makes obstore abort a multipart upload, which a cancelled future would leave behind."""


class Storage:
    """Bytes under keys. Stateless beside its connections; shared by all tasks of a process.

    A put is atomic: its object appears whole or not at all, and a second put of the same bytes
    changes nothing.
    """

    def __init__(self, store: LocalStore | S3Store, place: str, folder: Path | None = None) -> None:
        """Wrap a store.

        Args:
            store: What obstore made.
            place: Its name for messages and logs; no secrets.
            folder: Its folder, if it is a local one.
        """
        self.place = place
        self.folder = folder
        self._store = store
        self._block = _LOCAL_BLOCK if folder else _REMOTE_BLOCK

    async def put(self, key: str, path: Path, *, take: bool = False) -> None:
        """Store a file.

        Args:
            key: See `cutroom.storage.keys`.
            path: A local file that nobody writes to meanwhile.
            take: The caller gives the file away: a local store then moves it if it can, so that
                a large upload is not written twice. `path` is gone afterwards in every store.

        Raises:
            DiskFull, StorageUnavailable, Unsupported, FileNotFoundError: See `translated`.
        """
        check_key(key)
        size = (await asyncio.to_thread(path.stat)).st_size
        with translated(self.place, key, needed=size, writes=self.folder):
            if self.folder:
                await _to_the_end(asyncio.to_thread(_put_local, self.folder, key, path, take))
            else:
                await self._send(key, path, size)
        if take:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _send(self, key: str, path: Path, size: int) -> None:
        block = max(self._block, -(-size // _MOST_PARTS))
        if size <= block:
            content = await asyncio.to_thread(path.read_bytes)
            await obstore.put_async(self._store, key, content)
            return
        stop = asyncio.Event()
        upload = asyncio.ensure_future(
            obstore.put_async(
                self._store,
                key,
                _blocks(path, block, stop),
                chunk_size=block,
                max_concurrency=_PARTS_AT_A_TIME,
            )
        )
        try:
            await asyncio.shield(upload)
        except asyncio.CancelledError:
            stop.set()
            with suppress(Exception):
                await upload
            raise

    async def fetch(self, key: str, path: Path) -> None:
        """Copy an object into a local file, which appears whole or not at all.

        Raises:
            NotFound, DiskFull, StorageUnavailable, Unsupported: See `translated`.
        """
        size = await self.size(key)
        part = path.with_name(f"{path.name}.{uuid4().hex}.part")
        try:
            with translated(self.place, key, needed=size, writes=path.parent), part.open("wb") as file:
                async for block in self.read(key, 0, size):
                    await asyncio.to_thread(file.write, block)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """Iterate over an object's bytes in blocks, the next one being fetched meanwhile.

        Every block is a request of its own: a player that pauses for an hour holds no connection.

        Args:
            key: The object.
            start: The first byte.
            end: One past the last byte, clipped to the object's end; None: to the end.

        Raises:
            NotFound, StorageUnavailable, Unsupported: See `translated`; also in mid-stream.
        """
        stop = await self.size(key) if end is None else end
        ahead = asyncio.ensure_future(self._block_at(key, start, stop))
        try:
            while block := await ahead:
                if len(block) < min(self._block, stop - start):
                    stop = start + len(block)  # the object ends before `end`
                start += len(block)
                ahead = asyncio.ensure_future(self._block_at(key, start, stop))
                yield block
        finally:
            ahead.cancel()
            await asyncio.wait([ahead])
            _ = ahead.cancelled() or ahead.exception()  # nobody waits for this block any more

    async def _block_at(self, key: str, start: int, stop: int) -> bytes:
        end = min(start + self._block, stop)
        if start >= end:
            return b""
        with translated(self.place, key):
            return bytes(await obstore.get_range_async(self._store, check_key(key), start=start, end=end))

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove objects; missing ones are fine.

        Raises:
            StorageUnavailable, Unsupported: See `translated`; some may have been removed.
        """
        wanted = [check_key(key) for key in keys]
        if not wanted:
            return
        with translated(self.place, wanted[0]):
            if self.folder:
                await asyncio.to_thread(_delete_local, self.folder, wanted)
            else:
                await obstore.delete_async(self._store, wanted)

    async def size(self, key: str) -> int:
        """Return an object's length in bytes.

        Raises:
            NotFound, StorageUnavailable, Unsupported: See `translated`.
        """
        with translated(self.place, key):
            return (await obstore.head_async(self._store, check_key(key)))["size"]

    async def keys(self, prefix: str = "") -> AsyncIterator[StoredKey]:
        """List objects below a prefix, which ends at a slash: `files/<owner>`.

        Objects of others, whose names are no keys of ours, are left out.
        """
        with translated(self.place, prefix):
            listing = obstore.list(self._store, prefix or None, chunk_size=500)  # pyright: ignore[reportUnknownMemberType] - its overloads name pyarrow, which is not installed
            async for batch in listing:
                for entry in batch:
                    if is_key(entry["path"]):
                        yield StoredKey(entry["path"], entry["size"], entry["last_modified"])

    async def check(self) -> None:
        """Prove that the store can be written, read and cleaned, as `doctor` and a start want.

        Raises:
            DiskFull, StorageUnavailable, Unsupported: See `translated`.
        """
        key = f"check/{uuid4()}"
        with translated(self.place, key, needed=1, writes=self.folder):
            if self.folder:
                self.folder.mkdir(parents=True, exist_ok=True)
            await obstore.put_async(self._store, key, b"1")
        await self.size(key)
        await self.delete([key])

    def remove_parts(self, older_than: datetime) -> int:
        """Remove what killed processes left half written in a local store; return how many.

        Blocking. S3 keeps the parts of an upload whose process was killed until its bucket's
        lifecycle rule `AbortIncompleteMultipartUpload` removes them: no client can see them.
        """
        if not self.folder:
            return 0
        removed = 0
        for part in (self.folder / _INCOMING).glob("*"):
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < older_than.timestamp():
                    part.unlink()
                    removed += 1
        return removed


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Await work that cannot be stopped: a caller that is cancelled leaves when it has ended."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def _blocks(path: Path, size: int, stop: asyncio.Event) -> AsyncGenerator[bytes]:
    with path.open("rb") as file:
        while block := await asyncio.to_thread(file.read, size):
            if stop.is_set():
                raise _Stopped
            yield block


def _put_local(folder: Path, key: str, path: Path, take: bool) -> None:
    target = folder / key
    incoming = folder / _INCOMING / uuid4().hex
    incoming.parent.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not (take and _moved(path, incoming)):
            shutil.copyfile(path, incoming)
        _flush(incoming)
        incoming.replace(target)
        _flush(target.parent)
    finally:
        incoming.unlink(missing_ok=True)


def _moved(path: Path, target: Path) -> bool:
    """Rename where both stand on one disk; links are never followed into the store."""
    if path.is_symlink():
        return False
    try:
        path.rename(target)
    except OSError:
        return False
    return True


def _flush(path: Path) -> None:
    # The row that names these bytes is committed durably next: the bytes must be as durable.
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _delete_local(folder: Path, keys: list[str]) -> None:
    for key in keys:
        (folder / key).unlink(missing_ok=True)
