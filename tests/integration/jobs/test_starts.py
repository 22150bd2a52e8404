"""Paused queues and start rates: when a pending job may start."""

import asyncio
from datetime import timedelta

from asking import look, start, start_with, until

from cutroom.base.units import StartRate
from cutroom.database import fetch_all
from cutroom.jobs import starts


async def set_paused(resources, *, is_paused):
    async with resources.database.transaction() as connection:
        if is_paused:
            return await starts.pause(connection, "probe")
        return await starts.unpause(connection, resources.tickets, "probe")


async def test_a_paused_queue_starts_nothing_and_goes_on_where_it_was(resources, owner_id, start_worker):
    assert await set_paused(resources, is_paused=True)
    assert not await set_paused(resources, is_paused=True)
    async with start_worker():
        jobs = [await start(resources, owner_id, "probe-noop") for _ in range(3)]
        await asyncio.sleep(1.0)
        for job_id in jobs:
            job = await look(resources, owner_id, job_id)
            assert job["status"] == "pending"
            assert "paused by the operator" in job["waiting"]["reason"]
        assert await set_paused(resources, is_paused=False)
        assert not await set_paused(resources, is_paused=False)
        for job_id in jobs:
            assert (await until(resources, owner_id, job_id))["status"] == "completed"


async def test_a_running_job_goes_on_while_its_queue_is_paused(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, sleep=0.2)
        await until(resources, owner_id, job_id, lambda job: job["progress"] > 0)
        await set_paused(resources, is_paused=True)
        assert (await until(resources, owner_id, job_id))["status"] == "completed"


async def test_a_delayed_job_keeps_its_time_over_a_pause(resources, owner_id):
    job_id = await start_with(resources, owner_id, {}, "probe-noop", start_at="2099-01-01T00:00:00Z")
    await set_paused(resources, is_paused=True)
    await set_paused(resources, is_paused=False)
    assert (await look(resources, owner_id, job_id))["waiting"]["until"] == "2099-01-01T00:00:00.000Z"


async def test_no_window_holds_more_starts_than_the_rate(resources, owner_id, start_worker):
    rate = StartRate(3, 1.0)
    resources.settings = resources.settings.model_copy(update={"start_rate": rate})
    async with start_worker(concurrency=8):
        jobs = [await start(resources, owner_id, "probe-noop") for _ in range(9)]
        for job_id in jobs:
            assert (await until(resources, owner_id, job_id, seconds=60))["status"] == "completed"
    async with resources.database.transaction() as connection:
        rows = await fetch_all(connection, "jobs.changed_since", owner_id=owner_id, version=0, job_id=None)
        begun = sorted(row["start_time"] for row in rows)
    assert len(begun) == 9
    for first, fourth in zip(begun, begun[3:], strict=False):
        assert fourth - first >= timedelta(seconds=1)
    assert all(row["started_at"] >= row["start_time"] for row in rows)


async def test_who_waits_for_a_turn_says_so(resources, owner_id, start_worker):
    resources.settings = resources.settings.model_copy(update={"start_rate": StartRate(1, 3600)})
    async with start_worker():
        first = await start(resources, owner_id, "probe-noop")
        await until(resources, owner_id, first)
        second = await start(resources, owner_id, "probe-noop")
        job = await until(resources, owner_id, second, lambda job: "until" in job.get("waiting", {}))
    assert job["status"] == "pending"
    assert "At most 1 jobs start in 3600 s" in job["waiting"]["reason"]
