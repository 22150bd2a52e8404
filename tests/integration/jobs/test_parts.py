"""A step in parts: each part is remembered for itself, and together they are one step for people."""

from asking import look, start, steps_of, until

from cutroom.jobs import change


async def failed_in_the_second_part(resources, owner_id, start_worker, tmp_path):
    """Bring a job to its failure in part 2 of 3, past all automatic retries."""
    body = {"ledger": str(tmp_path / "ledger"), "counter": str(tmp_path / "counter"), "parts": 3}
    (tmp_path / "counter").write_text("-1")  # the first part passes
    job_id = await start(resources, owner_id, fail="broken", times=1, **body)
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "failed", job
    return job_id


def ledger(tmp_path):
    return [line.split()[1] for line in (tmp_path / "ledger").read_text().splitlines()]


async def test_a_retry_goes_on_at_the_part_that_failed(resources, owner_id, start_worker, tmp_path):
    job_id = await failed_in_the_second_part(resources, owner_id, start_worker, tmp_path)
    assert ledger(tmp_path) == ["one", "two", "two"]
    two = (await look(resources, owner_id, job_id))["steps"][1]
    assert (two["status"], two["progress"]) == ("failed", 33)
    async with resources.database.transaction() as connection:
        await change.retry(connection, resources.tickets, owner_id, job_id)
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert ledger(tmp_path) == ["one", "two", "two", "two", "two", "three"]
    assert [step["status"] for step in job["steps"]] == ["completed"] * 3
    names = [record["name"] for record in await steps_of(resources, job_id)]
    assert names == ["one", "two:1/3", "two:2/3", "two:3/3", "three"]


async def test_a_retry_from_the_step_does_every_part_again(resources, owner_id, start_worker, tmp_path):
    job_id = await failed_in_the_second_part(resources, owner_id, start_worker, tmp_path)
    async with resources.database.transaction() as connection:
        await change.retry(connection, resources.tickets, owner_id, job_id, "two")
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert ledger(tmp_path)[3:] == ["two", "two", "two", "three"]
