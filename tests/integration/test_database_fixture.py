"""The fixtures themselves: a migrated database of one's own, with nobody else's rows."""

import pytest

from cutroom.base.ids import new_id


@pytest.mark.parametrize("run", [1, 2])
async def test_every_test_gets_an_empty_database(database, run):
    async with database.transaction() as connection:
        cursor = await connection.execute("select count(*) as rows from users")
        assert await cursor.fetchone() == {"rows": 0}
        await connection.execute(
            "insert into users (id, email) values (%s, %s)", (new_id(), "one@example.com")
        )
