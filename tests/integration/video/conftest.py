"""People who are signed in, on an application whose renders a worker of the same loop does."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import httpx
import pytest

from cutroom.accounts import platform_secret
from cutroom.api import create_app
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.jobs.execute import Executor
from cutroom.jobs.kind import RENDER_QUEUE
from cutroom.jobs.resources import Resources
from cutroom.jobs.watch import Watch
from cutroom.queue import Tickets
from cutroom.sandbox import Sandbox
from cutroom.storage import open_storage

MODULES = [
    "ai",
    "auth",
    "projects",
    "assets",
    "jobs",
    "templates",
    "video",
    "storyboards",
    "webhooks",
    "schedules",
]
ENDED = {"completed", "failed", "cancelled"}


class Studio(Resources):
    """The open rooms; fits the gate's `Platform`."""

    secret: str


class Person:
    """Somebody who is signed in."""

    def __init__(self, client, user_id) -> None:
        self.client, self.user_id = client, user_id

    async def ask(self, method, path, expected=200, **options):
        answer = await self.client.request(method, path, **options)
        assert answer.status_code == expected, answer.text
        return answer.json()["data"] if expected < 300 else answer.json()

    async def generate(self, expected=202, **body):
        return await self.ask("POST", "/api/video/generate", expected, json=body)

    async def seen(self, job_id, condition, seconds=60):
        """Wait until the status is as wanted, and return it."""
        async with asyncio.timeout(seconds):
            while True:
                shown = await self.ask("GET", f"/api/video/status/{job_id}")
                if condition(shown):
                    return shown
                await asyncio.sleep(0.05)

    async def ended(self, job_id):
        return await self.seen(job_id, lambda shown: shown["status"] in ENDED)

    async def job_ended(self, job_id, seconds=90):
        async with asyncio.timeout(seconds):
            while True:
                job = (await self.ask("GET", f"/api/jobs/{job_id}"))["job"]
                if job["status"] in ENDED:
                    return job
                await asyncio.sleep(0.05)

    async def rendered(self, **body):
        """Render to the end; return what the status says, and the job's own output."""
        job_id = (await self.generate(**body))["jobId"]
        shown = await self.ended(job_id)
        assert shown["status"] == "completed", shown
        return shown, (await self.ask("GET", f"/api/jobs/{job_id}"))["job"]["outputData"]

    async def upload(self, name, content):
        made = await self.ask("POST", "/api/projects", 201, json={"name": "Pictures"})
        path = f"/api/projects/{made['project']['projectId']}/assets"
        return (await self.ask("POST", path, 201, files={"file": (name, content)}))["asset"]


@pytest.fixture
def options():
    """Settings of the platform; a test module may say others."""
    return {}


@pytest.fixture
async def studio(database, tmp_path, options):
    defaults = {"disk_reserve_bytes": 0, "render_start_rate": None, "render_processes": 2, "drain_seconds": 0}
    settings = Settings(_env_file=None, data=tmp_path / "data", **(defaults | options))
    tickets = Tickets(database.statements)
    await tickets.open()
    sandbox = Sandbox(["cutroom.media", "cutroom.jobs.film_work"])
    opened = Studio(settings, database, open_storage(settings), tickets, sandbox)
    opened.secret = await platform_secret(database, settings)
    yield opened
    await sandbox.close()
    await tickets.close()


@pytest.fixture
def start_worker(studio):
    """Return a context manager: `async with start_worker() as worker_id` renders."""

    @asynccontextmanager
    async def start():
        worker_id = new_id()
        executor = Executor(studio, worker_id)
        watch = Watch(studio, executor, worker_id, [RENDER_QUEUE, "media"])
        work = studio.tickets.work
        tasks = [
            asyncio.create_task(work([RENDER_QUEUE], 1, executor.run_render_ticket, drain_seconds=0)),
            asyncio.create_task(work(["media"], 2, executor.run_ticket, drain_seconds=0)),
            asyncio.create_task(watch.run()),
        ]
        await watch.beat()
        try:
            yield worker_id
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    return start


@pytest.fixture
async def worker(start_worker):
    async with start_worker() as worker_id:
        yield worker_id


@pytest.fixture
async def people(studio):
    """Return a maker of people."""
    transport = httpx.ASGITransport(create_app(studio, modules=MODULES), client=("127.0.0.1", 1))
    clients = []

    async def make(email):
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost:8420", timeout=60)
        clients.append(client)
        answer = await client.post(
            "/api/auth/register", json={"email": email, "password": "correct horse battery"}
        )
        assert answer.status_code == 201
        return Person(client, answer.json()["data"]["user"]["userId"])

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def anna(people):
    return await people("anna@example.com")


@pytest.fixture
async def bert(people):
    return await people("bert@example.com")
