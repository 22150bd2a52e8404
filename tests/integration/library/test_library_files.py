"""Files: kept once per owner and content, swept when nothing names them, safe beside each other."""

import asyncio
import hashlib
import random
from datetime import timedelta

import psycopg
import pytest

from cutroom.base.errors import Unavailable
from cutroom.base.ids import new_id
from cutroom.library import assets, files
from cutroom.storage import StorageUnavailable

NOW = timedelta(0)


async def test_the_same_content_is_kept_once(library):
    first = await library.stored(b"same")
    second = await library.stored(b"same", take=True)
    assert first == second
    assert first.sha256 == hashlib.sha256(b"same").hexdigest()
    assert await library.keys() == [first.storage_key]


async def test_two_owners_share_nothing(library, stranger):
    mine = await library.stored(b"same")
    path = library.folder / "theirs"
    path.write_bytes(b"same")
    theirs = await files.keep(library.database, library.storage, await stranger(), path)
    assert mine.file_id != theirs.file_id
    assert mine.storage_key != theirs.storage_key
    assert len(await library.keys()) == 2


async def test_a_given_file_is_gone_and_a_lent_one_stays(library):
    for take in (False, True):
        path = library.folder / f"take-{take}"
        path.write_bytes(f"{take}".encode())
        await files.keep(library.database, library.storage, library.owner_id, path, take=take)
        assert path.exists() is not take


async def test_the_sweep_takes_what_nothing_names_and_nothing_else(library):
    unused = await library.stored(b"unused")
    asset_id = await library.asset(b"main", poster_file_id=(await library.stored(b"poster")).file_id)
    named_by_step = await library.stored(b"step output")
    async with library.database.transaction() as connection:
        job_id = await library.job(connection, asset_id)
        step_id = new_id()
        await connection.execute(
            "insert into steps (id, job_id, name, input_hash, output, attempt, started_at)"
            " values (%s, %s, 's', 'h', '{}', 1, now())",
            (step_id, job_id),
        )
        await connection.execute("insert into step_files values (%s, %s)", (step_id, named_by_step.file_id))
    assert await files.sweep(library.database, library.storage, timedelta(hours=1)) == 0
    assert await files.sweep(library.database, library.storage, NOW) == 1
    assert unused.storage_key not in await library.keys()
    assert len(await library.keys()) == 3
    async with library.database.transaction() as connection:
        await connection.execute("delete from jobs")
        assert await assets.delete(connection, asset_id, library.owner_id)
    assert await files.sweep(library.database, library.storage, NOW) == 3
    assert await library.keys() == []


async def test_a_put_that_fails_leaves_no_row(library):
    folder = library.folder / "no file"
    folder.mkdir()
    with pytest.raises(StorageUnavailable):
        await files.keep(library.database, library.storage, library.owner_id, folder, sha256="ab" * 32)
    async with library.database.transaction() as connection:
        cursor = await connection.execute("select count(*) as files from files")
        assert (await cursor.fetchone())["files"] == 0


async def test_touching_again_starts_the_grace_anew(library):
    kept = await library.stored(b"again")
    async with library.database.transaction() as connection:
        await connection.execute("update files set touched_at = now() - interval '2 days'")
    await library.stored(b"again")
    assert await files.sweep(library.database, library.storage, timedelta(days=1)) == 0
    assert await library.keys() == [kept.storage_key]


async def test_discard_takes_new_files_and_spares_those_kept_again(library):
    fresh, shared = await library.stored(b"fresh"), await library.stored(b"shared")
    await library.stored(b"shared")
    ids = [fresh.file_id, shared.file_id]
    assert await files.discard(library.database, library.storage, ids) == 1
    assert await library.keys() == [shared.storage_key]


async def test_a_sweep_spares_a_file_that_is_being_named(library):
    """The naming transaction is open while the sweep looks: it must not remove the bytes."""
    kept = await library.stored(b"wanted")
    async with library.database.transaction() as connection:
        await assets.create(
            connection,
            project_id=library.project_id,
            owner_id=library.owner_id,
            name="x",
            mime_type="audio/wav",
            kind="audio",
            file_id=kept.file_id,
            media={},
        )
        assert await files.sweep(library.database, library.storage, NOW) == 0
    assert await files.sweep(library.database, library.storage, NOW) == 0
    assert await library.keys() == [kept.storage_key]


async def test_a_keep_waits_for_a_sweep_of_the_same_content_and_stores_it_again(library):
    kept = await library.stored(b"contested")
    deleting, go_on = asyncio.Event(), asyncio.Event()
    original = library.storage.delete

    async def slow_delete(keys):
        deleting.set()
        await go_on.wait()
        await original(keys)

    library.storage.delete = slow_delete
    sweep = asyncio.ensure_future(files.sweep(library.database, library.storage, NOW))
    await deleting.wait()
    again = asyncio.ensure_future(library.stored(b"contested"))
    await asyncio.sleep(0.1)
    assert not again.done()
    go_on.set()
    assert await sweep == 1
    anew = await again
    assert anew.file_id != kept.file_id
    assert await library.storage.size(anew.storage_key) == len(b"contested")


async def test_bytes_that_could_not_be_removed_keep_their_row(library):
    kept = await library.stored(b"stuck")

    async def fail(keys):
        raise StorageUnavailable

    original, library.storage.delete = library.storage.delete, fail
    with pytest.raises(StorageUnavailable):
        await files.sweep(library.database, library.storage, NOW)
    library.storage.delete = original
    assert (await library.stored(b"stuck")).file_id == kept.file_id
    assert await files.sweep(library.database, library.storage, NOW) == 1


async def test_lost_bytes_are_stored_again(library):
    kept = await library.stored(b"lost")
    await library.storage.delete([kept.storage_key])
    assert await library.stored(b"lost") == kept
    assert await library.keys() == [kept.storage_key]


async def test_keeps_and_sweeps_at_once_never_lose_named_bytes(library):
    """Random keepers and sweepers without any grace: what a row names is there."""
    chance = random.Random(7)
    named = []

    async def keeper(number):
        for turn in range(6):
            content = bytes([chance.randrange(4)])
            try:
                kept = await library.stored(content)
                async with library.database.transaction() as connection:
                    await assets.create(
                        connection,
                        project_id=library.project_id,
                        owner_id=library.owner_id,
                        name=f"{number}-{turn}",
                        mime_type="audio/wav",
                        kind="audio",
                        file_id=kept.file_id,
                        media={},
                    )
                named.append(kept.storage_key)
            except (psycopg.errors.ForeignKeyViolation, Unavailable):
                continue  # without a grace a file may go between keep and its name; never after

    async def sweeper():
        for _ in range(12):
            await files.sweep(library.database, library.storage, NOW)
            await asyncio.sleep(0.002)

    await asyncio.gather(*(keeper(n) for n in range(4)), sweeper(), sweeper())
    assert named
    assert set(named) <= set(await library.keys())
