"""Parents and children: nobody is resumed too early, asked for another's results, or failed for good."""

import asyncio

from asking import look, start, until

from cutroom.database import execute, fetch_all
from cutroom.jobs import change

BROKEN = "probe-steps"


async def children_of(resources, job_id):
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(
            "select id, kind, state from jobs where parent_id = %s order by id", [job_id]
        )
        return await cursor.fetchall()


async def family(resources, job_id, count):
    """Wait until a parent has started its children; return their ids in order."""
    async with asyncio.timeout(20):
        while len(children := await children_of(resources, job_id)) < count:  # noqa: ASYNC110 - rows of a worker
            await asyncio.sleep(0.02)
    return [child["id"] for child in children]


def broken(tmp_path, name="count"):
    """Return a child that fails once and then succeeds."""
    return [BROKEN, {"fail": "broken", "counter": str(tmp_path / name), "times": 1}]


async def act(resources, owner_id, job_id, what):
    async with resources.database.transaction() as connection:
        await what(connection, resources.tickets, owner_id, job_id)


async def approve(resources, job_id):
    async with resources.database.transaction() as connection:
        await change.deliver(connection, resources.tickets, job_id, "approval", {})


async def test_each_family_is_its_own(resources, owner_id, start_worker):
    noop = ["probe-noop", {}]
    async with start_worker():
        job_id = await start(resources, owner_id, "probe-parent", families=[[noop], [noop, noop], []])
        job = await until(resources, owner_id, job_id)
    assert job["outputData"] == {"families": [1, 2, 0]}


async def test_retry_of_a_parent_starts_its_failed_children_again(
    resources, owner_id, start_worker, tmp_path
):
    children = [broken(tmp_path), ["probe-noop", {}]]
    async with start_worker():
        job_id = await start(resources, owner_id, "probe-parent", families=[children])
        job = await until(resources, owner_id, job_id)
        assert job["error"]["code"] == "child_failed"
        await act(resources, owner_id, job_id, change.retry)
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert job["outputData"] == {"families": [2]}


async def test_retry_of_a_parent_starts_its_cancelled_children_anew(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, "probe-parent", families=[[["probe-wait", {}]]])
        (child,) = await family(resources, job_id, 1)
        await act(resources, owner_id, child, change.cancel)
        job = await until(resources, owner_id, job_id)
        assert job["status"] == "failed"
        await act(resources, owner_id, job_id, change.retry)
        await approve(resources, child)
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"


async def test_retried_child_does_not_resume_the_parent_before_its_siblings(
    resources, owner_id, start_worker, tmp_path
):
    children = [broken(tmp_path), ["probe-wait", {}]]
    async with start_worker():
        job_id = await start(resources, owner_id, "probe-parent", families=[children])
        first, second = await family(resources, job_id, 2)
        await until(resources, owner_id, first)
        await act(resources, owner_id, first, change.retry)
        assert (await until(resources, owner_id, first))["status"] == "completed"
        parent = await look(resources, owner_id, job_id)
        assert (parent["status"], parent["attempt"]) == ("processing", 1)
        await approve(resources, second)
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert job["outputData"] == {"families": [2]}


async def test_cancel_of_a_parent_waits_for_a_child_that_ends_just_now(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, "probe-parent", families=[[["probe-wait", {}]]])
        (child,) = await family(resources, job_id, 1)
        await until(resources, owner_id, job_id, lambda job: "waiting" in job)
        async with resources.database.transaction() as ending:
            await fetch_all(ending, "jobs.lock", job_id=child)
            cancelling = asyncio.create_task(act(resources, owner_id, job_id, change.cancel))
            await _until_somebody_waits(ending)
            await execute(ending, "jobs.child_ended", job_id=job_id)
        await cancelling
    assert (await look(resources, owner_id, job_id))["status"] == "cancelled"
    assert (await look(resources, owner_id, child))["status"] == "cancelled"


async def _until_somebody_waits(connection):
    async with asyncio.timeout(20):
        while True:
            cursor = await connection.execute("select count(*) as waiting from pg_locks where not granted")
            if (await cursor.fetchone())["waiting"]:
                return
            await asyncio.sleep(0.02)
