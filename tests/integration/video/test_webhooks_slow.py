"""Webhooks whose receivers take their time hold up nothing else of a worker."""

import asyncio
import contextlib
import socket
import time

import pytest

from cutroom.base.ids import new_id
from cutroom.jobs.announcing import Announcer
from cutroom.notify import webhooks


@pytest.fixture
def options():
    return {"allowed_hosts": "127.0.0.1"}


async def test_webhooks_slow_receivers_leave_threads_for_files(studio, anna):
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
        sending = asyncio.create_task(announcer.deliver())
        await asyncio.sleep(0.5)
        began = time.monotonic()
        await asyncio.to_thread(time.sleep, 0)
        waited = time.monotonic() - began
        sending.cancel()
        announcer.close()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    assert waited < 2
