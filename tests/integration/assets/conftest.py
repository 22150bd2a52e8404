"""A real server on a free port, with the rooms that uploads need, and people who are signed in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn

from cutroom.accounts import platform_secret
from cutroom.api import create_app
from cutroom.base.settings import Settings
from cutroom.database import Database
from cutroom.sandbox import Sandbox
from cutroom.storage import Storage, open_storage


@dataclass
class Place:
    """The open rooms; fits the gate's `Platform` and the library's `Rooms`."""

    settings: Settings
    database: Database
    storage: Storage
    sandbox: Sandbox
    secret: str
    port: int = 0
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def nobody(self) -> httpx.AsyncClient:
        self.clients.append(httpx.AsyncClient(base_url=self.url, timeout=60))
        return self.clients[-1]

    async def person(self, email: str) -> httpx.AsyncClient:
        client = self.nobody()
        body = {"email": email, "password": "correct horse battery"}
        answer = await client.post("/api/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        client.cookies.clear()
        client.headers["authorization"] = f"Bearer {answer.json()['data']['token']}"
        return client

    async def left(self) -> list[Path]:
        """Return every file of the store and the scratch folder that is there after all is done."""
        return [item for item in self.settings.data.rglob("*") if item.is_file()]


@pytest.fixture
def options() -> dict[str, object]:
    """Settings of the server; a test module or a parameter overrides them."""
    return {}


@pytest.fixture
async def place(database, tmp_path, options) -> AsyncIterator[Place]:
    settings = Settings(_env_file=None, data=tmp_path / "data", **options)
    sandbox = Sandbox(["cutroom.media"])
    secret = await platform_secret(database, settings)
    made = Place(settings, database, open_storage(settings), sandbox, secret)
    app = create_app(made, modules=["auth", "keys", "projects", "assets"])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none", http="httptools"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    made.port = server.servers[0].sockets[0].getsockname()[1]
    yield made
    for client in made.clients:
        await client.aclose()
    server.should_exit = True
    await serving
    await sandbox.close()


@pytest.fixture
async def anna(place) -> httpx.AsyncClient:
    return await place.person("anna@example.com")


@pytest.fixture
async def bert(place) -> httpx.AsyncClient:
    return await place.person("bert@example.com")


@pytest.fixture
async def project(anna) -> str:
    answer = await anna.post("/api/projects", json={"name": "Talks"})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["project"]["projectId"]
