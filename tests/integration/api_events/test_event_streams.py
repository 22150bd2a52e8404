"""Streams of events where the acceptance tests are too slow: heartbeat, gaps, many changes, sign-out."""

import asyncio

import pytest
from listening import add_job, change, listening

from cutroom.api import events
from cutroom.base.clock import now


async def test_a_quiet_stream_has_a_heartbeat(anna, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.1)
    async with listening(anna.client) as stream:
        assert (await stream.hear())[1] is None
        for _ in range(3):
            assert await stream.hear(1) == (None, ":", ": still here")


async def test_the_stream_of_somebody_who_signed_out_ends(anna, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.1)
    async with listening(anna.client) as stream:
        await stream.hear()
        assert (await anna.client.post("/api/auth/logout")).status_code == 200
        while (heard := await stream.hear(3)) is not None:
            assert heard[1] == ":"


async def test_changes_are_told_as_they_happen(anna, opened):
    async with listening(anna.client) as stream:
        first, _, _ = await stream.hear()
        job, version = await add_job(opened.database, anna.user_id)
        assert await stream.hear() == (version, "job.status", await told(anna, job))
        assert version > first
        version = await change(opened.database, job, state="processing", progress=10)
        assert (await stream.hear())[0] == version


async def told(person, job):
    answer = await person.client.get(f"/api/jobs/{job}")
    return answer.json()["data"]


async def test_names_follow_the_state(anna, opened):
    job, _ = await add_job(opened.database, anna.user_id)
    async with listening(anna.client, f"/api/jobs/{job}/events") as stream:
        names = [(await stream.hear())[1]]
        for columns in (
            {"state": "processing", "started_at": now(), "progress": 1},
            {"progress": 2},
            {"progress": 3},
            {"state": "completed", "progress": 100},
        ):
            await change(opened.database, job, **columns)
            names.append((await stream.hear())[1])
        assert await stream.hear() is None, "the stream of one job ends with it"
    assert names == ["job.status", "job.status", "job.progress", "job.progress", "job.completed"]


async def test_a_lost_database_connection_costs_no_event(anna, opened):
    job, _ = await add_job(opened.database, anna.user_id)
    async with listening(anna.client, f"/api/jobs/{job}/events") as stream:
        await stream.hear()
        await cut_listeners(opened.database)
        version = await change(opened.database, job, state="processing", progress=7)
        assert (await stream.hear(10))[0] == version


async def cut_listeners(database):
    async with database.transaction() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()"
        )


async def test_more_missed_changes_than_one_read_are_all_told(anna, opened):
    async with opened.database.transaction() as connection:
        await connection.execute(
            "insert into jobs (id, owner_id, kind, input, queue) "
            "select gen_random_uuid(), %s, 'noise-removal', '{}', 'media' from generate_series(1, 2100)",
            [anna.user_id],
        )
    async with listening(anna.client) as other, listening(anna.client, last=0) as stream:
        assert await other.hear()  # the feed listens already: nothing else wakes the second stream
        seen = {(await stream.hear())[2]["job"]["jobId"] for _ in range(2100)}
    assert len(seen) == 2100


async def test_what_one_was_told_is_not_told_again(anna, opened):
    job, version = await add_job(opened.database, anna.user_id)
    _, latest = await add_job(opened.database, anna.user_id)
    async with listening(anna.client, last=latest) as stream:
        other, newer = await add_job(opened.database, anna.user_id)
        heard = [await stream.hear()]
        while heard[-1][0] != newer:
            heard.append(await stream.hear())
    assert latest not in [number for number, _, _ in heard]
    assert heard[-1][2]["job"]["jobId"] == other
    assert {number for number, _, _ in heard} <= {version, newer}
    assert job


@pytest.mark.parametrize("last", [10**17, 10**18 - 1])
async def test_an_id_from_another_time_counts_as_none(anna, opened, last):
    """A database that was restored from a copy is behind what its clients saw."""
    async with listening(anna.client, last=last) as stream:
        await asyncio.sleep(0.1)
        _, version = await add_job(opened.database, anna.user_id)
        while (await stream.hear())[0] != version:
            pass


async def test_a_job_is_told_to_whoever_saw_another_time(anna, opened):
    job, version = await add_job(opened.database, anna.user_id)
    async with listening(anna.client, f"/api/jobs/{job}/events", last=10**15) as stream:
        heard = [await stream.hear(), await stream.hear()]
    assert (version, "job.status") in [(number, name) for number, name, _ in heard]


async def test_each_person_hears_their_own(anna, make_listener, opened):
    bert = await make_listener("bert@example.com")
    async with listening(anna.client) as hers, listening(bert.client) as his:
        await hers.hear()
        await his.hear()
        for _ in range(3):
            await add_job(opened.database, anna.user_id)
        job, version = await add_job(opened.database, bert.user_id)
        number, name, content = await his.hear()
        assert (number, name, content["job"]["jobId"]) == (version, "job.status", job)


async def test_listeners_that_leave_are_forgotten(anna, opened):
    feed = opened.feed
    for _ in range(3):
        async with listening(anna.client) as stream:
            await stream.hear()
            assert len(feed._listeners[anna.user_id]) == 1
        for _ in range(100):
            if anna.user_id not in feed._listeners:
                break
            # The server sees the closed connection at its next write or read.
            await asyncio.sleep(0.02)
        assert anna.user_id not in feed._listeners
