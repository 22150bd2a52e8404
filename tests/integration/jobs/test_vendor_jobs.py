"""Noise removal by a vendor on the job layer: paid for once, tried again, fallen back, told truly."""

import asyncio

import numpy as np
import pytest
from asking import look, until
from belongings import bring, clean, move_in, result, retry, steps
from pydantic import SecretStr
from vendor_server import fault, running_vendor, sound

import samples
from cutroom.base.settings import Settings
from cutroom.jobs import find
from cutroom.media import AudioWriter, read_audio

BUSY = "AI service temporarily unavailable"


@pytest.fixture(scope="module")
def vendor():
    with running_vendor() as running:
        yield running


@pytest.fixture
def settings(tmp_path, vendor):
    vendor.calls = 0
    return Settings(
        _env_file=None,
        data=tmp_path / "data",
        lease_seconds=2,
        drain_seconds=0,
        elevenlabs_api_key=SecretStr("sk_test"),
        elevenlabs_url=vendor.url,
    )


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Make a noisy talk, and the clean one that the vendor gives back 1,500 samples late."""
    folder = tmp_path_factory.mktemp("recording")
    voice = np.concatenate([samples.silence(0.5), samples.speech(3.5)], axis=1)
    noisy = samples.write_audio(folder / "talk.wav", voice + samples.noise(4.0, level=-40))
    late = folder / "isolated.mp3"
    with AudioWriter(late, codec="mp3", rate=samples.RATE, layout="mono") as writer:
        writer.write(np.pad(voice, ((0, 0), (1500, 0))))
    return voice, noisy, late


@pytest.fixture
async def submit(resources, owner_id, recording):
    """Return a function that brings the recording and submits a job on it."""
    project = await move_in(resources, owner_id)
    asset = await bring(resources, owner_id, project, recording[1])

    async def make(**options):
        return await clean(resources, owner_id, project, asset, **options)

    return make


async def log_of(resources, owner_id, job_id):
    async with resources.database.transaction() as connection:
        return await find.logs(connection, owner_id, job_id)


async def test_auto_takes_the_vendor_and_lays_its_sound_back(
    resources, owner_id, submit, start_worker, vendor, recording, tmp_path
):
    voice, _, late = recording
    vendor.answers(sound(late))
    job_id = await submit()
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed", job
    assert job["outputData"]["engine"] == job["engine"] == "elevenlabs"
    assert "ElevenLabs" in job["outputData"]["engineReason"]
    assert [step["name"] for step in job["steps"]] == ["isolate", "clean", "store"]
    assert vendor.calls == 1
    with read_audio(await result(resources, owner_id, job_id, tmp_path / "result.flac")) as reader:
        cleaned = np.concatenate(list(reader), axis=1)
    assert cleaned.shape == voice.shape
    assert samples.lag(voice, cleaned) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    "answer", [fault(500), fault(401, "invalid_api_key"), fault(402), fault(429, Retry_After="9"), fault(422)]
)
async def test_auto_falls_back_with_the_reason(resources, owner_id, submit, start_worker, vendor, answer):
    vendor.answers(answer)
    job_id = await submit()
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed", job
    assert job["outputData"]["engine"] == job["engine"] == "rnnoise"
    reason = job["outputData"]["engineReason"]
    assert "ElevenLabs" in reason
    assert "The local engine did" in reason
    assert vendor.calls == 1
    assert any(line["level"] == "warning" for line in await log_of(resources, owner_id, job_id))


async def test_auto_falls_back_from_garbage_too(resources, owner_id, submit, start_worker, vendor, tmp_path):
    stranger = samples.write_audio(tmp_path / "other.wav", samples.noise(4.0, seed=5))
    for answer in ((200, {}, b"<html>sorry</html>" * 99), sound(stranger)):
        vendor.answers(answer)
        job_id = await submit()
        async with start_worker():
            job = await until(resources, owner_id, job_id)
        assert job["status"] == "completed", job
        assert job["outputData"]["engine"] == "rnnoise"
        assert "The local engine did" in job["outputData"]["engineReason"]


async def test_a_vendor_that_is_away_is_asked_four_times(
    resources, owner_id, submit, start_worker, vendor, recording
):
    vendor.answers(fault(503, Retry_After="0"))
    job_id = await submit(engine="elevenlabs")
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert (job["status"], job["errorMessage"]) == ("failed", BUSY)
    error = job["error"]
    assert (error["code"], error["step"], error["retryable"]) == ("vendor_unavailable", "isolate", True)
    assert "local engine" in error["hint"]
    assert vendor.calls == 4
    assert "outputData" not in job

    vendor.answers(sound(recording[2]))
    await retry(resources, owner_id, job_id)
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed", job
    assert vendor.calls == 5


async def test_a_busy_vendor_is_waited_for(resources, owner_id, submit, start_worker, vendor, recording):
    vendor.answers(fault(429, Retry_After="1"), sound(recording[2]))
    job_id = await submit(engine="elevenlabs")
    async with start_worker():
        waiting = await until(
            resources, owner_id, job_id, lambda job: job["status"] != "pending" and "waiting" in job
        )
        assert waiting["status"] == "processing"
        assert "retry 1 of 3" in waiting["waiting"]["reason"]
        job = await until(resources, owner_id, job_id)
    assert (job["status"], job["outputData"]["engine"]) == ("completed", "elevenlabs")
    assert vendor.calls == 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [(fault(401), "wrong_key"), (fault(402), "quota_exceeded"), (fault(422), "vendor_refused")],
)
async def test_what_no_retry_mends_fails_at_once(
    resources, owner_id, submit, start_worker, vendor, answer, code
):
    vendor.answers(answer)
    job_id = await submit(engine="elevenlabs")
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert (job["status"], job["error"]["code"], job["error"]["retryable"]) == ("failed", code, False)
    assert (vendor.calls, job["attempt"]) == (1, 1)
    assert "sk_test" not in str(job) + str(await log_of(resources, owner_id, job_id))


async def test_the_paid_call_is_not_repeated(resources, owner_id, submit, start_worker, vendor, recording):
    vendor.answers(sound(recording[2]))
    job_id = await submit(engine="elevenlabs")
    async with asyncio.timeout(20), start_worker():
        while "isolate" not in await steps(resources, job_id):  # noqa: ASYNC110 - the record lies in the database
            await asyncio.sleep(0.002)
    assert (await look(resources, owner_id, job_id))["status"] == "processing"
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed", job
    assert vendor.calls == 1
    assert await steps(resources, job_id) == {"isolate": 1, "clean": 2, "store": 2}


async def test_a_sound_that_does_not_belong_is_asked_for_again(
    resources, owner_id, submit, start_worker, vendor, recording, tmp_path
):
    stranger = samples.write_audio(tmp_path / "other.wav", samples.noise(4.0, seed=5))
    vendor.answers(sound(stranger))
    job_id = await submit(engine="elevenlabs")
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert (job["status"], job["error"]["code"]) == ("failed", "isolated_mismatch")
    vendor.answers(sound(recording[2]))
    await retry(resources, owner_id, job_id, "isolate")
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed", job
    assert vendor.calls == 2
