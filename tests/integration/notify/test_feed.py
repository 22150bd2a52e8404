"""The feed against the real database: who hears what, and what happens when it goes away."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from cutroom.base.ids import new_id
from cutroom.notify import Feed

INSERT = "insert into jobs (id, owner_id, kind, input, queue) values (%s, %s, 'probe', '{}', 'probe')"
CUT = """
select count(pg_terminate_backend(pid)) as cut from pg_stat_activity
where datname = current_database() and query ilike 'listen%%' and pid <> pg_backend_pid()
"""


@pytest.fixture
async def feed(database):
    opened = Feed(database)
    yield opened
    await opened.stop()


async def hear(queue, seconds=5):
    async with asyncio.timeout(seconds):
        return await queue.get()


async def add_job(database, owner_id):
    job_id = new_id()
    async with database.transaction() as connection:
        await connection.execute(INSERT, [job_id, owner_id])
    return job_id


async def add_and_fail(database, owner_id):
    async with database.transaction() as connection:
        await connection.execute(INSERT, [new_id(), owner_id])
        raise ZeroDivisionError


async def run(database, text, *values):
    async with database.transaction() as connection:
        cursor = await connection.execute(text, list(values) or None)
        return await cursor.fetchone() if cursor.description else None


async def cut_all(database):
    return (await run(database, CUT.replace("%%", "%")))["cut"]


async def test_a_change_is_heard_with_its_version(database, feed, owner_id):
    async with feed.subscribe(owner_id) as changes:
        assert (await hear(changes)).job_id is None, "first: anything may have happened before"
        job_id = await add_job(database, owner_id)
        first = await hear(changes)
        assert (first.job_id, first.is_status) == (job_id, True)
        await run(database, "update jobs set progress = 5 where id = %s", job_id)
        second = await hear(changes)
        assert (second.job_id, second.is_status) == (job_id, False)
        assert second.version > first.version
        await run(database, "update jobs set waiting = 'a while' where id = %s", job_id)
        assert (await hear(changes)).is_status, "why a job waits is news"


async def test_nothing_is_heard_of_what_is_rolled_back(database, feed, owner_id):
    async with feed.subscribe(owner_id) as changes:
        await hear(changes)
        with pytest.raises(ZeroDivisionError):
            await add_and_fail(database, owner_id)
        job_id = await add_job(database, owner_id)
        assert (await hear(changes)).job_id == job_id


async def test_owners_hear_their_own_only(database, feed):
    owners = [new_id() for _ in range(3)]
    async with feed.subscribe(owners[0]) as first, feed.subscribe(owners[1]) as second:
        for queue in (first, second):
            while (await hear(queue)).job_id is not None:
                pass
        await add_job(database, owners[2])
        mine = await add_job(database, owners[1])
        assert (await hear(second)).job_id == mine
        assert first.empty()
        assert second.empty()


async def test_many_listeners_hear_every_change(database, feed, owner_id):
    async with AsyncExitStack() as stack:
        queues = [await stack.enter_async_context(feed.subscribe(owner_id)) for _ in range(50)]
        await hear(queues[0])
        jobs = [await add_job(database, owner_id) for _ in range(20)]
        for queue in queues:
            heard = []
            while len(heard) < len(jobs):
                change = await hear(queue)
                if change.job_id is not None:
                    heard.append(change.job_id)
            assert heard == jobs
    assert feed._listeners == {}


async def test_one_connection_listens_for_all(database, feed):
    async with feed.subscribe(new_id()) as first, feed.subscribe(new_id()), feed.subscribe(new_id()):
        await hear(first)
        assert await cut_all(database) == 1


@pytest.mark.parametrize("times", [1, 3])
async def test_after_a_lost_connection_everything_is_read_again(database, feed, owner_id, times):
    async with feed.subscribe(owner_id) as changes:
        await hear(changes)
        for _ in range(times):
            assert await cut_all(database) == 1
            missed = await add_job(database, owner_id)  # nobody listens at this moment
            change = await hear(changes)
            assert change.job_id in {None, missed}
            while change.job_id is not None:
                change = await hear(changes)
        job_id = await add_job(database, owner_id)
        assert (await hear(changes)).job_id == job_id


async def test_a_listener_that_sleeps_is_told_to_read_again(database, feed, owner_id):
    async with feed.subscribe(owner_id) as changes:
        await hear(changes)
        job_id = await add_job(database, owner_id)
        for part in range(3):
            async with database.transaction() as connection:
                for number in range(400):
                    await connection.execute(
                        "update jobs set progress = %s where id = %s", [(part * 400 + number) / 20, job_id]
                    )
        other = await add_job(database, owner_id)
        async with asyncio.timeout(10):
            while not any(change.job_id == other for change in changes._queue):  # noqa: ASYNC110 - looked at, not taken
                await asyncio.sleep(0.02)
        assert changes.qsize() <= 1000
        heard = [changes.get_nowait() for _ in range(changes.qsize())]
        assert any(change.job_id is None for change in heard), "what was dropped is said"


async def test_words_of_strangers_on_the_channel_do_not_end_the_feed(database, feed, owner_id, caplog):
    async with feed.subscribe(owner_id) as changes:
        await hear(changes)
        for words in ("", "nonsense", "[]", "{}", '{"job": 1, "owner": 2, "version": 3, "status": 4}'):
            await run(database, "select pg_notify('cutroom_jobs', %s)", words)
        job_id = await add_job(database, owner_id)
        assert (await hear(changes)).job_id == job_id
    assert "cannot be read" in caplog.text


async def test_stopping_lets_the_connection_go(database, owner_id):
    feed = Feed(database)
    async with feed.subscribe(owner_id) as changes:
        await hear(changes)
        await feed.stop()
    await asyncio.sleep(0.1)
    assert await cut_all(database) == 0


@pytest.fixture
def owner_id():
    return new_id()
