"""How fast the job layer is: submit, pick-up, cancel, throughput, status. Run: python bench/jobs.py"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import struct
import time
import wave
from datetime import UTC, datetime, timedelta

import httpx
import psutil
import psycopg

from running import Connection, Running, percentile, platform

CLIENTS = 8


def row(name: str, value: str, target: str = "") -> None:
    print(f"{name:<46}{value:>26}   {target}", flush=True)


async def post_jobs(running: Running, path: str, body: dict, count: int) -> list[float]:
    """POST `count` jobs from eight clients; return the milliseconds of each."""
    left, spent = iter(range(count)), []

    async def client() -> None:
        async with Connection(running) as connection:
            for _ in left:
                began = time.perf_counter()
                status, answer = await connection.ask("POST", path, body)
                spent.append(1000 * (time.perf_counter() - began))
                assert status == 201, answer

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return spent


def make_asset(running: Running) -> dict:
    """Upload two seconds of a tone; return the body of a noise-removal request for it."""
    path = running.data / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        samples = (int(8000 * math.sin(i / 8)) for i in range(32000))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    with httpx.Client(base_url=running.url, headers=running.headers, timeout=30) as client:
        project = client.post("/api/projects", json={"name": "Bench"}).json()["data"]["project"]
        with path.open("rb") as file:
            answer = client.post(f"/api/projects/{project['projectId']}/assets", files={"file": file})
        asset = answer.json()["data"]["asset"]
    return {"assetId": asset["assetId"], "projectId": asset["projectId"]}


async def pick_ups(running: Running, count: int) -> list[float]:
    """Submit jobs to an idle worker one by one; return milliseconds from submit to start."""
    spent = []
    async with Connection(running) as connection:
        for _ in range(count):
            _, answer = await connection.ask("POST", "/api/probe/noop", {})
            job_id = json.loads(answer)["data"]["job"]["jobId"]
            job = {"status": "pending"}
            while job["status"] != "completed":
                await asyncio.sleep(0.03)
                job = json.loads((await connection.ask("GET", f"/api/jobs/{job_id}"))[1])["data"]["job"]
            with psycopg.connect(running.database_url) as database:
                query = "select extract(epoch from started_at - created_at) from jobs where id = %s"
                spent.append(1000 * float(database.execute(query, (job_id,)).fetchone()[0]))
    return spent


async def cancels(running: Running, count: int) -> list[float]:
    """Cancel jobs whose child sleeps; return milliseconds from the request to the child's death."""
    supervisor, spent = psutil.Process(running.pid), []
    async with Connection(running) as connection:
        for _ in range(count):
            before = {child.pid for child in supervisor.children(recursive=True)}
            _, answer = await connection.ask("POST", "/api/probe/steps", {"body": {"sleep": 60}})
            job_id = json.loads(answer)["data"]["job"]["jobId"]
            children: list[psutil.Process] = []
            for _ in range(1000):
                if children:
                    break
                await asyncio.sleep(0.02)
                _, answer = await connection.ask("GET", f"/api/jobs/{job_id}")
                if json.loads(answer)["data"]["job"]["progress"]:
                    new = (c for c in supervisor.children(recursive=True) if c.pid not in before)
                    children = [
                        child for child in new if child.cpu_times().user < 60 and child.name() != "postgres"
                    ]
            child = children[-1]
            began = time.perf_counter()
            await connection.ask("POST", f"/api/jobs/{job_id}/cancel", {})
            while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 - a foreign process
                await asyncio.sleep(0.001)
            spent.append(1000 * (time.perf_counter() - began))
    return spent


async def throughput(running: Running, count: int) -> float:
    """Queue `count` no-op jobs for two workers; return jobs per second from first start to last end."""
    with psycopg.connect(running.database_url) as database:
        mark = database.execute("select clock_timestamp()").fetchone()[0]
    later = (datetime.now(UTC) + timedelta(seconds=3 + count / 150)).isoformat()
    await post_jobs(running, "/api/probe/noop", {"startAt": later}, count)
    query = """select count(*) filter (where state = 'completed'),
               extract(epoch from max(ended_at) - min(started_at))
        from jobs where created_at > %s and kind = 'probe-noop'"""
    while True:
        await asyncio.sleep(0.5)
        with psycopg.connect(running.database_url) as database:
            done, seconds = database.execute(query, (mark,)).fetchone()
        if done == count:
            return count / float(seconds)


async def status_rate(running: Running, seconds: float) -> tuple[float, float]:
    """GET one job's status from eight clients; return requests per second and p99 milliseconds."""
    async with Connection(running) as connection:
        answer = json.loads((await connection.ask("GET", "/api/jobs?limit=1"))[1])
    path = f"/api/jobs/{answer['data']['jobs'][0]['jobId']}"
    end, spent = time.perf_counter() + seconds, []

    async def client() -> None:
        async with Connection(running) as connection:
            while (began := time.perf_counter()) < end:
                assert (await connection.ask("GET", path))[0] == 200
                spent.append(1000 * (time.perf_counter() - began))

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return len(spent) / seconds, percentile(spent, 99)


async def measure(running: Running, *, short: bool) -> None:
    scale = 1 if short else 4
    body = make_asset(running)
    far = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    await post_jobs(running, "/api/ai/noise-removal", body | {"startAt": far}, 40)  # warm up
    spent = await post_jobs(running, "/api/ai/noise-removal", body | {"startAt": far}, 200 * scale)
    values = f"{percentile(spent, 50):.1f} / {percentile(spent, 99):.1f} ms"
    row(f"POST noise-removal, {CLIENTS} clients, p50 / p99", values, "target p99 < 50 ms")
    rate = 1000 * CLIENTS / (sum(spent) / len(spent))
    row("  the same as jobs per second", f"{rate:.0f}")
    await pick_ups(running, 5)
    spent = await pick_ups(running, 25 * scale)
    values = f"{percentile(spent, 50):.1f} / {percentile(spent, 99):.1f} ms"
    row("submit to started, idle worker, p50 / p99", values, "target p50 < 15 ms")
    spent = await cancels(running, 5 * scale)
    values = f"{percentile(spent, 50):.0f} / {max(spent):.0f} ms"
    row("cancel request to child dead, p50 / max", values, "target < 500 ms")
    rate, slowest = await status_rate(running, 2.0 * scale)
    row(f"GET status, {CLIENTS} clients", f"{rate:.0f} per s, p99 {slowest:.1f} ms")
    with running.worker():
        await asyncio.sleep(4)
        rates = [await throughput(running, 300 * scale) for _ in range(3)]
    row("no-op jobs, 2 workers, median of 3", f"{sorted(rates)[1]:.0f} per s", "target > 300 per s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="A quarter of the requests.")
    arguments = parser.parse_args()
    settings = {"CUTROOM_MAX_UNFINISHED_AI_JOBS": "100000"}
    print(f"{psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f}; everything on this machine")
    with platform(**settings) as running:
        asyncio.run(measure(running, short=arguments.short))


if __name__ == "__main__":
    main()
