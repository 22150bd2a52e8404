"""Telling an owner's server how a job ended: written with its end, sent by the workers."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from cutroom.accounts import platform_secret
from cutroom.database import Connection, Row
from cutroom.jobs.kind import kinds
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import Output
from cutroom.jobs.view import Surroundings, job_view
from cutroom.library.links import Links
from cutroom.notify import webhooks

_AT_A_TIME = 16
_NAMES = (
    "jobId",
    "type",
    "status",
    "progress",
    "projectId",
    "assetId",
    "outputData",
    "errorMessage",
    "error",
    "createdAt",
    "startedAt",
    "completedAt",
)

logger = logging.getLogger(__name__)


async def announce_end(connection: Connection, row: Row) -> None:
    """Write the delivery of a job that ended just now, where its owner wants to be told."""
    if row["webhook_url"] is None:
        return
    view = job_view(row, [], Surroundings(0, has_worker=True))
    await webhooks.announce(
        connection,
        owner_id=row["owner_id"],
        job_id=row["id"],
        url=row["webhook_url"],
        event=f"job.{row['state']}",
        content={name: view[name] for name in _NAMES if name in view},
    )


class Announcer:
    """Sends the deliveries that are due, of every owner."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._links: Links | None = None
        # Their own: receivers that keep us waiting shall not keep the process's other threads.
        self._threads = ThreadPoolExecutor(_AT_A_TIME, "webhook")

    def close(self) -> None:
        """Send nothing more; attempts that are under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def deliver(self) -> int:
        """Make one attempt for each delivery that is due, at most 16; return how many there were."""
        database = self._resources.database
        async with database.transaction() as connection:
            rows = await webhooks.take_due(connection, _AT_A_TIME)
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    async def _send(self, row: Row) -> None:
        settings = self._resources.settings
        async with self._resources.database.transaction() as connection:
            secret = await webhooks.secret_of(connection, row["owner_id"])
            body = webhooks.body_of(row, await self._filled(connection, row))
        headers = webhooks.signed(secret, row["id"], body)
        send = partial(webhooks.post, row["url"], headers, body, settings.allowed_hosts)
        answer = await asyncio.get_running_loop().run_in_executor(self._threads, send)
        async with self._resources.database.transaction() as connection:
            await webhooks.settle(connection, row, answer)
        extra = {"job": row["job_id"], "event": row["event"], "attempt": row["attempts"]}
        if answer.problem is None:
            logger.info("A webhook was delivered.", extra=extra)
        else:
            logger.warning("A webhook was not taken.", extra=extra | {"reason": answer.problem})

    async def _filled(self, connection: Connection, row: Row) -> Output:
        """Return the content with links, which are signed when they are sent: each attempt has fresh ones."""
        content: dict[str, Any] = row["content"]
        kind = kinds.load(content["type"]) if content["type"] in kinds.names() else None
        if kind is None or "outputData" not in content:
            return content
        if self._links is None:
            self._links = Links(await platform_secret(self._resources.database, self._resources.settings))
        try:
            said = await kind.result(connection, row["owner_id"], content["outputData"], self._links)
        except Exception as error:  # noqa: BLE001 - a kind's bug must not keep a delivery from being sent
            logger.warning("A result could not be described.", extra={"reason": str(error)})
            return content
        base = self._resources.settings.base_url
        return content | ({"result": _absolute(said, base)} if said else {})


def _absolute(value: Any, base: str) -> Any:
    """Return a result with whole addresses in the place of paths."""
    if isinstance(value, dict):
        return {name: _absolute(inner, base) for name, inner in value.items()}  # pyright: ignore[reportUnknownVariableType] - any JSON object
    if isinstance(value, list):
        return [_absolute(inner, base) for inner in value]  # pyright: ignore[reportUnknownVariableType] - any JSON array
    return base + value if isinstance(value, str) and value.startswith("/api/") else value
