"""What the tests of the job layer ask again and again."""

import asyncio

from cutroom.database import fetch_all
from cutroom.jobs import find
from cutroom.jobs.kind import kinds
from cutroom.jobs.submit import submit

ENDED = {"completed", "failed", "cancelled"}


async def start(resources, owner_id, kind="probe-steps", **body):
    return await start_with(resources, owner_id, body, kind)


async def start_with(resources, owner_id, body, kind="probe-steps", **placement):
    loaded = kinds.load(kind)
    async with resources.database.transaction() as connection:
        row = await submit(connection, resources, loaded, owner_id, loaded.request(body=body, **placement))
    return row["id"]


async def look(resources, owner_id, job_id):
    async with resources.database.transaction() as connection:
        return await find.one(connection, owner_id, job_id)


async def until(resources, owner_id, job_id, condition=lambda job: job["status"] in ENDED, seconds=20):
    async with asyncio.timeout(seconds):
        # The state lies in the database.
        while not condition(job := await look(resources, owner_id, job_id)):  # noqa: ASYNC110 - the state lies in the database
            await asyncio.sleep(0.02)
    return job


async def steps_of(resources, job_id):
    async with resources.database.transaction() as connection:
        return await fetch_all(connection, "jobs.steps", job_id=job_id)


async def stored_keys(resources):
    return [stored.key async for stored in resources.storage.keys("files")]
