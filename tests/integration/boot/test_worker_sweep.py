"""A worker's sweep: what one room cannot do now keeps no other room from it."""

from datetime import timedelta

import pytest

from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.boot.platform import Platform
from cutroom.boot.worker import sweep_once


@pytest.fixture
async def platform(tmp_path, database_url):
    opened = await Platform.open(Settings(_env_file=None, data=tmp_path / "data"), database_url)
    yield opened
    await opened.close()


async def test_rooms_are_swept_though_one_of_them_fails(platform, caplog):
    # A folder where only files belong: `unlink` of it fails with no error of ours.
    (platform.storage.folder / ".incoming" / "odd").mkdir(parents=True)
    async with platform.database.transaction() as connection:
        user_id = new_id()
        await connection.execute("insert into users (id, email) values (%s, 'a@b')", [user_id])
        await connection.execute(
            "insert into sessions (id, user_id, expires_at) values (%s, %s, now() - interval '1 day')",
            [new_id(), user_id],
        )
    await sweep_once(platform, stale=timedelta(0))
    async with platform.database.transaction() as connection:
        cursor = await connection.execute("select count(*) as left from sessions")
        assert (await cursor.fetchone())["left"] == 0
    assert "The sweep met a bug." in caplog.text
