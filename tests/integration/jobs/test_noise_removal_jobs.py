"""Noise removal on the job layer: what was done stays done, what is needed stays there."""

import asyncio

import av
import pytest
from asking import look, until
from belongings import bring, clean, delete_asset, locked_project, move_in, result, retry, steps

import samples
from cutroom.base.errors import Conflict, Limited
from cutroom.jobs import change
from cutroom.media import probe


@pytest.fixture
async def project(resources, owner_id):
    return await move_in(resources, owner_id)


@pytest.fixture
async def talk(resources, owner_id, project, tmp_path):
    path = samples.write_audio(tmp_path / "talk.wav", samples.speech(2.0) + samples.noise(2.0, level=-40))
    return await bring(resources, owner_id, project, path)


@pytest.fixture
async def broken(resources, owner_id, project, tmp_path):
    """Bring a video whose picture decodes and whose sound does not."""
    path = samples.write_video(tmp_path / "deaf.mp4", samples.tone(1.0))
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    content = bytearray(path.read_bytes())
    for place, size in places:
        content[place : place + size] = b"\xff" * size
    path.write_bytes(bytes(content))
    return await bring(resources, owner_id, project, path)


async def recorded(resources, job_id, name):
    async with asyncio.timeout(20):
        while name not in await steps(resources, job_id):  # noqa: ASYNC110 - the record lies in the database
            await asyncio.sleep(0.005)


async def test_clean_is_not_done_again_after_its_worker_is_gone(
    resources, owner_id, project, talk, start_worker, tmp_path
):
    job_id = await clean(resources, owner_id, project, talk)
    async with locked_project(resources, project):  # the result cannot be stored yet
        async with start_worker():
            await recorded(resources, job_id, "clean")
        reached = (await look(resources, owner_id, job_id))["progress"]
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed", job
    assert job["attempt"] == 2
    assert await steps(resources, job_id) == {"clean": 1, "store": 2}
    assert reached >= 90
    made = probe(await result(resources, owner_id, job_id, tmp_path / "result.flac"))
    assert float(made.duration) == pytest.approx(2.0, abs=0.001)
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(
            "select count(*) as made from assets where source_job_id = %s", [job_id]
        )
        assert (await cursor.fetchone())["made"] == 1


async def test_an_asset_is_held_until_its_job_has_ended(resources, owner_id, project, talk, start_worker):
    job_id = await clean(resources, owner_id, project, talk)
    with pytest.raises(Conflict, match="asset") as caught:
        await delete_asset(resources, owner_id, talk)
    assert caught.value.code_word == "asset_in_use"
    assert str(job_id) in str(caught.value.details)
    async with locked_project(resources, project), start_worker():
        await recorded(resources, job_id, "clean")
        with pytest.raises(Conflict):
            await delete_asset(resources, owner_id, talk)
    async with start_worker():
        assert (await until(resources, owner_id, job_id))["status"] == "completed"
    assert await delete_asset(resources, owner_id, talk)


async def test_a_failed_job_without_its_asset_cannot_be_retried(
    resources, owner_id, project, broken, start_worker
):
    job_id = await clean(resources, owner_id, project, broken)
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert (job["status"], job["error"]["code"]) == ("failed", "no_audio_decoded")
    assert job["attempt"] == 1
    assert await delete_asset(resources, owner_id, broken)
    with pytest.raises(Conflict) as caught:
        await retry(resources, owner_id, job_id)
    assert caught.value.code_word == "asset_deleted"
    assert caught.value.message == "The job cannot be retried: its source asset was deleted."
    assert (await look(resources, owner_id, job_id))["status"] == "failed"


async def test_a_project_that_goes_during_the_job_fails_it_in_words(
    resources, owner_id, project, talk, start_worker
):
    job_id = await clean(resources, owner_id, project, talk)
    async with resources.database.transaction() as connection:
        # No door allows this; an operator at the database can do it all the same.
        await connection.execute("delete from projects where id = %s", [project])
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert (job["status"], job["error"]["code"]) == ("failed", "project_not_found")
    assert job["error"]["step"] == "store"


async def test_a_retry_counts_among_the_unfinished(resources, owner_id, project, talk):
    resources.settings = resources.settings.model_copy(update={"max_unfinished_ai_jobs": 1})
    failed = await clean(resources, owner_id, project, talk)
    async with resources.database.transaction() as connection:
        await connection.execute("update jobs set state = 'failed', ended_at = now()")
    second = await clean(resources, owner_id, project, talk)
    with pytest.raises(Limited, match=str(second)):
        await retry(resources, owner_id, failed)
    assert (await look(resources, owner_id, failed))["status"] == "failed"
    async with resources.database.transaction() as connection:
        await change.cancel(connection, resources.tickets, owner_id, second)
    await retry(resources, owner_id, failed)
    assert (await look(resources, owner_id, failed))["status"] == "pending"
