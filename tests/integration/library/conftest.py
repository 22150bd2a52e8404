"""A user with a project, a local store, and ways to put rows where the jobs room would."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.database import Connection, Database
from cutroom.library import assets, files, projects
from cutroom.sandbox import Sandbox
from cutroom.storage import Storage, open_storage


@dataclass
class Library:
    """The rooms of an upload; fits `library.rooms.Rooms`."""

    settings: Settings
    database: Database
    storage: Storage
    sandbox: Sandbox
    folder: Path
    owner_id: UUID
    project_id: UUID

    async def stored(self, content: bytes, **options) -> files.StoredFile:
        path = self.folder / f"in-{new_id()}"
        path.write_bytes(content)
        return await files.keep(self.database, self.storage, self.owner_id, path, **options)

    async def asset(self, content: bytes = b"sound", **fields) -> UUID:
        kept = await self.stored(content)
        async with self.database.transaction() as connection:
            row = await assets.create(
                connection,
                **{
                    "project_id": self.project_id,
                    "owner_id": self.owner_id,
                    "name": "talk.wav",
                    "mime_type": "audio/wav",
                    "kind": "audio",
                    "file_id": kept.file_id,
                    "media": {"hasAudio": True, "duration": 1.0},
                    **fields,
                },
            )
        return row["id"]

    async def job(self, connection: Connection, asset_id: UUID | None, state: str = "pending") -> UUID:
        job_id = new_id()
        await connection.execute(
            "insert into jobs (id, owner_id, kind, project_id, asset_id, input, queue, state)"
            " values (%s, %s, 'noise-removal', %s, %s, '{}', 'q', %s)",
            (job_id, self.owner_id, self.project_id, asset_id, state),
        )
        return job_id

    async def keys(self) -> list[str]:
        return [entry.key async for entry in self.storage.keys("files")]


async def new_user(database: Database, email: str) -> UUID:
    user_id = new_id()
    async with database.transaction() as connection:
        await connection.execute("insert into users (id, email) values (%s, %s)", (user_id, email))
    return user_id


@pytest.fixture
def stranger(database) -> Callable[[], Awaitable[UUID]]:
    return lambda: new_user(database, "stranger@example.com")


@pytest.fixture
async def library(database, tmp_path) -> AsyncIterator[Library]:
    owner_id = await new_user(database, "owner@example.com")
    async with database.transaction() as connection:
        project = await projects.create(connection, owner_id=owner_id, name="Talks")
    settings = Settings(_env_file=None, data=tmp_path / "data", disk_reserve_bytes=0)
    sandbox = Sandbox()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    yield Library(settings, database, open_storage(settings), sandbox, inbox, owner_id, project["id"])
    await sandbox.close()
