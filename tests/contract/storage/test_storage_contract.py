"""What every store promises; a new store is added to the fixture and must pass all of it."""

import asyncio
import hashlib
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from cutroom.base.clock import now
from cutroom.base.errors import NotFound
from cutroom.storage import file_key

OWNER = UUID("018f0000-0000-7000-8000-000000000001")
LARGE = 20 * 2**20 + 7  # three blocks of a multipart upload, the last one odd


def written(path: Path, content: bytes) -> tuple[str, Path]:
    path.write_bytes(content)
    return file_key(OWNER, hashlib.sha256(content).hexdigest()), path


async def joined(storage, key, *bounds) -> bytes:
    return b"".join([block async for block in storage.read(key, *bounds)])


@pytest.mark.parametrize("take", [False, True])
@pytest.mark.parametrize("length", [0, 1, 1000, 2**20, LARGE])
async def test_bytes_come_back_as_they_were(storage, tmp_path, length, take):
    content = os.urandom(length)
    key, path = written(tmp_path / "in", content)
    await storage.put(key, path, take=take)
    assert path.exists() is not take
    assert await storage.size(key) == length
    assert await joined(storage, key) == content
    await storage.fetch(key, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content
    assert sorted(item.name for item in tmp_path.glob("*.part")) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (0, LARGE), (5, 5), (LARGE - 3, None), (LARGE - 3, LARGE + 100), (2**20 - 1, 9 * 2**20 + 1)],
)
async def test_ranges_are_start_inclusive_and_end_exclusive(storage, tmp_path, start, end):
    content = os.urandom(LARGE)
    key, path = written(tmp_path / "in", content)
    await storage.put(key, path)
    assert await joined(storage, key, start, end) == content[start:end]


async def test_a_second_put_of_the_same_bytes_is_harmless(storage, tmp_path):
    key, path = written(tmp_path / "in", b"the same")
    await asyncio.gather(*(storage.put(key, path) for _ in range(4)))
    assert await joined(storage, key) == b"the same"
    assert [entry.key async for entry in storage.keys("files")] == [key]


async def test_a_missing_object_is_not_found(storage, tmp_path):
    key = file_key(OWNER, "0" * 64)
    for attempt in (storage.size(key), storage.fetch(key, tmp_path / "out"), joined(storage, key)):
        with pytest.raises(NotFound) as error:
            await attempt
        assert error.value.code_word == "file_missing"
    assert list(tmp_path.glob("out*")) == []


async def test_delete_removes_and_forgives_missing_ones(storage, tmp_path):
    key, path = written(tmp_path / "in", b"short lived")
    await storage.put(key, path)
    await storage.delete([file_key(OWNER, "0" * 64), key])
    await storage.delete([key])
    await storage.delete([])
    with pytest.raises(NotFound):
        await storage.size(key)


async def test_listing_names_what_is_there(storage, tmp_path):
    wanted = {}
    for number in range(3):
        key, path = written(tmp_path / "in", bytes(number))
        await storage.put(key, path)
        wanted[key] = number
    found = {entry.key: entry async for entry in storage.keys(f"files/{OWNER}")}
    assert {key: entry.bytes for key, entry in found.items()} == wanted
    assert all(abs(entry.modified - now()) < timedelta(minutes=1) for entry in found.values())
    assert [entry async for entry in storage.keys("files/somebody-else")] == []


@pytest.mark.parametrize(
    "key", ["", "../secret", "/etc/passwd", "files/../x", "a//b", ".hidden", "A\x00", "a" * 600]
)
async def test_names_from_outside_never_become_keys(storage, tmp_path, key):
    _, path = written(tmp_path / "in", b"x")
    for attempt in (
        storage.put(key, path),
        storage.size(key),
        storage.delete([key]),
        joined(storage, key, 0, 1),
    ):
        with pytest.raises(ValueError, match="not a storage key"):
            await attempt


async def test_an_object_is_never_half_there(storage, tmp_path):
    """Watch a large put: its key has its full size or is missing."""
    key, path = written(tmp_path / "in", os.urandom(LARGE))
    upload = asyncio.ensure_future(storage.put(key, path))
    seen = set()
    while not upload.done():
        try:
            seen.add(await storage.size(key))
        except NotFound:
            seen.add(None)
        await asyncio.sleep(0)
    await upload
    assert seen <= {None, LARGE}
    assert await storage.size(key) == LARGE


async def test_the_store_proves_itself(storage):
    await storage.check()
    assert [entry async for entry in storage.keys("")] == []


async def test_a_reader_that_stops_early_leaves_nothing_running(storage, tmp_path):
    key, path = written(tmp_path / "in", os.urandom(LARGE))
    await storage.put(key, path)
    blocks = storage.read(key)
    assert await anext(blocks)
    await blocks.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}
