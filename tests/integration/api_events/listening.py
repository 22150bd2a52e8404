"""Jobs as rows, and streams as lists of events."""

import asyncio
import json
from contextlib import asynccontextmanager

from cutroom.base.ids import new_id

INSERT = """
insert into jobs (id, owner_id, kind, input, queue)
values (%(job_id)s, %(owner_id)s, 'noise-removal', '{}', 'media') returning id, version
"""


async def add_job(database, owner_id):
    """Write a job's row; return its id and version."""
    async with database.transaction() as connection:
        cursor = await connection.execute(INSERT, {"job_id": new_id(), "owner_id": owner_id})
        row = await cursor.fetchone()
    return str(row["id"]), row["version"]


async def change(database, job_id, **columns):
    """Change a job's row as a worker would; return its new version."""
    names = ", ".join(f"{name} = %({name})s" for name in columns)
    async with database.transaction() as connection:
        cursor = await connection.execute(
            f"update jobs set {names} where id = %(job_id)s returning version", {"job_id": job_id, **columns}
        )
        return (await cursor.fetchone())["version"]


class Listener:
    """One open stream."""

    def __init__(self, response):
        self.response = response
        self._lines = response.aiter_lines()

    async def hear(self, seconds=5):
        """Return the next (id, name, content); a comment has the name `:`, the end is None."""
        event = {}
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line.startswith(":"):
                    return None, ":", line
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event.keys() & {"id", "data"}:
                    return int(event["id"]), event.get("event"), json.loads(event.get("data", "null"))
                else:
                    event = {}
        return None


@asynccontextmanager
async def listening(client, path="/api/events", last=None):
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    async with client.stream("GET", path, headers=headers) as response:
        yield Listener(response)
