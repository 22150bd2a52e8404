"""Telling an owner's server how a job ended: written with its end, sent by the workers."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

from cutroom.accounts import platform_secret
from cutroom.base.errors import CutroomError
from cutroom.database import Connection, Row
from cutroom.jobs.kind import kinds
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import Output
from cutroom.jobs.view import Surroundings, job_view
from cutroom.library.links import Links
from cutroom.notify import webhooks

_AT_A_TIME = 32
_PER_OWNER = 4
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
        self._sending: dict[asyncio.Task[None], UUID] = {}
        """The attempts that are under way, with their owners."""

    def close(self) -> None:
        """Send nothing more; what is under way is sent again, under its id, unless it ends by itself."""
        for task in self._sending:
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def deliver(self) -> int:
        """Begin an attempt for each delivery that is due and has its turn; return how many began.

        At most 32 are under way, 4 of one owner: who has a slow receiver waits alone.
        """
        free = _AT_A_TIME - len(self._sending)
        if not free:
            return 0
        under_way = Counter(self._sending.values())
        async with self._resources.database.transaction() as connection:
            rows = await webhooks.take_due(connection, free, _PER_OWNER, under_way)
        for row in rows:
            task = asyncio.create_task(self._attempt(row), name=f"webhook {row['id']}")
            self._sending[task] = row["owner_id"]
            task.add_done_callback(self._sending.pop)
        return len(rows)

    async def _attempt(self, row: Row) -> None:
        """Send once; what fails here by itself is tried again when its lease is over."""
        try:
            await self._send(row)
        except CutroomError as error:
            logger.warning(
                "A webhook could not be sent.", extra={"job": row["job_id"], "reason": error.message}
            )
        except Exception:
            logger.exception("A webhook failed by a bug.", extra={"job": row["job_id"]})

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
        except Exception:  # a kind's bug must not keep a delivery from being sent
            logger.exception("A result could not be described.")
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
