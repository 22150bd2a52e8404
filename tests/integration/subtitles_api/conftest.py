"""People who are signed in, on an application that takes uploads and has subtitles."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest

from cutroom.accounts import platform_secret
from cutroom.api import create_app
from cutroom.base.settings import Settings
from cutroom.sandbox import Sandbox
from cutroom.storage import open_storage

SRT = """1
00:00:01,000 --> 00:00:03,000
Hello <i>there</i>.

2
00:00:04,000 --> 00:00:06,000
This is the second cue.

3
0:0:7 -> 0:0:9
And the third.
"""


class Person:
    """Somebody who is signed in, with a project."""

    def __init__(self, client: httpx.AsyncClient, project_id: str) -> None:
        self.client, self.project_id = client, project_id

    async def upload(self, name: str, content: bytes) -> dict:
        path = f"/api/projects/{self.project_id}/assets"
        answer = await self.client.post(path, files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]["asset"]

    async def ask(self, method: str, path: str, expected: int = 200, **options) -> dict:
        answer = await self.client.request(method, f"/api/subtitles{path}", **options)
        assert answer.status_code == expected, answer.text
        return answer.json()["data"] if expected < 300 else answer.json()

    async def create(self, expected: int = 201, **fields) -> dict:
        return await self.ask("POST", "", expected, json={"projectId": self.project_id, **fields})

    async def imported(self, content: str = SRT, **fields) -> dict:
        asset = await self.upload("talk.en.srt", content.encode())
        return (await self.create(assetId=asset["assetId"], **fields))["subtitles"]

    async def edit(self, subtitles: dict, *edits: dict, expected: int = 200) -> dict:
        body = {"revision": subtitles["revision"], "edits": list(edits)}
        return await self.ask("POST", f"/{subtitles['subtitlesId']}/edits", expected, json=body)


@pytest.fixture
async def people(database, tmp_path) -> AsyncIterator:
    """Return a maker of people on one application with storage and sandbox."""
    settings = Settings(_env_file=None, data=tmp_path / "data", disk_reserve_bytes=0)
    sandbox = Sandbox(["cutroom.media"])
    platform = SimpleNamespace(
        settings=settings,
        database=database,
        storage=open_storage(settings),
        sandbox=sandbox,
        secret=await platform_secret(database, settings),
    )
    transport = httpx.ASGITransport(
        create_app(platform, modules=["auth", "projects", "assets", "subtitles"]), client=("127.0.0.1", 1)
    )
    clients: list[httpx.AsyncClient] = []

    async def make(email: str) -> Person:
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost:8420", timeout=30)
        clients.append(client)
        person = {"email": email, "password": "correct horse battery"}
        assert (await client.post("/api/auth/register", json=person)).status_code == 201
        made = await client.post("/api/projects", json={"name": "Talks"})
        return Person(client, made.json()["data"]["project"]["projectId"])

    yield make
    for client in clients:
        await client.aclose()
    await sandbox.close()


@pytest.fixture
async def anna(people) -> Person:
    return await people("anna@example.com")
