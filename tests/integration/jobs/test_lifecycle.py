"""A job from its submit to its end: done once, cancelled at once, retried with patience."""

import asyncio
import time
from datetime import timedelta

import psutil
import pytest
from asking import look, start, start_with, steps_of, stored_keys, until

from cutroom.base.clock import now
from cutroom.base.errors import Conflict, NotFound
from cutroom.base.ids import new_id
from cutroom.jobs import change
from cutroom.library import files


async def test_job_runs_its_steps_once_and_completes(resources, owner_id, start_worker, tmp_path):
    ledger = tmp_path / "ledger"
    async with start_worker():
        job_id = await start(resources, owner_id, ledger=str(ledger))
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert job["progress"] == 100
    assert job["outputData"] == {"steps": ["one", "three", "two"]}
    assert [line.split()[1] for line in ledger.read_text().splitlines()] == ["one", "two", "three"]
    assert [step["status"] for step in job["steps"]] == ["completed"] * 3
    assert job["completedAt"] > job["startedAt"] > job["createdAt"]


async def test_pending_job_says_that_no_worker_runs(resources, owner_id):
    job_id = await start(resources, owner_id)
    job = await look(resources, owner_id, job_id)
    assert job["status"] == "pending"
    assert "No worker" in job["waiting"]["reason"]
    assert job["waiting"]["position"] == 1
    assert "startedAt" not in job


async def test_position_counts_priority_and_order(resources, owner_id):
    first = await start(resources, owner_id)
    second = await start(resources, owner_id)
    urgent = await start_with(resources, owner_id, {}, priority=5)
    positions = [
        (await look(resources, owner_id, job))["waiting"]["position"] for job in (urgent, first, second)
    ]
    assert positions == [1, 2, 3]


async def test_urgent_job_runs_first(resources, owner_id, start_worker, tmp_path):
    ledger = tmp_path / "ledger"
    plain = await start(resources, owner_id, ledger=str(ledger))
    urgent = await start_with(resources, owner_id, {"ledger": str(ledger)}, priority=9)
    async with start_worker(concurrency=1):
        await until(resources, owner_id, plain)
        await until(resources, owner_id, urgent)
    assert ledger.read_text().split()[0] == str(urgent)


async def test_delayed_job_starts_at_its_time(resources, owner_id, start_worker):
    at = now() + timedelta(seconds=1)
    async with start_worker():
        job_id = await start_with(resources, owner_id, {}, "probe-noop", start_at=at)
        assert "starts at" in (await look(resources, owner_id, job_id))["waiting"]["reason"]
        job = await until(resources, owner_id, job_id)
    assert job["startedAt"] >= at.isoformat()[:23]


async def test_cancel_kills_the_child_and_leaves_no_file(resources, owner_id, start_worker, settings):
    async with start_worker():
        job_id = await start(resources, owner_id, sleep=60)
        await until(resources, owner_id, job_id, lambda job: job["progress"] > 0)
        before = {child.pid for child in psutil.Process().children(recursive=True)}
        async with resources.database.transaction() as connection:
            await change.cancel(connection, resources.tickets, owner_id, job_id)
        began = time.monotonic()
        while any((settings.scratch / "steps").rglob("half-done")):
            assert time.monotonic() - began < 5
            await asyncio.sleep(0.01)
        job = await look(resources, owner_id, job_id)
        after = {child.pid for child in psutil.Process().children(recursive=True)}
    assert job["status"] == "cancelled"
    assert len(after) < len(before)
    assert "outputData" not in job


async def test_files_of_a_cancelled_job_go_with_the_next_sweep(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, keep=True, sleep=0.3)
        await until(resources, owner_id, job_id, lambda job: job["progress"] >= 34)
        assert await files.sweep(resources.database, resources.storage) == 0
        async with resources.database.transaction() as connection:
            await change.cancel(connection, resources.tickets, owner_id, job_id)
    await files.sweep(resources.database, resources.storage)
    assert await stored_keys(resources) == []


async def test_file_of_a_cancelled_step_goes_at_once(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, keep=True, linger=60)
        async with asyncio.timeout(20):
            while not await stored_keys(resources):  # noqa: ASYNC110 - bytes of a worker
                await asyncio.sleep(0.02)
        async with resources.database.transaction() as connection:
            await change.cancel(connection, resources.tickets, owner_id, job_id)
        async with asyncio.timeout(20):
            while await stored_keys(resources):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)


async def test_files_of_a_finished_job_stay(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, keep=True)
        await until(resources, owner_id, job_id)
    assert await files.sweep(resources.database, resources.storage, timedelta(0)) == 0
    assert len(await stored_keys(resources)) == 3


async def test_ended_job_cannot_be_cancelled(resources, owner_id, start_worker):
    async with start_worker():
        job_id = await start(resources, owner_id, "probe-noop")
        await until(resources, owner_id, job_id)
    with pytest.raises(Conflict, match="already completed"):
        async with resources.database.transaction() as connection:
            await change.cancel(connection, resources.tickets, owner_id, job_id)


async def test_stranger_sees_no_job(resources, owner_id):
    job_id = await start(resources, owner_id)
    for act in (change.cancel, change.retry):
        with pytest.raises(NotFound):
            async with resources.database.transaction() as connection:
                await act(connection, resources.tickets, new_id(), job_id)
    with pytest.raises(NotFound):
        await look(resources, new_id(), job_id)


async def test_retry_waits_without_a_slot_and_then_succeeds(resources, owner_id, start_worker, tmp_path):
    counter = tmp_path / "count"
    async with start_worker(concurrency=1):
        job_id = await start(
            resources, owner_id, fail="unavailable", counter=str(counter), times=1, retryAfter=1.0
        )
        waits = await until(resources, owner_id, job_id, lambda job: "waiting" in job and job["attempt"] > 1)
        assert waits["status"] == "processing"
        assert "retry 1 of 3" in waits["waiting"]["reason"]
        other = await start(resources, owner_id, "probe-noop")
        assert (await until(resources, owner_id, other))["status"] == "completed"
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert counter.read_text() == "2"
    assert len(await steps_of(resources, job_id)) == 3


async def test_job_fails_after_three_retries(resources, owner_id, start_worker, tmp_path):
    counter = tmp_path / "count"
    async with start_worker():
        job_id = await start(resources, owner_id, fail="unavailable", counter=str(counter), retryAfter=0.01)
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "failed"
    assert counter.read_text() == "4"
    assert job["error"]["retryable"] is True
    assert job["error"]["step"] == "two"
    assert job["errorMessage"] == "The probe is away."
    assert job["progress"] == 33
    assert [step["status"] for step in job["steps"]] == ["completed", "failed", "pending"]


async def test_permanent_error_fails_at_once(resources, owner_id, start_worker, tmp_path):
    counter = tmp_path / "count"
    async with start_worker():
        job_id = await start(resources, owner_id, fail="broken", counter=str(counter))
        job = await until(resources, owner_id, job_id)
    assert counter.read_text() == "1"
    assert job["error"] == {
        "code": "broken_media",
        "message": "The probe found broken media.",
        "step": "two",
        "retryable": False,
        "hint": "Choose another probe.",
    }


async def test_crash_of_a_child_ends_the_job_and_not_the_worker(resources, owner_id, start_worker, tmp_path):
    async with start_worker():
        job_id = await start(resources, owner_id, fail="crash", counter=str(tmp_path / "count"))
        job = await until(resources, owner_id, job_id)
        assert job["error"]["code"] == "child_crashed"
        assert job["error"]["retryable"] is False
        other = await start(resources, owner_id, "probe-noop")
        assert (await until(resources, owner_id, other))["status"] == "completed"


async def test_bug_fails_with_a_general_sentence(resources, owner_id, start_worker, tmp_path, caplog):
    async with start_worker():
        job_id = await start(resources, owner_id, fail="bug", counter=str(tmp_path / "count"))
        job = await until(resources, owner_id, job_id)
    assert job["error"]["code"] == "internal_error"
    assert job["error"]["retryable"] is True
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivision" not in str(job)


async def test_manual_retry_keeps_finished_steps(resources, owner_id, start_worker, tmp_path):
    ledger = tmp_path / "ledger"
    body = {"fail": "broken", "counter": str(tmp_path / "count"), "times": 1, "ledger": str(ledger)}
    async with start_worker():
        job_id = await start(resources, owner_id, **body)
        await until(resources, owner_id, job_id)
        async with resources.database.transaction() as connection:
            await change.retry(connection, resources.tickets, owner_id, job_id)
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    assert [line.split()[1] for line in ledger.read_text().splitlines()] == ["one", "two", "two", "three"]


async def test_manual_retry_from_an_earlier_step_does_it_again(resources, owner_id, start_worker, tmp_path):
    ledger = tmp_path / "ledger"
    body = {"fail": "broken", "counter": str(tmp_path / "count"), "times": 1, "ledger": str(ledger)}
    async with start_worker():
        job_id = await start(resources, owner_id, **body)
        await until(resources, owner_id, job_id)
        async with resources.database.transaction() as connection:
            await change.retry(connection, resources.tickets, owner_id, job_id, "one")
        await until(resources, owner_id, job_id)
    assert [line.split()[1] for line in ledger.read_text().splitlines()] == [
        "one",
        "two",
        "one",
        "two",
        "three",
    ]


async def test_progress_never_goes_back(resources, owner_id, start_worker):
    seen = []
    async with start_worker():
        job_id = await start(resources, owner_id, sleep=0.4)
        while (job := await look(resources, owner_id, job_id))["status"] != "completed":
            seen.append(job["progress"])
            await asyncio.sleep(0.02)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3


async def test_shutdown_gives_the_job_back_and_the_next_worker_ends_it(
    resources, owner_id, start_worker, tmp_path
):
    ledger = tmp_path / "ledger"
    async with start_worker():
        job_id = await start(resources, owner_id, sleep=0.5, ledger=str(ledger))
        await until(resources, owner_id, job_id, lambda job: job["progress"] >= 40)
    assert (await look(resources, owner_id, job_id))["status"] == "processing"
    async with start_worker():
        job = await until(resources, owner_id, job_id)
    assert job["status"] == "completed"
    names = [line.split()[1] for line in ledger.read_text().splitlines()]
    assert names.count("one") == 1


async def test_approval_holds_no_slot_and_early_events_are_kept(resources, owner_id, start_worker):
    async with start_worker(concurrency=1):
        job_id = await start(resources, owner_id, "probe-wait")
        job = await until(resources, owner_id, job_id, lambda job: "waiting" in job and job["progress"] >= 50)
        assert job["waiting"]["reason"] == "Waiting for an approval."
        early = await start(resources, owner_id, "probe-wait")
        for target in (early, job_id):
            async with resources.database.transaction() as connection:
                await change.deliver(connection, resources.tickets, target, "approval", {"by": "test"})
        for target in (early, job_id):
            job = await until(resources, owner_id, target)
            assert job["outputData"] == {"approved": {"by": "test"}}


async def test_parent_is_resumed_once_by_its_last_child(resources, owner_id, start_worker):
    async with start_worker(concurrency=2):
        job_id = await start(resources, owner_id, "probe-parent", count=5)
        job = await until(resources, owner_id, job_id)
    assert job["outputData"] == {"children": 5}
    assert job["attempt"] == 2
