"""Kill -9 of worker, API and database at random moments: nothing lost, no finished step repeated.

python bench/chaos.py                 20 kills
python bench/chaos.py --rounds 500    the long form, some 20 minutes
python bench/chaos.py --seed 7        the same moments again
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import secrets
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil
import psycopg

from running import Running, platform

VICTIMS = ("worker", "serve", "postgres")
JOBS_AT_A_TIME = 8
SETTLE_SECONDS = 90.0


def part(running: Running, name: str) -> psutil.Process | None:
    """Return the supervisor's child of that name."""
    for child in psutil.Process(running.pid).children():
        with contextlib.suppress(psutil.Error):
            words = child.cmdline()
            if name in words or (words and Path(words[0]).name == name):
                return child
    return None


async def kill(running: Running, name: str) -> None:
    """Kill a part of the platform and wait until another process has taken its place."""
    victim = part(running, name)
    if victim is None:
        return
    victim.kill()
    for _ in range(600):
        await asyncio.sleep(0.05)
        fresh = part(running, name)
        if fresh is not None and fresh.pid != victim.pid:
            return
    raise SystemExit(f"{name} did not come back within 30 s")


class Customer:
    """Submits jobs as a careful client does: with a key, again after every lost answer."""

    def __init__(self, running: Running, ledger: Path) -> None:
        self.accepted: set[str] = set()
        self.is_done = False
        self._running = running
        self._body = {"body": {"ledger": str(ledger), "sleep": 0.15}}

    async def run(self) -> None:
        async with httpx.AsyncClient(base_url=self._running.url, timeout=5) as client:
            client.headers.update(self._running.headers)
            while not self.is_done:
                if await self._unfinished(client) < JOBS_AT_A_TIME:
                    await self._submit(client)
                await asyncio.sleep(0.05)

    async def _unfinished(self, client: httpx.AsyncClient) -> int:
        with contextlib.suppress(httpx.TransportError, ValueError, KeyError):
            answer = await client.get("/api/jobs", params={"limit": 50})
            return sum(job["status"] in {"pending", "processing"} for job in answer.json()["data"]["jobs"])
        return JOBS_AT_A_TIME

    async def _submit(self, client: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": secrets.token_hex(8)}
        while not self.is_done:
            with contextlib.suppress(httpx.TransportError, ValueError):
                answer = await client.post("/api/probe/steps", json=self._body, headers=headers)
                if answer.status_code == 201:
                    self.accepted.add(answer.json()["data"]["job"]["jobId"])
                    return
            await asyncio.sleep(0.1)


def verify(running: Running, accepted: set[str], ledger: Path) -> list[str]:
    """Return what is wrong; an empty list is the proof."""
    with psycopg.connect(running.database_url) as database:
        jobs = {str(i): state for i, state in database.execute("select id, state from jobs").fetchall()}
        query = "select job_id, name, extract(epoch from ended_at) from steps"
        ended = {(str(job), name): float(at) for job, name, at in database.execute(query).fetchall()}
        count = database.execute("select count(*) from steps").fetchone()[0]
    wrong = [f"job {job} was accepted and is gone" for job in accepted - set(jobs)]
    wrong += [f"job {job} is {state}" for job, state in jobs.items() if state != "completed"]
    if count != 3 * len(jobs) or len(ended) != count:
        wrong.append(f"{len(jobs)} jobs have {count} step records, {len(ended)} of them distinct")
    starts = [line.split() for line in ledger.read_text().splitlines()]
    wrong += [
        f"step {name} of {job} ran again after it had finished"
        for job, name, _pid, at in starts
        if float(at) > ended.get((job, name), float("inf"))
    ]
    left = [str(path) for path in (running.data / "scratch" / "steps").rglob("*") if path.is_file()]
    wrong += [f"{path} was left behind" for path in left]
    again = Counter((job, name) for job, name, *_ in starts)
    print(f"{len(jobs)} jobs, {count} steps, {sum(n > 1 for n in again.values())} begun again after a kill")
    return wrong


async def settle(running: Running) -> None:
    """Wait until every job has ended."""
    end = time.monotonic() + SETTLE_SECONDS
    query = "select count(*) from jobs where state in ('pending', 'processing', 'suspended')"
    while time.monotonic() < end:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(running.database_url) as database:
            if database.execute(query).fetchone()[0] == 0:
                return
        await asyncio.sleep(0.2)


async def torture(running: Running, rounds: int, seed: int) -> list[str]:
    ledger = running.data / "ledger"
    ledger.touch()
    dice, customer, kills = random.Random(seed), Customer(running, ledger), Counter()
    work = asyncio.create_task(customer.run())
    for _ in range(rounds):
        await asyncio.sleep(dice.uniform(0.2, 2.5))
        victim = dice.choice(VICTIMS)
        kills[victim] += 1
        await kill(running, victim)
    customer.is_done = True
    await work
    await settle(running)
    print(f"seed {seed}: killed {json.dumps(kills)}")
    return verify(running, customer.accepted, ledger)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    arguments = parser.parse_args()
    # Workers here die far more often than any job could be blamed for.
    settings = {"CUTROOM_MAX_TAKEOVERS": "1000", "CUTROOM_LEASE_SECONDS": "2"}
    with platform(**settings) as running:
        wrong = asyncio.run(torture(running, arguments.rounds, arguments.seed))
    for line in wrong[:20]:
        print("WRONG:", line)
    if wrong:
        raise SystemExit(1)
    print("nothing lost, nothing repeated, nothing left behind")


if __name__ == "__main__":
    main()
