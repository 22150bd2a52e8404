"""Cancel, retry, delete, and what a job says while it waits and when it fails."""

import time

import pytest
from customers import FAR, MOMENT, content, refusal


@pytest.fixture
def failed(newcomer, tmp_path):
    """Let a job fail in its second step, once; return it."""
    job = newcomer.probe(fail="broken", counter=str(tmp_path / "counter"), times=1)["jobId"]
    return newcomer.follow(job)[-1]


def test_cancel_of_a_waiting_job(newcomer):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
    cancelled = content(newcomer.post(f"/api/jobs/{job}/cancel"))["job"]
    assert (cancelled["status"], cancelled["progress"]) == ("cancelled", 0)
    assert MOMENT.fullmatch(cancelled["completedAt"])
    assert not {"startedAt", "outputData", "errorMessage", "waiting"} & set(cancelled)
    assert cancelled == newcomer.job(job)


def test_cancel_of_running_work_ends_it_and_frees_its_files(newcomer):
    job = newcomer.probe(sleep=30)["jobId"]
    running = newcomer.follow(job, lambda job: job["progress"] > 0)[-1]
    assert running["message"]
    asked = time.monotonic()
    cancelled = content(newcomer.post(f"/api/jobs/{job}/cancel"))["job"]
    assert time.monotonic() - asked < 30
    assert cancelled["status"] == "cancelled"
    assert cancelled["progress"] >= running["progress"]
    steps = newcomer.running.data / "scratch" / "steps"
    end = time.monotonic() + 30
    while any(job in path.name for path in steps.rglob("*")):
        assert time.monotonic() < end, "the scratch folder of the cancelled job is still there"
        time.sleep(0.02)
    time.sleep(0.3)
    assert newcomer.job(job) == cancelled, "nothing is written after the end"


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_cancel_after_the_end_is_a_conflict(newcomer, failed, status):
    job = {"failed": failed["jobId"]}.get(status) or newcomer.probe()["jobId"]
    if status == "completed":
        newcomer.follow(job)
    if status == "cancelled":
        job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
        newcomer.post(f"/api/jobs/{job}/cancel")
    error = refusal(newcomer.post(f"/api/jobs/{job}/cancel"), 409, "job_ended")
    assert status in error["message"]
    assert error["details"] == {"status": status}
    if status != "failed":
        assert status in refusal(newcomer.post(f"/api/jobs/{job}/retry"), 409, "job_not_failed")["message"]


def test_retry_and_delete_of_an_unfinished_job_are_conflicts(newcomer):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
    assert "pending" in refusal(newcomer.post(f"/api/jobs/{job}/retry"), 409, "job_not_failed")["message"]
    assert "cancel it" in refusal(newcomer.delete(f"/api/jobs/{job}"), 409, "job_not_ended")["message"]
    newcomer.post(f"/api/jobs/{job}/cancel")
    content(newcomer.delete(f"/api/jobs/{job}"))
    refusal(newcomer.get(f"/api/jobs/{job}"), 404, "job_not_found")
    refusal(newcomer.delete(f"/api/jobs/{job}"), 404, "job_not_found")


def test_a_failed_job_says_why_and_what_to_do(failed):
    assert failed["status"] == "failed"
    assert failed["errorMessage"] == "The probe found broken media."
    error = failed["error"]
    assert (error["code"], error["step"], error["retryable"]) == ("broken_media", "two", False)
    assert error["hint"] == "Choose another probe."
    assert 33 <= failed["progress"] < 100, "it keeps the progress it had reached"
    assert "outputData" not in failed
    assert MOMENT.fullmatch(failed["startedAt"])
    assert MOMENT.fullmatch(failed["completedAt"])
    assert [step["status"] for step in failed["steps"]] == ["completed", "failed", "pending"]


def test_retry_goes_on_where_it_failed(newcomer, failed):
    job = failed["jobId"]
    for body in ({"fromStep": "nonsense"}, {"fromStep": 2}, {"from": "two"}):
        answer = newcomer.post(f"/api/jobs/{job}/retry", json=body)
        assert answer.status_code in {400, 404}
        refusal(answer, answer.status_code)
    again = content(newcomer.post(f"/api/jobs/{job}/retry"))["job"]
    assert again["status"] in {"pending", "processing"}
    assert not {"completedAt", "errorMessage", "error"} & set(again)
    assert again["progress"] >= failed["progress"]
    seen = [again, *newcomer.follow(job)]
    assert [job["progress"] for job in seen] == sorted(job["progress"] for job in seen)
    assert seen[-1]["status"] == "completed"
    assert seen[-1]["steps"][0] == failed["steps"][0], "a finished step is not done again"
    messages = [line["message"] for line in content(newcomer.get(f"/api/jobs/{job}/logs"))["lines"]]
    assert "Started again by its owner." in messages
    assert "The probe found broken media." in messages


def test_a_job_that_waits_for_its_retry_is_processing(newcomer, tmp_path):
    body = {"fail": "unavailable", "counter": str(tmp_path / "counter"), "times": 1, "retryAfter": 1.5}
    job = newcomer.probe(**body)["jobId"]
    waiting = newcomer.follow(job, lambda job: job["status"] != "pending" and "waiting" in job)[-1]
    assert waiting["status"] == "processing"
    assert "startedAt" in waiting
    assert "retry 1 of 3" in waiting["waiting"]["reason"]
    assert "The probe is away." in waiting["waiting"]["reason"]
    assert MOMENT.fullmatch(waiting["waiting"]["until"])
    assert waiting["jobId"] in [
        one["jobId"] for one in content(newcomer.get("/api/jobs?status=processing"))["jobs"]
    ]
    assert content(newcomer.get("/api/jobs?status=pending"))["jobs"] == []
    seen = newcomer.follow(job)
    assert {one["status"] for one in seen} == {"processing", "completed"}
    assert seen[-1]["attempt"] == 2
    assert seen[-1]["startedAt"] == waiting["startedAt"]


def test_four_attempts_are_all(newcomer, tmp_path):
    counter = tmp_path / "counter"
    job = newcomer.probe(fail="unavailable", counter=str(counter), retryAfter=0)["jobId"]
    seen = newcomer.follow(job)
    assert counter.read_text() == "4"
    assert {one["status"] for one in seen} <= {"pending", "processing", "failed"}
    assert seen[-1]["errorMessage"] == "The probe is away."
    assert seen[-1]["error"]["retryable"] is True


def test_a_bug_of_ours_is_told_without_its_trace(newcomer, tmp_path):
    job = newcomer.probe(fail="bug", counter=str(tmp_path / "counter"))["jobId"]
    failed = newcomer.follow(job)[-1]
    assert failed["error"]["code"] == "internal_error"
    assert "Zero" not in str(failed)


def test_the_waiting_say_their_place(newcomer):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
    waiting = newcomer.job(job)["waiting"]
    assert "2099-01-01T00:00:00.000Z" in waiting["reason"]
    assert waiting["until"] == "2099-01-01T00:00:00.000Z"
    assert "position" not in waiting, "it is not in the queue yet"


def test_the_next_in_the_queue_knows_it(newcomer):
    crowd = [newcomer.probe(sleep=5)["jobId"] for _ in range(4)]  # two run, two wait
    for job in crowd[:2]:
        newcomer.follow(job, lambda job: job["status"] == "processing")
    for place, job in enumerate(crowd[2:], start=1):
        waiting = newcomer.job(job)["waiting"]
        assert waiting["position"] == place
        assert "next" in waiting["reason"] if place == 1 else "1 job is ahead" in waiting["reason"]
    for job in crowd:
        newcomer.post(f"/api/jobs/{job}/cancel")


def test_an_asset_in_use_stays_and_then_goes(newcomer):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
    error = refusal(newcomer.delete(f"/api/assets/{newcomer.sound}"), 409, "asset_in_use")
    assert job in str(error)
    refusal(newcomer.delete(f"/api/projects/{newcomer.talks}"), 409)
    newcomer.post(f"/api/jobs/{job}/cancel")
    content(newcomer.delete(f"/api/assets/{newcomer.sound}"))
    assert newcomer.job(job)["assetId"] == newcomer.sound
