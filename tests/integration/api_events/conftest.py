"""The whole application on a free port in the test's own event loop, with a person who listens."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest
import uvicorn

from cutroom.accounts import Accounts
from cutroom.api import create_app
from cutroom.base.settings import Settings
from cutroom.boot.platform import Platform


@pytest.fixture
async def opened(database_url, tmp_path):
    platform = await Platform.open(Settings(_env_file=None, data=tmp_path / "data"), database_url)
    yield platform
    await platform.close()


@pytest.fixture
async def server(opened):
    config = uvicorn.Config(create_app(opened), port=0, log_config=None, ws="none")
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    while not running.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    await serving


@pytest.fixture
async def make_listener(opened, server):
    """Return a maker of people with a client of their own."""
    made = []

    async def make(email="anna@example.com"):
        accounts = Accounts(opened.database, opened.settings, opened.secret)
        signed_in = await accounts.register(email, "correct horse battery", None)
        headers = {"Authorization": f"Bearer {signed_in.token}"}
        client = httpx.AsyncClient(base_url=server, headers=headers, timeout=20)
        made.append(client)
        return SimpleNamespace(user_id=signed_in.user.user_id, client=client)

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
async def anna(make_listener):
    return await make_listener()
