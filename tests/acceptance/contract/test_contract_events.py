"""Server-sent events: names, ids, resuming, who may listen."""

import threading

import httpx
import pytest
from customers import ENDED, FAR, read_events, refusal

NAMES = {f"job.{name}" for name in ("status", "progress", *ENDED)}


def listen(client, path, last=None, **options):
    headers = {"Last-Event-ID": last} if last is not None else {}
    return client.stream("GET", path, headers=headers, timeout=20, **options)


def test_a_job_is_followed_to_its_end(newcomer):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks)["jobId"]
    with listen(newcomer, f"/api/jobs/{job}/events") as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        events = list(read_events(stream))
    assert {name for _, name, _ in events} <= NAMES
    assert events[0][1] == "job.status"
    assert events[-1][1] == "job.completed"
    assert [name for _, name, _ in events if name == "job.completed"] == ["job.completed"]
    ids = [int(number) for number, _, _ in events]
    assert ids == sorted(set(ids))
    assert {content["job"]["jobId"] for _, _, content in events} == {job}
    progress = [content["job"]["progress"] for _, _, content in events]
    assert progress == sorted(progress)
    assert events[-1][2]["job"] == newcomer.job(job)

    # Whoever comes back with the last id has seen all; without one the end is told again.
    with listen(newcomer, f"/api/jobs/{job}/events", last=str(ids[-1])) as stream:
        assert stream.status_code == 204
    for last in (None, str(ids[0]), "nonsense", "-1", "99999999999999999999999"):
        with listen(newcomer, f"/api/jobs/{job}/events", last=last) as stream:
            told = list(read_events(stream))
        assert [(number, name) for number, name, _ in told] == [(str(ids[-1]), "job.completed")]


def test_a_failed_and_a_cancelled_job_end_their_streams(newcomer, tmp_path):
    failing = newcomer.probe(fail="broken", counter=str(tmp_path / "counter"))["jobId"]
    with listen(newcomer, f"/api/jobs/{failing}/events") as stream:
        assert [name for _, name, _ in read_events(stream)][-1] == "job.failed"
    waiting = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
    with listen(newcomer, f"/api/jobs/{waiting}/events") as stream:
        events = read_events(stream)
        assert next(events)[1] == "job.status"
        newcomer.post(f"/api/jobs/{waiting}/cancel")
        assert next(events)[1] == "job.cancelled"
        assert list(events) == []


def test_all_jobs_are_followed_from_now_on_and_nothing_of_others(newcomer, person):
    before = newcomer.probe()["jobId"]
    newcomer.follow(before)
    stranger = person()
    with listen(newcomer, "/api/events") as stream, listen(stranger, "/api/events") as other:
        mine, theirs = read_events(stream), read_events(other)
        number, name, _ = next(mine)
        assert name is None, "first the id to come back with"
        next(theirs)
        job = newcomer.probe()["jobId"]
        told = []
        while not told or told[-1][1] != "job.completed":
            told.append(next(mine))
        assert {content["job"]["jobId"] for _, _, content in told} == {job}
        assert int(told[0][0]) > int(number)
        own = stranger.probe()["jobId"]
        _, _, first = next(theirs)
        assert first["job"]["jobId"] == own, "the stranger's stream begins with the stranger's job"


def test_what_was_missed_is_told_after_coming_back(newcomer):
    with listen(newcomer, "/api/events") as stream:
        last, _, _ = next(read_events(stream))
    missed = [newcomer.probe()["jobId"] for _ in range(3)]
    for job in missed:
        newcomer.follow(job)
    with listen(newcomer, "/api/events", last=last) as stream:
        events = read_events(stream)
        told = [next(events) for _ in missed]
    assert [name for _, name, _ in told] == ["job.completed"] * 3
    assert {content["job"]["jobId"] for _, _, content in told} == set(missed)


@pytest.mark.parametrize("path", ["/api/events", "/api/jobs/0199aa00-0000-7000-8000-000000000009/events"])
def test_nobody_and_other_pages_hear_nothing(running, newcomer, path):
    refusal(httpx.get(running.url + path), 401, message="Authentication required")
    refusal(httpx.get(running.url + path, headers={"Authorization": "Bearer x"}), 401)
    page = {"Origin": "https://evil.example", "Accept": "text/event-stream"}
    refusal(newcomer.get(path, headers=page), 403, "cross_site_request")
    if "jobs" in path:
        refusal(newcomer.get(path), 404, "job_not_found")


def test_many_listeners_hear_the_same(newcomer):
    job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
    heard, ready = [], threading.Barrier(9)

    def follow():
        with (
            httpx.Client(base_url=newcomer.running.url, headers=newcomer.headers) as client,
            listen(client, f"/api/jobs/{job}/events") as stream,
        ):
            events = read_events(stream)
            names = [next(events)[1]]
            ready.wait(20)
            heard.append(names + [name for _, name, _ in events])

    crowd = [threading.Thread(target=follow) for _ in range(8)]
    for one in crowd:
        one.start()
    ready.wait(20)
    newcomer.post(f"/api/jobs/{job}/cancel")
    for one in crowd:
        one.join(20)
    assert heard == [["job.status", "job.cancelled"]] * 8
