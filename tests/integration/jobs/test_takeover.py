"""Dead workers, zombies, poison and lost tickets: nothing is lost, nothing is written twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from asking import look, start, steps_of, until

from cutroom.base.ids import new_id
from cutroom.database import Database, execute, fetch_one
from cutroom.jobs import change, scratch
from cutroom.jobs.durable import DurableRun, Fenced
from cutroom.jobs.execute import Executor
from cutroom.jobs.watch import Watch


async def claim_as_somebody(resources, job_id, attempt=1, lease=0, worker_id=None):
    async with resources.database.transaction() as connection:
        return await fetch_one(
            connection,
            "jobs.claim",
            job_id=job_id,
            attempt=attempt,
            worker_id=worker_id or new_id(),
            lease=timedelta(seconds=lease),
        )


async def nothing(step):
    return {}


async def test_job_of_a_dead_worker_is_taken_over(resources, owner_id, start_worker):
    job_id = await start(resources, owner_id, "probe-noop")
    await claim_as_somebody(resources, job_id)
    async with start_worker():
        job = await until(resources, owner_id, job_id, seconds=10)
    assert job["status"] == "completed"
    assert job["attempt"] == 2


async def test_claim_whose_answer_was_lost_is_taken_over(resources, owner_id):
    job_id, worker_id = await start(resources, owner_id, "probe-noop"), new_id()
    watch = Watch(resources, Executor(resources, worker_id), worker_id, ["probe"])
    await claim_as_somebody(resources, job_id, worker_id=worker_id)
    await watch.beat()
    await watch.relieve()
    assert (await look(resources, owner_id, job_id))["attempt"] == 2


async def test_worker_does_not_take_over_what_it_runs_itself(resources, owner_id, start_worker):
    async with start_worker(with_duties=False) as worker:
        job_id = await start(resources, owner_id, sleep=60)
        await until(resources, owner_id, job_id, lambda job: job["progress"] > 0)
        async with resources.database.transaction() as connection:
            await connection.execute("update jobs set lease_until = now() - interval '1 minute'")
        await worker.watch.relieve()
        assert (await look(resources, owner_id, job_id))["attempt"] == 1


async def test_fenced_run_is_killed_beside_its_successor_in_one_worker(resources, owner_id, start_worker):
    def steps_under_way():
        folders = (resources.settings.scratch / "steps").glob(f"*/{job_id}-*")
        return sorted(folder.name.removeprefix(f"{job_id}-") for folder in folders)

    async def wait_for_steps(*names):
        async with asyncio.timeout(20):
            while steps_under_way() != list(names):  # noqa: ASYNC110 - the folders are the steps' own
                await asyncio.sleep(0.02)

    job_id = await start(resources, owner_id, sleep=60)
    async with start_worker(with_duties=False) as worker:
        await wait_for_steps("1-one")
        async with resources.database.transaction() as connection:
            await change.requeue(connection, resources.tickets, job_id, 1, ["processing"])
        await wait_for_steps("1-one", "2-one")
        await worker.watch.beat()
        async with asyncio.timeout(20):
            while list(worker.executor.running) != [(job_id, 2)]:  # noqa: ASYNC110 - it ends when it has ended
                await asyncio.sleep(0.02)
        assert steps_under_way() == ["2-one"]


async def test_job_whose_kind_is_gone_fails_with_that_reason(resources, owner_id, start_worker):
    job_id = await start(resources, owner_id, "probe-noop")
    async with resources.database.transaction() as connection:
        await connection.execute("update jobs set kind = 'probe-gone'")
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "failed"
    assert job["error"]["code"] == "unknown_kind"


async def test_broken_connections_cost_neither_work_nor_progress(resources, owner_id, start_worker):
    # On a starved machine two seconds are less than a beat; this is not about dead workers.
    resources.settings = resources.settings.model_copy(update={"lease_seconds": 30})
    async with start_worker():
        job_id = await start(resources, owner_id, sleep=3)
        before = await until(resources, owner_id, job_id, lambda job: job["progress"] > 0)
        async with resources.database.transaction() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        watching = replace(resources, database=Database(resources.database.url))
        await watching.database.open()
        later = await until(watching, owner_id, job_id, lambda job: job["progress"] > before["progress"] + 1)
        job = await until(watching, owner_id, job_id, seconds=60)
        await watching.database.close()
    assert later["steps"][0]["status"] == "processing"
    assert (job["status"], job["attempt"]) == ("completed", 1)


async def test_zombie_cannot_write(resources, owner_id, start_worker, tmp_path):
    job_id = await start(resources, owner_id, "probe-noop")
    zombie = await claim_as_somebody(resources, job_id)
    async with start_worker():
        await until(resources, owner_id, job_id, seconds=10)
    with pytest.raises(Fenced):
        await DurableRun(resources, zombie, [], tmp_path).step("nothing", nothing, inputs={"other": 1})
    assert len(await steps_of(resources, job_id)) == 1


async def test_poison_job_is_stopped(resources, owner_id):
    job_id = await start(resources, owner_id, "probe-noop")
    watch = Watch(resources, Executor(resources, new_id()), new_id(), ["probe"])
    for attempt in range(1, resources.settings.max_takeovers + 2):
        assert await claim_as_somebody(resources, job_id, attempt)
        await watch.relieve()
    job = await look(resources, owner_id, job_id)
    assert job["status"] == "failed"
    assert job["error"]["code"] == "poison_job"
    assert job["error"]["retryable"] is False


async def test_a_step_that_ends_shows_that_the_job_is_no_poison(resources, owner_id, tmp_path):
    job_id = await start(resources, owner_id)
    watch = Watch(resources, Executor(resources, new_id()), new_id(), ["probe"])
    for attempt in range(1, resources.settings.max_takeovers + 1):
        assert await claim_as_somebody(resources, job_id, attempt)
        await watch.relieve()
    row = await claim_as_somebody(resources, job_id, attempt + 1)
    assert row["takeovers"] == resources.settings.max_takeovers
    await DurableRun(resources, row, [], tmp_path).step("one", nothing, inputs={})
    await watch.relieve()
    assert (await look(resources, owner_id, job_id))["status"] == "processing"


async def test_lost_ticket_is_replaced(resources, owner_id, start_worker):
    job_id = await start(resources, owner_id, "probe-noop")
    async with resources.database.transaction() as connection:
        await connection.execute("delete from procrastinate_jobs")
        await connection.execute("alter table jobs disable trigger user")
        await connection.execute("update jobs set updated_at = now() - interval '1 minute'")
        await connection.execute("alter table jobs enable trigger user")
    async with start_worker():
        assert (await until(resources, owner_id, job_id))["status"] == "completed"


async def test_stale_tickets_are_deleted(resources, owner_id):
    job_id = await start(resources, owner_id, "probe-noop")
    async with resources.database.transaction() as connection:
        await execute(connection, "jobs.cancel", job_id=job_id)
        assert await resources.tickets.clear_stale(connection) == 1
        cursor = await connection.execute("select count(*) as left from procrastinate_jobs")
        assert (await cursor.fetchone())["left"] == 0


async def test_failed_jobs_are_kept_seven_days(resources, owner_id):
    job_id = await start(resources, owner_id, "probe-noop")
    watch = Watch(resources, Executor(resources, new_id()), new_id(), ["probe"])
    async with resources.database.transaction() as connection:
        await execute(connection, "jobs.cancel", job_id=job_id)
        await connection.execute("update jobs set ended_at = now() - interval '6 days'")
    await watch.expire()
    assert await look(resources, owner_id, job_id)
    async with resources.database.transaction() as connection:
        await connection.execute("update jobs set ended_at = now() - interval '8 days'")
    await watch.expire()
    async with resources.database.transaction() as connection:
        assert await fetch_one(connection, "jobs.get", job_id=job_id) is None


def test_scratch_of_dead_workers_goes_and_of_living_ones_stays(settings):
    dead = scratch.folder_of(settings, new_id())
    (dead / "step").mkdir(parents=True)
    with scratch.held(settings, new_id()) as first:
        (first / "step").mkdir()
        with scratch.held(settings, new_id()):
            assert not dead.exists()
            assert (first / "step").is_dir()
    assert list(first.parent.iterdir()) == []
