"""Subtitles on the job layer: parts are heard once, everything is made once, nobody else sees it."""

import asyncio
from uuid import UUID

import numpy as np
import pytest
from asking import look, stored_keys, until
from belongings import ask, bring, delete_asset, locked_project, made_by, move_in, retry, steps
from pydantic import SecretStr
from vendor_server import HANG, fault, running_vendor, words

import samples
from cutroom.base.errors import Conflict, NotFound, Refused, Unsupported
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.boot.platform import PRELOAD
from cutroom.jobs import change, find
from cutroom.library import subtitles
from cutroom.sandbox import Sandbox
from spoken import voice, write_talk

BUSY = "AI service temporarily unavailable"
GENERATION = "subtitle-generation"


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
        fetch_models=False,  # no test asks a model hub
        groq_api_key=SecretStr("gsk_test"),
        groq_url=f"{vendor.url}/openai/v1",
    )


@pytest.fixture
async def resources(resources):
    """Load the libraries once, as the platform does: a job of subtitles has ten child processes."""
    cold, resources.sandbox = resources.sandbox, Sandbox(PRELOAD)
    yield resources
    await resources.sandbox.close()
    resources.sandbox = cold


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Make a short talk, and one with so long a silence in it that it is heard in two windows."""
    folder = tmp_path_factory.mktemp("recordings")
    first, second = voice("Good morning everybody."), voice("This is the second sentence.")
    silence = samples.silence(33.0)
    return {
        "talk": write_talk(folder / "talk.wav", before=0.3, after=0.3),
        "two": samples.write_audio(folder / "two.wav", np.concatenate([first, silence, second], axis=1)),
        "long": write_talk(folder / "long.wav", *["What we say here is of no importance at all."] * 20),
        "silence": samples.write_audio(folder / "silence.wav", samples.silence(2.0)),
    }


@pytest.fixture
async def project(resources, owner_id):
    return await move_in(resources, owner_id)


@pytest.fixture
async def submit(resources, owner_id, project, recordings):
    """Return a function that brings a recording and submits a job on it; its ids stay known."""

    async def make(which="talk", **options):
        make.asset = await bring(resources, owner_id, project, recordings[which])
        return await ask(
            resources,
            owner_id,
            GENERATION,
            assetId=str(make.asset),
            projectId=str(project),
            **{"engine": "pocketsphinx", **options},
        )

    return make


@pytest.fixture
def finish(resources, owner_id, start_worker):
    """Return a function that runs a worker until a job has ended."""

    async def run(job_id, status="completed"):
        async with start_worker():
            job = await until(resources, owner_id, job_id)
        assert job["status"] == status, job
        return job

    return run


async def recorded(resources, job_id, name):
    async with asyncio.timeout(20):
        while name not in await steps(resources, job_id):  # noqa: ASYNC110 - the record lies in the database
            await asyncio.sleep(0.005)


async def asked(vendor, calls):
    async with asyncio.timeout(20):
        while vendor.calls < calls:  # noqa: ASYNC110 - the vendor is a thread
            await asyncio.sleep(0.005)


async def scratch_is_empty(resources, job_id):
    async with asyncio.timeout(5):
        while list((resources.settings.scratch / "steps").glob(f"*/{job_id}-*")):  # noqa: ASYNC110 - the steps' own
            await asyncio.sleep(0.02)


async def cancel(resources, owner_id, job_id):
    async with resources.database.transaction() as connection:
        await change.cancel(connection, resources.tickets, owner_id, job_id)


async def files_of(resources):
    """Return how many files have a row, and how many are stored."""
    async with resources.database.transaction() as connection:
        cursor = await connection.execute("select count(distinct sha256) as rows from files")
        rows = (await cursor.fetchone())["rows"]
    return rows, len(await stored_keys(resources))


async def log_of(resources, owner_id, job_id):
    async with resources.database.transaction() as connection:
        return await find.logs(connection, owner_id, job_id)


def texts(job):
    return [cue["text"] for cue in job["outputData"]["subtitles"]]


# --- what was done stays done


async def test_a_window_is_not_heard_twice_after_its_worker_is_gone(
    resources, owner_id, submit, start_worker, finish, vendor
):
    vendor.answers(words("First."), HANG)
    job_id = await submit("two", engine="groq")
    async with start_worker():
        await asked(vendor, 2)
        await recorded(resources, job_id, "transcribe:1/2")
        seen = await look(resources, owner_id, job_id)
    assert seen["status"] == "processing"
    vendor.answers(words("Second."))
    job = await finish(job_id)
    assert vendor.calls == 3, "the first window was sent once, the second again"
    done = await steps(resources, job_id)
    assert [done[name] for name in ("prepare", "choose", "transcribe:1/2", "transcribe:2/2")] == [1, 1, 1, 2]
    assert texts(job) == ["First.", "Second."]
    assert job["outputData"]["subtitles"][1]["startTime"] > 33, "the second lies where it was said"
    assert job["progress"] == 100 > seen["progress"]


async def test_everything_is_made_once_though_its_worker_was_killed(
    resources, owner_id, project, submit, start_worker, finish
):
    job_id = await submit()
    async with locked_project(resources, project), start_worker():  # the result cannot be stored yet
        await recorded(resources, job_id, "segment")
        await asyncio.sleep(0.3)
    assert await made_by(resources, job_id) == [[], []]
    job = await finish(job_id)
    done = await steps(resources, job_id)
    assert done == {"prepare": 1, "choose": 1, "transcribe": 1, "segment": 1, "export": 2}
    assets, tracks = await made_by(resources, job_id)
    assert sorted(asset["name"].rpartition(".")[2] for asset in assets) == ["ass", "srt", "ttml", "vtt"]
    assert {str(asset["id"]) for asset in assets} == set(job["outputData"]["files"].values())
    assert [str(track["id"]) for track in tracks] == [job["outputData"]["subtitlesId"]]


async def test_cancel_in_the_middle_of_recognition(resources, owner_id, submit, start_worker):
    job_id = await submit("long")
    before = await files_of(resources)
    async with start_worker():
        seen = await until(
            resources, owner_id, job_id, lambda job: "transcribe" in str(job["steps"]) and is_hearing(job)
        )
        assert seen["status"] == "processing"
        await cancel(resources, owner_id, job_id)
        await scratch_is_empty(resources, job_id)
    assert (await look(resources, owner_id, job_id))["status"] == "cancelled"
    assert await made_by(resources, job_id) == [[], []]
    rows, stored = await files_of(resources)
    assert rows == stored == before[0] + 1, "the recording, and the prepared window that a retry would use"


def is_hearing(job):
    return any(step["name"] == "transcribe" and step["status"] == "processing" for step in job["steps"])


async def test_cancel_while_a_vendor_does_not_answer(resources, owner_id, submit, start_worker, vendor):
    vendor.answers(HANG)
    job_id = await submit(engine="groq")
    async with start_worker():
        await asked(vendor, 1)
        await cancel(resources, owner_id, job_id)
        await scratch_is_empty(resources, job_id)
    assert (await look(resources, owner_id, job_id))["status"] == "cancelled"
    assert (await made_by(resources, job_id), vendor.calls) == ([[], []], 1)


# --- vendors


async def test_auto_takes_the_vendor(submit, finish, vendor):
    vendor.answers(words("Good", "morning", "everybody."))
    job = await finish(await submit(engine="auto"))
    output = job["outputData"]
    assert (output["engine"], vendor.calls) == ("groq", 1)
    assert "Groq" in output["engineReason"]
    assert texts(job) == ["Good morning everybody."]


NO_TIMES = (200, {"Content-Type": "application/json"}, b'{"text": "Some words without a time."}')


@pytest.mark.parametrize(
    ("answer", "which", "calls"),
    [
        (fault(503, Retry_After="0"), "two", 4),
        (fault(401), "talk", 1),
        (fault(402), "talk", 1),
        (fault(422), "talk", 1),
        (NO_TIMES, "talk", 1),
    ],
    ids=["away", "wrong key", "unpaid", "refused", "no times"],
)
async def test_auto_falls_back_for_the_rest_with_an_honest_reason(
    resources, owner_id, submit, finish, vendor, answer, which, calls
):
    vendor.answers(answer)
    job_id = await submit(which, engine="auto")
    job = await finish(job_id)
    output = job["outputData"]
    assert (output["engine"], vendor.calls) == ("pocketsphinx", calls)
    assert "Groq" in output["engineReason"]
    assert "pocketsphinx did" in output["engineReason"]
    assert output["trust"]["level"] == "rough"
    assert any(line["level"] == "warning" for line in await log_of(resources, owner_id, job_id))
    assert "gsk_test" not in str(job) + str(await log_of(resources, owner_id, job_id))


async def test_a_named_vendor_that_is_away_is_asked_four_times_and_named_by_the_contract(
    resources, owner_id, submit, finish, vendor
):
    vendor.answers(words("First."), fault(503, Retry_After="0"))
    job_id = await submit("two", engine="groq")
    job = await finish(job_id, "failed")
    assert job["errorMessage"] == BUSY
    error = job["error"]
    assert (error["code"], error["step"], error["retryable"]) == ("vendor_unavailable", "transcribe", True)
    assert "local engine" in error["hint"]
    assert (vendor.calls, "outputData" in job) == (5, False)
    assert await made_by(resources, job_id) == [[], []]

    vendor.answers(words("Second."))
    await retry(resources, owner_id, job_id)
    assert texts(await finish(job_id)) == ["First.", "Second."]
    assert vendor.calls == 6, "the first window is not paid for again"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (fault(401), "wrong_key"),
        (fault(402), "quota_exceeded"),
        (fault(422), "vendor_refused"),
        (NO_TIMES, "no_word_times"),
    ],
)
async def test_what_no_retry_mends_fails_at_once(resources, submit, finish, vendor, answer, code):
    vendor.answers(answer)
    job_id = await submit(engine="groq")
    job = await finish(job_id, "failed")
    assert (job["error"]["code"], job["error"]["retryable"], vendor.calls) == (code, False, 1)
    assert job["errorMessage"].endswith(".")
    assert await made_by(resources, job_id) == [[], []]


async def test_times_that_a_vendor_invents_become_cues_within_the_recording(submit, finish, vendor):
    status, headers, body = words("Good", "morning", "everybody.")
    body = body.replace(b"0.5", b"-7").replace(b"1.3", b"1e9").replace(b"0.9", b"NaN")
    vendor.answers((status, headers, body))
    job = await finish(await submit(engine="groq"))
    assert " ".join(texts(job)).split() == ["Good", "morning", "everybody."]
    times = [cue[name] for cue in job["outputData"]["subtitles"] for name in ("startTime", "endTime")]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= 6


# --- empty results, protection, other people


async def test_silence_is_kept_as_empty_subtitles_with_their_reason(resources, owner_id, submit, finish):
    job_id = await submit("silence", engine="auto")
    job = await finish(job_id)
    assert job["outputData"]["subtitles"] == []
    assert job["outputData"]["reason"] == "The recording is silent."
    assert list(await steps(resources, job_id)) == ["prepare", "segment", "export"], "nobody was asked"
    assets, tracks = await made_by(resources, job_id)
    assert (assets, len(tracks)) == ([], 1)


async def test_the_recording_stays_as_long_as_its_job(resources, owner_id, submit, start_worker, vendor):
    vendor.answers(HANG)
    job_id = await submit(engine="groq")
    for _ in ("pending", "processing"):
        with pytest.raises(Conflict) as caught:
            await delete_asset(resources, owner_id, submit.asset)
        assert caught.value.code_word == "asset_in_use"
        async with start_worker():
            await asked(vendor, vendor.calls + 1)
    await cancel(resources, owner_id, job_id)
    assert await delete_asset(resources, owner_id, submit.asset)


async def test_a_failed_job_without_its_recording_cannot_be_retried(
    resources, owner_id, submit, finish, vendor
):
    vendor.answers(fault(401))
    job_id = await submit(engine="groq")
    await finish(job_id, "failed")
    assert await delete_asset(resources, owner_id, submit.asset)
    with pytest.raises(Conflict) as caught:
        await retry(resources, owner_id, job_id)
    assert caught.value.code_word == "asset_deleted"


async def test_subtitles_outlive_their_recording_and_are_their_owners_only(
    resources, owner_id, submit, finish
):
    job = await finish(await submit())
    subtitles_id, stranger = UUID(job["outputData"]["subtitlesId"]), new_id()
    await move_in(resources, stranger)
    assert await delete_asset(resources, owner_id, submit.asset)
    async with resources.database.transaction() as connection:
        assert await subtitles.find(connection, subtitles_id, owner_id)
        assert await subtitles.find(connection, subtitles_id, stranger) is None
        for name, body in (
            ("subtitle-translation", {"subtitlesId": str(subtitles_id), "language": "de"}),
            ("subtitle-embedding", {"subtitlesIds": [str(subtitles_id)]}),
        ):
            with pytest.raises(NotFound) as caught:
                await ask(resources, stranger, name, **body)
            assert caught.value.code_word == "subtitles_not_found"
    with pytest.raises(NotFound):
        await look(resources, stranger, job["jobId"])
    with pytest.raises(NotFound, match="gone"):
        await ask(resources, owner_id, "subtitle-embedding", subtitlesIds=[str(subtitles_id)])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"engine": "magic"}, "unknown_engine"),
        ({"engine": "openai"}, "missing_key"),
        ({"engine": "pocketsphinx", "language": "de"}, "language_not_supported"),
        ({"preset": "loud"}, "unknown_preset"),
        ({"embed": True}, "no_picture"),
        ({"translateTo": ["de"]}, "missing_key"),
    ],
)
async def test_what_cannot_work_is_refused_before_anything_is_done(resources, submit, options, code):
    with pytest.raises((Refused, Unsupported)) as caught:
        await submit(**options)
    assert caught.value.code_word == code
    assert caught.value.message.endswith(".")
    async with resources.database.transaction() as connection:
        assert (await (await connection.execute("select count(*) as n from jobs")).fetchone())["n"] == 0
