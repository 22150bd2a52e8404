"""A worker in the test's own event loop, on a fresh database, with the probe kinds installed."""

import asyncio
import contextlib
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.jobs.execute import Executor
from cutroom.jobs.kind import kinds
from cutroom.jobs.resources import Resources
from cutroom.jobs.watch import Watch
from cutroom.queue import Tickets
from cutroom.sandbox import Sandbox
from cutroom.storage import open_storage

PLUGINS = str(Path(__file__).parents[2] / "plugins")
QUEUES = ["probe", "media"]


@pytest.fixture(autouse=True)
def probe_kinds(monkeypatch):
    monkeypatch.syspath_prepend(PLUGINS)
    monkeypatch.setenv("PYTHONPATH", PLUGINS)  # for the fork server of the sandbox
    assert "probe-steps" in kinds.names()
    yield
    for name in [name for name in sys.modules if name.startswith("cutroom_probe")]:
        del sys.modules[name]


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(_env_file=None, data=tmp_path / "data", lease_seconds=2, drain_seconds=0)


@pytest.fixture
async def resources(settings, database):
    tickets = Tickets(database.statements)
    await tickets.open()
    sandbox = Sandbox()
    yield Resources(settings, database, open_storage(settings), tickets, sandbox)
    await sandbox.close()
    await tickets.close()


class RunningWorker:
    """A worker of this event loop."""

    def __init__(self, resources: Resources) -> None:
        self.worker_id = new_id()
        self.executor = Executor(resources, self.worker_id)
        self.watch = Watch(resources, self.executor, self.worker_id, QUEUES)


@pytest.fixture
def start_worker(resources):
    """Return a context manager that runs a worker: `async with start_worker() as worker`."""

    @asynccontextmanager
    async def start(*, with_duties=True, concurrency=2):
        worker = RunningWorker(resources)
        tasks = [
            asyncio.create_task(
                resources.tickets.work(QUEUES, concurrency, worker.executor.run_ticket, drain_seconds=0)
            )
        ]
        if with_duties:
            tasks.append(asyncio.create_task(worker.watch.run()))
        try:
            yield worker
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    return start


@pytest.fixture
def owner_id():
    return new_id()
