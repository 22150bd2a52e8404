"""POST of an AI job: its answer, every refusal word for word, and the order in which they are given."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from customers import FAR, MOMENT, UUID7, content, refusal

PATH = "/api/ai/noise-removal"
MISSING = "Asset ID and Project ID are required"
UNKNOWN = "Source asset not found"
MUTE = "Cannot remove noise from assets without audio"
FIXED = {"jobId", "type", "status", "progress", "estimatedDuration", "createdAt"}
WITHOUT_VALUE = {
    "outputData",
    "errorMessage",
    "startedAt",
    "completedAt",
    "error",
    "waiting",
    "cost",
    "message",
}


def test_the_answer_is_a_new_job(anna, first):
    job = first.created
    assert set(job) >= FIXED
    assert not WITHOUT_VALUE & set(job), "a field without a value is left out"
    assert (job["type"], job["status"], job["progress"]) == ("noise-removal", "pending", 0)
    assert type(job["progress"]) is int
    assert 1 <= job["estimatedDuration"] <= 120, "120 before any history, which others may have made"
    assert UUID7.fullmatch(job["jobId"])
    assert MOMENT.fullmatch(job["createdAt"])
    assert (job["projectId"], job["assetId"]) == (anna.talks, anna.assets.sound)
    assert [step["status"] for step in job["steps"]] == ["pending"] * len(job["steps"])


def test_the_estimate_follows_history(newcomer, first):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)
    assert type(job["estimatedDuration"]) is int
    assert 1 <= job["estimatedDuration"] < 120


def test_nobody_is_asked_first(running, anna):
    bodies = [b"", b"{", b"{}", b'{"assetId": "x", "projectId": "y"}', b"\xff\x00", b"[" * 10_000]
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Cookie": "authToken=x"},
        {"Authorization": "Basic eDp5"},
    ):
        for body in bodies:
            answer = httpx.post(running.url + PATH, content=body, headers=headers)
            refusal(answer, 401, "authentication_required", "Authentication required")
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"assetId": str(uuid4())},
        {"projectId": str(uuid4())},
        {"assetId": None, "projectId": str(uuid4())},
        {"assetId": str(uuid4()), "projectId": None},
        {"assetId": "", "projectId": ""},
        {"assetId": "", "projectId": "no uuid"},
        {"assetId": "no uuid", "projectId": None},
        {"strength": "strong", "colour": "red"},
    ],
)
def test_missing_fields_come_first(anna, body):
    refusal(anna.post(PATH, json=body), 400, "missing_field", MISSING)


def test_an_empty_body_lacks_both_fields(anna):
    refusal(anna.post(PATH), 400, "missing_field", MISSING)


@pytest.mark.parametrize(
    "wrong", ["asset_123", "0199aa00-0000-7000-8000-00000000000", "{}", 7, True, [], {"a": 1}]
)
@pytest.mark.parametrize("field", ["assetId", "projectId"])
def test_a_malformed_id_is_named(anna, field, wrong):
    body = {"assetId": str(uuid4()), "projectId": str(uuid4())} | {field: wrong}
    error = refusal(anna.post(PATH, json=body), 400, "invalid_uuid" if isinstance(wrong, str) else None)
    assert field in error["message"]
    assert "UUID" in error["message"]
    assert error["details"]["field"] == field


def test_an_asset_that_the_caller_does_not_see_is_not_found(anna, bert, media):
    gone = anna.upload(anna.talks, media.picture)["assetId"]
    assert anna.delete(f"/api/assets/{gone}").status_code == 200
    other = anna.project("Other")
    for asset, project in (
        (str(uuid4()), anna.talks),
        (gone, anna.talks),
        (anna.assets.sound, other),
        (anna.assets.sound, str(uuid4())),
        (anna.assets.sound, bert.talks),
        (bert.assets.sound, bert.talks),
        (bert.assets.sound, anna.talks),
        (bert.assets.mute, bert.talks),
    ):
        answer = anna.post(PATH, json={"assetId": asset, "projectId": project})
        assert refusal(answer, 404, message=UNKNOWN) == {
            "success": False,
            "message": UNKNOWN,
            "code": "asset_not_found",
        }


def test_ids_are_read_in_any_case(anna):
    body = {"assetId": anna.assets.mute.upper(), "projectId": anna.talks.upper()}
    refusal(anna.post(PATH, json=body), 400, "no_audio")


@pytest.mark.parametrize("which", ["mute", "picture"])
def test_an_asset_without_audio_is_refused(anna, which):
    body = {"assetId": getattr(anna.assets, which), "projectId": anna.talks}
    refusal(anna.post(PATH, json=body), 400, "no_audio", MUTE)


def test_the_fourth_unfinished_job_waits_its_turn(newcomer, media):
    body = {"assetId": newcomer.sound, "projectId": newcomer.talks, "startAt": FAR}
    mute = newcomer.upload(newcomer.talks, media.mute)["assetId"]
    key = {"Idempotency-Key": "third"}
    jobs = [newcomer.start(**body)["jobId"] for _ in range(2)]
    third = newcomer.post(PATH, json=body, headers=key)
    jobs.append(content(third, 201)["job"]["jobId"])

    answer = newcomer.post(PATH, json=body)
    error = refusal(answer, 429, "too_many_jobs")
    assert "limit is 3" in error["message"]
    assert all(job in error["message"] for job in jobs)
    assert error["details"]["limit"] == 3
    assert sorted(error["details"]["jobIds"]) == sorted(jobs)
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["ratelimit"].endswith(";r=0")
    assert answer.headers["ratelimit-policy"].endswith(";q=3")

    # Everything that is wrong with a request is said before the limit.
    refusal(newcomer.post(PATH, json={}), 400, message=MISSING)
    refusal(newcomer.post(PATH, json=body | {"assetId": "x"}), 400, "invalid_uuid")
    refusal(newcomer.post(PATH, json=body | {"assetId": str(uuid4())}), 404, message=UNKNOWN)
    refusal(newcomer.post(PATH, json=body | {"assetId": mute}), 400, message=MUTE)
    refusal(newcomer.post(PATH, json=body | {"engine": "magic"}), 400, "unknown_engine")

    # A repetition is answered, not limited; another request under its key is neither.
    again = newcomer.post(PATH, json=body, headers=key)
    assert again.status_code == 201
    assert again.json() == third.json()
    assert again.headers["idempotent-replayed"] == "true"
    refusal(newcomer.post(PATH, json=body | {"strength": 0.5}, headers=key), 409, "idempotency_mismatch")
    # A key whose request was refused is free again.
    late = {"Idempotency-Key": "late"}
    refusal(newcomer.post(PATH, json=body, headers=late), 429)
    assert newcomer.post(f"/api/jobs/{jobs[0]}/cancel").status_code == 200
    assert newcomer.post(PATH, json=body, headers=late).status_code == 201
    refusal(newcomer.post(PATH, json=body), 429)


def test_the_limit_is_each_persons_own(person, newcomer, media):
    body = {"assetId": newcomer.sound, "projectId": newcomer.talks, "startAt": FAR}
    for _ in range(3):
        newcomer.start(**body)
    other = person()
    project = other.project()
    sound = other.upload(project, media.sound)["assetId"]
    other.start(assetId=sound, projectId=project, startAt=FAR)
    refusal(newcomer.post(PATH, json=body), 429)


def test_a_hundred_submissions_at_once_are_three_jobs(newcomer):
    body = {"assetId": newcomer.sound, "projectId": newcomer.talks, "startAt": FAR}
    with ThreadPoolExecutor(16) as crowd:
        statuses = list(crowd.map(lambda _: newcomer.post(PATH, json=body).status_code, range(40)))
    assert sorted(set(statuses)) == [201, 429]
    assert statuses.count(201) == 3


def test_one_key_at_once_is_one_job(newcomer):
    body = {"assetId": newcomer.sound, "projectId": newcomer.talks, "startAt": FAR}
    headers = {"Idempotency-Key": "one"}
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: newcomer.post(PATH, json=body, headers=headers), range(16)))
    made = {answer.json()["data"]["job"]["jobId"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    for answer in answers:
        if answer.status_code != 201:
            refusal(answer, 409, "idempotency_in_progress")
    assert len(content(newcomer.get("/api/ai/jobs"))["jobs"]) == 1
