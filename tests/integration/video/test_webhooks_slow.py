"""Webhooks whose receivers take their time hold up nothing else of a worker."""

import asyncio
import socket
import time

import pytest
from films import until
from receiver import receiver

from cutroom.base.ids import new_id
from cutroom.jobs import announcing
from cutroom.jobs.announcing import Announcer
from cutroom.notify import webhooks


@pytest.fixture
def options():
    return {"allowed_hosts": "127.0.0.1"}


async def test_webhooks_slow_receivers_leave_threads_for_files(studio, anna, monkeypatch):
    monkeypatch.setattr(announcing, "_PER_OWNER", 16)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:  # connects, and never answers
        async with studio.database.transaction() as connection:
            for _ in range(16):
                await webhooks.announce(
                    connection,
                    owner_id=anna.user_id,
                    job_id=new_id(),
                    url=f"http://127.0.0.1:{silent.getsockname()[1]}/",
                    event="job.completed",
                    content={"type": "video"},
                )
        announcer = Announcer(studio)
        assert await announcer.deliver() == 16
        await asyncio.sleep(0.5)
        began = time.monotonic()
        await asyncio.to_thread(time.sleep, 0)
        waited = time.monotonic() - began
        announcer.close()
    assert waited < 2


async def test_webhooks_slow_receivers_of_one_owner_hold_up_nobody_else(studio, anna, bert):
    announcer = Announcer(studio)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent, receiver() as quick:
        port = silent.getsockname()[1]
        addresses = [(anna, f"http://127.0.0.1:{port}/")] * 40 + [(bert, quick.url)]
        async with studio.database.transaction() as connection:
            for person, url in addresses:
                await webhooks.announce(
                    connection,
                    owner_id=person.user_id,
                    job_id=new_id(),
                    url=url,
                    event="job.completed",
                    content={"type": "video"},
                )

        async def deliver_on():
            while True:
                await announcer.deliver()
                await asyncio.sleep(0.05)

        delivering = asyncio.create_task(deliver_on())
        await until(lambda: quick.messages)
        delivering.cancel()
        announcer.close()
        rows = (await bert.ask("GET", "/api/webhooks/deliveries"))["deliveries"]
        assert [row["attempts"] for row in rows] == [1]
        rows = (await anna.ask("GET", "/api/webhooks/deliveries", params={"limit": 100}))["deliveries"]
        assert sum(row["attempts"] for row in rows) == 4
