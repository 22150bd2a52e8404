"""What differs between the places: aborted uploads, refused keys, full disks, dead servers."""

import asyncio
import os
import shutil
import subprocess
import time
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from cutroom.base.clock import now
from cutroom.base.errors import Refused, Unsupported
from cutroom.base.settings import Settings
from cutroom.storage import DiskFull, StorageUnavailable, file_key, open_storage

KEY = file_key(UUID("018f0000-0000-7000-8000-000000000001"), "ab" * 32)


async def test_a_cancelled_upload_leaves_no_parts_in_the_bucket(s3_server, tmp_path):
    storage = open_storage(s3_server.settings(s3_bucket="media"))
    path = tmp_path / "in"
    path.write_bytes(os.urandom(80 * 2**20))
    upload = asyncio.ensure_future(storage.put(KEY, path))
    for _ in range(500):
        if await asyncio.to_thread(s3_server.unfinished):
            break
        await asyncio.sleep(0.01)
    assert not upload.done()
    upload.cancel()
    with suppress(asyncio.CancelledError):
        await upload
    assert upload.cancelled()
    assert s3_server.unfinished() == []
    assert [entry async for entry in storage.keys("files")] == []


async def test_a_cancelled_put_into_a_folder_has_ended_when_it_returns(tmp_path):
    storage = open_storage(Settings(_env_file=None, data=tmp_path / "data"))
    path = tmp_path / "in"
    path.write_bytes(os.urandom(150 * 2**20))
    incoming = storage.folder / ".incoming"
    put = asyncio.ensure_future(storage.put(KEY, path))
    async with asyncio.timeout(20):
        while not any(incoming.glob("*")):  # noqa: ASYNC110 - the file of another thread
            await asyncio.sleep(0)
    put.cancel()
    with suppress(asyncio.CancelledError):
        await put
    assert put.cancelled()
    assert list(incoming.iterdir()) == []


async def test_an_unknown_bucket_is_refused_by_name(s3_server, tmp_path):
    storage = open_storage(s3_server.settings(storage_url="s3://nobody"))
    (tmp_path / "in").write_bytes(b"x")
    for attempt in (storage.check(), storage.put(KEY, tmp_path / "in")):
        with pytest.raises(Unsupported, match="NoSuchBucket") as error:
            await attempt
        assert error.value.code_word == "storage_refused"
        assert "CUTROOM_STORAGE_URL" in error.value.message


async def test_a_dead_server_is_unavailable_soon(tmp_path):
    settings = Settings(
        _env_file=None,
        s3_bucket="media",
        storage_endpoint="http://127.0.0.1:9",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    storage = open_storage(settings)
    started = time.monotonic()
    with pytest.raises(StorageUnavailable, match="s3://media does not answer"):
        await storage.size(KEY)
    assert time.monotonic() - started < 60


async def test_local_parts_of_a_killed_process_are_swept(tmp_path):
    storage = open_storage(Settings(_env_file=None, data=tmp_path))
    incoming = tmp_path / "storage" / ".incoming"
    incoming.mkdir()
    (incoming / "old").write_bytes(b"half")
    os.utime(incoming / "old", (1, 1))
    (incoming / "fresh").write_bytes(b"half")
    assert [entry async for entry in storage.keys("")] == []
    assert storage.remove_parts(now() - timedelta(hours=1)) == 1
    assert [item.name for item in incoming.iterdir()] == ["fresh"]


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=1M", "none", str(folder)]
    if os.geteuid() != 0 or not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("making a disk of 1 MB needs the right to mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_full_disk_says_how_much_was_needed(small_disk, tmp_path):
    storage = open_storage(Settings(_env_file=None, storage_url=f"file://{small_disk}/store"))
    large = tmp_path / "large"
    large.write_bytes(bytes(3 * 2**20))
    with pytest.raises(DiskFull, match=r"3 MB were needed, .* are free") as error:
        await storage.put(KEY, large)
    assert (error.value.status, error.value.code_word) == (507, "disk_full")
    assert error.value.details["neededBytes"] == 3 * 2**20
    assert [item for item in small_disk.rglob("*") if item.is_file()] == []
    roomy = open_storage(Settings(_env_file=None, data=tmp_path / "data"))
    await roomy.put(KEY, large)
    with pytest.raises(DiskFull):
        await roomy.fetch(KEY, small_disk / "out")
    assert [item for item in small_disk.rglob("*") if item.is_file()] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://x/y",
        "s3://",
        "s3://b/..",
        "s3://b/../../etc",
        "supabase://ref",
        "file://host/x",
        "nonsense",
        "file:///",
    ],
)
def test_addresses_that_nobody_understands_are_refused(url):
    with pytest.raises(Refused, match="CUTROOM_STORAGE_URL") as error:
        open_storage(Settings(_env_file=None, storage_url=url))
    assert error.value.code_word == "bad_settings"


def test_a_password_in_the_address_is_not_repeated():
    with pytest.raises(Refused) as error:
        open_storage(Settings(_env_file=None, storage_url="s3://key:hunter2@"))
    assert "hunter2" not in error.value.message
