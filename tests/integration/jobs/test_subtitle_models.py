"""Jobs on models of this machine: whole, incomplete and damaged ones, and the recogniser that needs none."""

import pytest
from asking import until
from belongings import ask, bring, made_by, move_in

from cutroom.base.errors import Unsupported
from cutroom.base.settings import Settings
from cutroom.jobs import find
from spoken import write_talk
from tiny_whisper import make_tiny_whisper


@pytest.fixture
def model(tmp_path):
    return make_tiny_whisper(tmp_path / "model")


@pytest.fixture
def settings(tmp_path, model):
    return Settings(
        _env_file=None,
        data=tmp_path / "data",
        lease_seconds=2,
        drain_seconds=0,
        fetch_models=False,
        whisper_model=str(model),
    )


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    return write_talk(tmp_path_factory.mktemp("talk") / "talk.wav", "Good morning everybody.")


@pytest.fixture
async def submit(resources, owner_id, talk):
    """Return a function that brings the talk and submits a job on it."""
    project = await move_in(resources, owner_id)
    asset = await bring(resources, owner_id, project, talk)

    async def make(engine):
        body = {"assetId": str(asset), "projectId": str(project), "engine": engine}
        return await ask(resources, owner_id, "subtitle-generation", **body)

    return make


@pytest.fixture
def finish(resources, owner_id, start_worker):
    async def run(job_id):
        async with start_worker():
            job = await until(resources, owner_id, job_id, seconds=60)
        async with resources.database.transaction() as connection:
            lines = await find.logs(connection, owner_id, job_id)
        return job, " ".join(line["message"] for line in lines)

    return run


async def test_auto_takes_a_whole_model(submit, finish):
    job, _ = await finish(await submit("auto"))
    assert job["status"] == "completed", job
    output = job["outputData"]
    assert output["engine"] == job["engine"] == "faster-whisper"
    assert output["subtitles"] or output["reason"].endswith("."), "its weights are random"


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json"])
async def test_an_incomplete_model_is_named_before_anything_is_done(resources, model, submit, name):
    (model / name).unlink()
    with pytest.raises(Unsupported, match=name) as caught:
        await submit("faster-whisper")
    assert caught.value.code_word == "model_broken"
    async with resources.database.transaction() as connection:
        cursor = await connection.execute("select count(*) as jobs from jobs")
        assert (await cursor.fetchone())["jobs"] == 0


async def test_auto_says_why_it_does_not_take_an_incomplete_model(model, submit, finish):
    (model / "tokenizer.json").unlink()
    job, log = await finish(await submit("auto"))
    assert job["status"] == "completed", job
    assert job["outputData"]["engine"] == "pocketsphinx"
    assert "tokenizer.json is missing" in log


def spoil(model):
    """Leave the head, by which a model is known, and make the rest garbage."""
    content = (model / "model.bin").read_bytes()
    (model / "model.bin").write_bytes(content[:40] + b"\xff" * 400 + content[440:])


async def test_a_damaged_model_fails_the_job_that_asked_for_it(resources, model, submit, finish):
    job_id = await submit("faster-whisper")
    spoil(model)
    job, _ = await finish(job_id)
    assert (job["status"], job["error"]["code"]) == ("failed", "model_broken"), job
    assert (job["error"]["step"], job["error"]["retryable"], job["attempt"]) == ("transcribe", False, 1)
    assert "etch it again" in job["errorMessage"]
    assert await made_by(resources, job_id) == [[], []]


async def test_auto_falls_back_from_a_damaged_model(model, submit, finish):
    spoil(model)
    job, log = await finish(await submit("auto"))
    assert job["status"] == "completed", job
    output = job["outputData"]
    assert output["engine"] == "pocketsphinx"
    assert "etch it again" in output["engineReason"]
    assert "pocketsphinx did" in output["engineReason"]
    assert output["engineReason"] in log
