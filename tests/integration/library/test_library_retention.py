"""What is removed by itself, and what is not."""

import os
import time
from datetime import timedelta

from cutroom.library import retention
from cutroom.library.upload import staging

HOUR = 3600


def age(path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


async def test_abandoned_uploads_and_parts_go_and_living_ones_stay(library):
    uploads = library.settings.scratch / "uploads"
    incoming = library.storage.folder / ".incoming"
    incoming.mkdir()
    for name, seconds in (("dead", 7 * HOUR), ("alive", 1)):
        (uploads / name).mkdir(parents=True)
        (uploads / name / "file-0").write_bytes(b"half")
        (incoming / name).write_bytes(b"half")
        for path in (uploads / name / "file-0", incoming / name):
            age(path, seconds)
        age(uploads / name, 7 * HOUR)  # a folder's own time stands still while its file grows
    swept = await retention.sweep(library)
    assert swept == retention.Swept(files=0, uploads=1, parts=1)
    assert [item.name for item in uploads.iterdir()] == ["alive"]
    assert [item.name for item in incoming.iterdir()] == ["alive"]


async def test_unnamed_files_go_after_their_grace(library):
    kept = await library.stored(b"unnamed")
    await library.asset(b"named")
    assert (await retention.sweep(library)).files == 0
    assert (await retention.sweep(library, grace=timedelta(0))).files == 1
    assert kept.storage_key not in await library.keys()


async def test_nothing_there_is_no_error(library):
    assert await retention.sweep(library) == retention.Swept(0, 0, 0)


async def test_an_upload_under_way_survives_a_sweep(library):
    async with staging(library.settings) as folder:
        (folder / "file-0").write_bytes(b"half")
        await retention.sweep(library)
        assert (folder / "file-0").exists()
    assert not folder.exists()
