"""Jobs by a clock: one turn at a time, once over all workers, never a storm."""

import asyncio
from datetime import UTC, datetime

import pytest

from cutroom.base.errors import NotFound, Refused
from cutroom.base.ids import new_id
from cutroom.database import execute, fetch_all
from cutroom.jobs import schedules


@pytest.fixture
async def owner(resources):
    owner_id = new_id()
    async with resources.database.transaction() as connection:
        await connection.execute(
            "insert into users (id, email) values (%(id)s, %(email)s)",
            {"id": owner_id, "email": f"{owner_id}@x"},
        )
    return owner_id


async def add(resources, owner, kind="probe-noop", request=None, cron="*/5 * * * *", zone="UTC"):
    async with resources.database.transaction() as connection:
        return await schedules.add(connection, resources, owner, kind, request or {}, cron, zone)


async def make_due(resources):
    async with resources.database.transaction() as connection:
        await connection.execute("update schedules set next_at = now() - interval '3 days'")


async def all_of(resources, owner):
    async with resources.database.transaction() as connection:
        jobs = await fetch_all(connection, "jobs.changed_since", owner_id=owner, version=0, job_id=None)
        return jobs, await schedules.many(connection, owner, 10)


async def test_a_due_schedule_makes_one_job_whoever_asks(resources, owner):
    await add(resources, owner)
    await make_due(resources)
    counts = await asyncio.gather(*(schedules.take_turns(resources) for _ in range(5)))
    assert sum(counts) == 1
    jobs, (row,) = await all_of(resources, owner)
    assert [job["id"] for job in jobs] == [row["last_job_id"]]
    assert row["next_at"] > datetime.now(UTC)
    assert await schedules.take_turns(resources) == 0


async def test_a_turn_that_is_refused_says_why_and_the_next_one_comes(resources, owner):
    await add(resources, owner)
    async with resources.database.transaction() as connection:
        await connection.execute("update schedules set request = '{\"body\": 7}'")
    await make_due(resources)
    assert await schedules.take_turns(resources) == 1
    jobs, (row,) = await all_of(resources, owner)
    assert jobs == []
    assert "request.body" in row["last_error"]
    assert row["next_at"] > datetime.now(UTC)


async def test_a_worker_takes_the_turns(resources, owner, start_worker):
    await add(resources, owner)
    await make_due(resources)
    async with start_worker(), asyncio.timeout(10):
        while not (await all_of(resources, owner))[0]:  # noqa: ASYNC110 - the state lies in the database
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cron": "every day"}, "invalid_cron"),
        ({"cron": "61 * * * *"}, "invalid_cron"),
        ({"cron": "0 0 31 2 *"}, "invalid_cron"),
        ({"zone": "Mars/Base"}, "invalid_timezone"),
        ({"zone": "../../etc/passwd"}, "invalid_timezone"),
        ({"kind": "nothing"}, "unknown_kind"),
        ({"request": {"extra": 1}}, "invalid_request"),
    ],
)
async def test_wrong_schedules_are_refused(resources, owner, change, code):
    with pytest.raises(Refused) as caught:
        await add(resources, owner, **change)
    assert caught.value.code_word == code


async def test_a_schedule_that_cannot_be_read_holds_up_nobody(resources, owner):
    broken, fine = await add(resources, owner), await add(resources, owner)
    await make_due(resources)
    async with resources.database.transaction() as connection:
        await connection.execute(
            "update schedules set timezone = 'Mars/Base', next_at = now() - interval '4 days' where id = %s",
            [broken["id"]],
        )
    assert await schedules.take_turns(resources) == 2
    rows = {row["id"]: row for row in (await all_of(resources, owner))[1]}
    assert rows[fine["id"]]["last_job_id"]
    assert "Mars/Base" in rows[broken["id"]]["last_error"]
    assert await schedules.take_turns(resources) == 0


async def test_strangers_cannot_delete(resources, owner):
    row = await add(resources, owner)
    async with resources.database.transaction() as connection:
        with pytest.raises(NotFound):
            await schedules.remove(connection, new_id(), row["id"])
        await schedules.remove(connection, owner, row["id"])
        assert await execute(connection, "schedules.delete", schedule_id=row["id"], owner_id=owner) == 0


def test_daylight_saving_is_followed():
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    after = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert schedules.next_time("30 6 * * *", "Europe/Berlin", before).hour == 4
    assert schedules.next_time("30 6 * * *", "Europe/Berlin", datetime(2026, 3, 27, 12, tzinfo=UTC)).hour == 5
    assert schedules.next_time("30 6 * * *", "Europe/Berlin", after).hour == 4
