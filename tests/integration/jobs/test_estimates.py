"""How long a job takes: the contract's number before any history, then the median pace."""

from asking import look, start, until

from cutroom.jobs import estimate
from cutroom.jobs.kind import kinds


async def test_noise_removal_takes_two_minutes_before_any_history(database):
    async with database.transaction() as connection:
        assert await estimate.seconds(connection, kinds.load("noise-removal"), 30.0) == 120


async def test_history_is_a_pace_per_media_second(resources, owner_id, start_worker, database):
    async with start_worker():
        for _ in range(3):
            await until(resources, owner_id, await start(resources, owner_id, seconds=10.0, sleep=0.1))
    estimate._paces.clear()  # a pace is believed for ten seconds
    async with database.transaction() as connection:
        await connection.execute("update jobs set ended_at = started_at + interval '20 seconds'")
        assert await estimate.seconds(connection, kinds.load("probe-steps"), 60.0) == 120
        assert await estimate.seconds(connection, kinds.load("probe-steps"), 0.1) == 1
    job = await look(resources, owner_id, await start(resources, owner_id, seconds=30.0))
    assert job["estimatedDuration"] == 60
