from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from cutroom.accounts import platform_secret
from cutroom.api import create_app
from cutroom.base.settings import Settings
from cutroom.database import Database

PASSWORD = "correct horse battery"


@pytest.fixture
def make_app(database: Database) -> Callable[..., Awaitable[FastAPI]]:
    """Return a maker of applications on the test's database: several are several processes."""

    async def make(**options: object) -> FastAPI:
        settings = Settings(_env_file=None, **options)
        secret = await platform_secret(database, settings)
        platform = SimpleNamespace(settings=settings, database=database, secret=secret)
        return create_app(platform, modules=["auth", "keys"])

    return make


@pytest.fixture
async def make_client(make_app) -> AsyncIterator[Callable[..., Awaitable[httpx.AsyncClient]]]:
    """Return a maker of clients; `address` is where they seem to come from."""
    clients: list[httpx.AsyncClient] = []

    async def make(
        app: FastAPI | None = None, address: str = "127.0.0.1", **options: object
    ) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app or await make_app(**options), client=(address, 1))
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://localhost:8420", timeout=30))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def client(make_client) -> httpx.AsyncClient:
    return await make_client()


@pytest.fixture
def register() -> Callable[..., Awaitable[str]]:
    """Return a function that makes an account and returns its token; the client keeps the cookie."""

    async def sign_up(client: httpx.AsyncClient, email: str = "anna@example.com") -> str:
        answer = await client.post("/api/auth/register", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]["token"]

    return sign_up
