"""Subtitle generation as the contract has it: its start, every refusal, its life, its cues, the lists."""

import math
from types import SimpleNamespace
from uuid import uuid4

import httpx
import psycopg
import pytest
from customers import FAR, MOMENT, UUID7, Customer, content, refusal

import samples
from spoken import write_talk_video

PATH = "/api/ai/subtitle-generation"
KIND = "subtitle-generation"
JOBS = "/api/ai/jobs"
MISSING = "Asset ID and Project ID are required"
UNKNOWN = "Source asset not found"
MUTE = "Cannot generate subtitles from assets without audio"
FIXED = {"jobId", "type", "status", "progress", "estimatedDuration", "createdAt", "projectId", "assetId"}
WITHOUT_VALUE = {"outputData", "errorMessage", "startedAt", "completedAt", "error", "waiting", "cost"}


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Make a video in which somebody says two sentences, half a second after its beginning."""
    return write_talk_video(tmp_path_factory.mktemp("talk") / "Entrevista ñ.mp4", before=0.5, after=0.5)


@pytest.fixture(scope="module")
def clara(running, talk, media):
    """Make an account with a talk, a video without sound, a picture and nothing that ran before."""
    customer = Customer(running)
    customer.talks = customer.project()
    files = {"talk": talk, "mute": media.mute, "picture": media.picture}
    customer.assets = SimpleNamespace(
        **{name: customer.upload(customer.talks, path)["assetId"] for name, path in files.items()}
    )
    yield customer
    customer.leave()


@pytest.fixture(scope="module")
def first(clara, running):
    """Start a job with the two fields of the contract alone, and follow it to its end."""
    with psycopg.connect(running.database_url) as database:
        history = database.execute("select count(*) from jobs where kind = %s", [KIND]).fetchone()[0]
    created = clara.start(KIND, assetId=clara.assets.talk, projectId=clara.talks)
    seen = clara.follow(created["jobId"])
    return SimpleNamespace(created=created, seen=seen, ended=seen[-1], history=history)


@pytest.fixture
def visitor(person, talk):
    """Return somebody new with a talk."""
    customer = person()
    customer.talks = customer.project()
    customer.talk = customer.upload(customer.talks, talk)["assetId"]
    return customer


# --- the start


def test_the_answer_is_a_new_job(clara, first):
    job = first.created
    assert set(job) >= FIXED
    assert not WITHOUT_VALUE & set(job), "a field without a value is left out"
    assert (job["type"], job["status"], job["progress"]) == (KIND, "pending", 0)
    assert type(job["progress"]) is int
    assert UUID7.fullmatch(job["jobId"])
    assert MOMENT.fullmatch(job["createdAt"])
    assert (job["projectId"], job["assetId"]) == (clara.talks, clara.assets.talk)
    assert [step["status"] for step in job["steps"]] == ["pending"] * len(job["steps"])


def test_it_takes_ninety_seconds_before_any_history_and_less_after(visitor, first):
    assert type(first.created["estimatedDuration"]) is int
    if first.history == 0:
        assert first.created["estimatedDuration"] == 90
    later = visitor.start(KIND, assetId=visitor.talk, projectId=visitor.talks, startAt=FAR)
    assert 1 <= later["estimatedDuration"] < 90


def test_nobody_is_asked_first(running):
    for body in (b"", b"{", b"{}", b'{"assetId": "x", "projectId": "y"}', b"\xff\x00"):
        for headers in ({}, {"Authorization": "Bearer x"}, {"Cookie": "authToken=x"}):
            answer = httpx.post(running.url + PATH, content=body, headers=headers)
            refusal(answer, 401, "authentication_required", "Authentication required")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"assetId": str(uuid4())},
        {"projectId": str(uuid4())},
        {"assetId": None, "projectId": str(uuid4())},
        {"assetId": "", "projectId": "no uuid"},
        {"assetId": "no uuid", "projectId": None},
        {"preset": 5, "colour": "red"},
    ],
)
def test_missing_fields_come_first(clara, body):
    refusal(clara.post(PATH, **({} if body is None else {"json": body})), 400, "missing_field", MISSING)


@pytest.mark.parametrize("wrong", ["asset_123", "0199aa00-0000-7000-8000-00000000000", 7, True, [], {"a": 1}])
@pytest.mark.parametrize("field", ["assetId", "projectId"])
def test_a_malformed_id_is_named(clara, field, wrong):
    body = {"assetId": str(uuid4()), "projectId": str(uuid4())} | {field: wrong}
    error = refusal(clara.post(PATH, json=body), 400, "invalid_uuid" if isinstance(wrong, str) else None)
    assert field in error["message"]
    assert "UUID" in error["message"]
    assert error["details"]["field"] == field


def test_an_asset_that_the_caller_does_not_see_is_not_found(clara, bert, media):
    gone = clara.upload(clara.talks, media.picture)["assetId"]
    assert clara.delete(f"/api/assets/{gone}").status_code == 200
    for asset, project in (
        (str(uuid4()), clara.talks),
        (gone, clara.talks),
        (clara.assets.talk, clara.project("Other")),
        (clara.assets.mute, str(uuid4())),
        (clara.assets.talk, bert.talks),
        (bert.assets.sound, bert.talks),
        (bert.assets.mute, clara.talks),
    ):
        answer = clara.post(PATH, json={"assetId": asset, "projectId": project})
        assert refusal(answer, 404) == {"success": False, "message": UNKNOWN, "code": "asset_not_found"}


@pytest.mark.parametrize("which", ["mute", "picture"])
def test_an_asset_without_audio_is_refused(clara, which):
    body = {"assetId": getattr(clara.assets, which).upper(), "projectId": clara.talks.upper()}
    refusal(clara.post(PATH, json=body), 400, "no_audio", MUTE)


def test_both_kinds_share_the_limit_of_three(visitor, media):
    body = {"assetId": visitor.talk, "projectId": visitor.talks, "startAt": FAR}
    mute = visitor.upload(visitor.talks, media.mute)["assetId"]
    key = {"Idempotency-Key": "third"}
    jobs = [visitor.start(kind, **body)["jobId"] for kind in ("noise-removal", KIND)]
    third = visitor.post(PATH, json=body, headers=key)
    jobs.append(content(third, 201)["job"]["jobId"])
    for path in (PATH, "/api/ai/noise-removal"):
        answer = visitor.post(path, json=body)
        error = refusal(answer, 429, "too_many_jobs")
        assert "limit is 3" in error["message"]
        assert sorted(error["details"]["jobIds"]) == sorted(jobs)
        assert int(answer.headers["retry-after"]) >= 1

    # Everything that is wrong with a request is said before the limit.
    refusal(visitor.post(PATH, json={}), 400, message=MISSING)
    refusal(visitor.post(PATH, json=body | {"assetId": "x"}), 400, "invalid_uuid")
    refusal(visitor.post(PATH, json=body | {"assetId": str(uuid4())}), 404, message=UNKNOWN)
    refusal(visitor.post(PATH, json=body | {"assetId": mute}), 400, message=MUTE)

    # A repetition is answered, not limited; another request under its key is neither.
    again = visitor.post(PATH, json=body, headers=key)
    assert (again.status_code, again.json()) == (201, third.json())
    assert again.headers["idempotent-replayed"] == "true"
    refusal(visitor.post(PATH, json=body | {"preset": "bbc"}, headers=key), 409, "idempotency_mismatch")


# --- its life and what it makes


def test_it_goes_forward_only(first):
    statuses = ["pending", "processing", "completed"]
    places = [statuses.index(job["status"]) for job in first.seen]
    assert places == sorted(places)
    progress = [job["progress"] for job in first.seen]
    assert progress == sorted(progress)
    assert all(type(value) is int and 0 <= value <= 100 for value in progress)
    assert all(value < 100 for value in progress[:-1])
    for job in first.seen:
        assert ("startedAt" in job) is (job["status"] != "pending")
        assert ("completedAt" in job) is ("outputData" in job) is (job["status"] == "completed")
        assert not {"errorMessage", "error"} & set(job)
        assert None not in job.values()


def test_a_finished_job_has_every_field(clara, first):
    job = content(clara.get(f"{JOBS}/{first.created['jobId']}"))["job"]
    assert job == first.ended == content(clara.get(f"/api/jobs/{job['jobId']}"))["job"]
    assert (job["status"], job["progress"], job["attempt"]) == ("completed", 100, 1)
    times = [job[name] for name in ("createdAt", "startedAt", "completedAt")]
    assert all(MOMENT.fullmatch(time) for time in times)
    assert times == sorted(times)
    assert [step["status"] for step in job["steps"]] == ["completed"] * len(job["steps"])
    assert not {"waiting", "message", "remainingSeconds"} & set(job)


def test_subtitles_are_times_and_texts_in_order(first):
    cues = first.ended["outputData"]["subtitles"]
    assert cues
    for cue in cues:
        assert set(cue) == {"startTime", "endTime", "text"}
        for name in ("startTime", "endTime"):
            assert type(cue[name]) in {int, float}
            assert math.isfinite(cue[name])
        assert 0 <= cue["startTime"] < cue["endTime"]
        assert cue["text"].strip() == cue["text"] != ""
        assert "<" not in cue["text"]
    edges = [time for cue in cues for time in (cue["startTime"], cue["endTime"])]
    assert edges == sorted(edges), "cues are in order and do not overlap"
    assert cues[0]["startTime"] == pytest.approx(0.5, abs=0.3), "the voice begins at 0.5 s"
    words = " ".join(cue["text"] for cue in cues).lower().split()
    assert {"morning", "second", "sentence"} & set(words), words


def test_the_output_says_who_heard_it_and_how_far_to_trust_it(clara, first):
    output = first.ended["outputData"]
    assert output["engine"] == "pocketsphinx"
    assert output["engineReason"].endswith(".")
    assert output["trust"]["sentence"].endswith(".")
    assert output["language"] == "en"
    assert output["measured"]["speechSeconds"] > 1
    assert set(output["files"]) >= {"srt", "vtt"}
    for asset in output["files"].values():
        found = content(clara.get(f"/api/assets/{asset}"))["asset"]
        assert (found["kind"], found["sourceJobId"]) == ("subtitles", first.created["jobId"])
    opened = content(clara.get(f"/api/subtitles/{output['subtitlesId']}"))["subtitles"]
    assert (opened["jobId"], opened["assetId"]) == (first.created["jobId"], clara.assets.talk)
    texts = [cue["text"] for cue in opened["cues"]]
    assert texts == [cue["text"] for cue in output["subtitles"]]


def test_silence_is_an_honest_empty_list(visitor, tmp_path):
    silent = samples.write_audio(tmp_path / "silent.wav", samples.silence(2.0))
    asset = visitor.upload(visitor.talks, silent)["assetId"]
    job = visitor.start(KIND, assetId=asset, projectId=visitor.talks)["jobId"]
    ended = visitor.follow(job)[-1]
    assert ended["status"] == "completed", ended
    assert ended["outputData"]["subtitles"] == []
    assert ended["outputData"]["reason"] == "The recording is silent."
    assert not {"engine", "trust"} & set(ended["outputData"]), "nobody was asked"


# --- the lists


def listed(client, **filters):
    return [job["jobId"] for job in content(client.get(JOBS, params=filters))["jobs"]]


def test_filters_tell_the_kinds_apart(visitor):
    body = {"assetId": visitor.talk, "projectId": visitor.talks, "startAt": FAR}
    jobs = {kind: visitor.start(kind, **body)["jobId"] for kind in ("noise-removal", KIND)}
    assert listed(visitor) == [jobs[KIND], jobs["noise-removal"]], "newest first"
    assert listed(visitor, type=KIND) == [jobs[KIND]]
    assert listed(visitor, type=KIND, status="pending", projectId=visitor.talks) == [jobs[KIND]]
    assert listed(visitor, type=KIND, status="completed") == []
    assert listed(visitor, type=KIND, projectId=str(uuid4())) == []
    error = refusal(visitor.get(JOBS, params={"type": "subtitles"}), 400, "unknown_type")
    assert KIND in error["message"]
    assert {KIND, "noise-removal"} <= set(error["details"]["known"])


def test_translations_are_jobs_but_no_ai_jobs(visitor):
    known = refusal(visitor.get(JOBS, params={"type": "subtitle-embedding"}), 400, "unknown_type")
    assert set(known["details"]["known"]) == {"noise-removal", KIND}
    assert content(visitor.get("/api/jobs", params={"type": "subtitle-embedding"}))["jobs"] == []


def test_a_job_is_its_owners_only(bert, first):
    job, output = first.created["jobId"], first.ended["outputData"]
    refusal(bert.get(f"{JOBS}/{job}"), 404, "job_not_found")
    refusal(bert.post(f"/api/jobs/{job}/cancel"), 404, "job_not_found")
    assert listed(bert, type=KIND) == []
    refusal(bert.get(f"/api/subtitles/{output['subtitlesId']}"), 404)
    for asset in output["files"].values():
        refusal(bert.get(f"/api/assets/{asset}"), 404, "asset_not_found")


def test_cancel_while_it_waits(visitor):
    job = visitor.start(KIND, assetId=visitor.talk, projectId=visitor.talks, startAt=FAR)["jobId"]
    cancelled = content(visitor.post(f"/api/jobs/{job}/cancel"))["job"]
    assert (cancelled["status"], cancelled["progress"]) == ("cancelled", 0)
    refusal(visitor.post(f"/api/jobs/{job}/cancel"), 409, "job_ended")
