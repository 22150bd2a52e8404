"""`Idempotency-Key`: the same key and request give the first answer again, another request a 409.

The answer is stored in the transaction that makes the thing it tells of: either both are there or
neither is, whatever dies when. Only successes are stored; after an error the key is free again.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Annotated, Any, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Header
from fastapi.encoders import jsonable_encoder
from starlette.requests import Request
from starlette.responses import Response

from cutroom.base.errors import Conflict, Unavailable
from cutroom.base.ids import new_id
from cutroom.database import Connection, Database, Row, execute, fetch_one, fetch_row
from cutroom.gate.body import is_streaming
from cutroom.gate.identity import Caller
from cutroom.gate.platform import platform_of

Answer: TypeAlias = dict[str, Any]
Work: TypeAlias = Callable[[Connection], Awaitable[Answer]]

STALE_SECONDS = 60.0  # silence after which the process of a long request counts as dead
_RENEW_SECONDS = 20.0
KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x20-\x7e]+$",
        description="The same key and request within 24 hours give the first answer again.",
        examples=["0d6e8f1c-upload-17"],
    ),
]


class Once:
    """One request that may be a repetition."""

    def __init__(self, database: Database, owner_id: UUID, request: Request, response: Response) -> None:
        self.database = database
        self.owner_id = owner_id
        self.key: str | None = None
        self._request = request
        self._response = response

    async def run(self, work: Work, *, status: int = 201) -> Answer:
        """Do short work in one transaction, once.

        Args:
            work: Makes the thing on the connection it is given and returns the whole answer.
            status: The answer's status.

        Raises:
            Conflict: `idempotency_mismatch` for another request under the key,
                `idempotency_in_progress` while the first is under way.
        """
        self._response.status_code = status
        async with self.database.transaction() as connection:
            if self.key is None:
                return await work(connection)
            request_hash = await self._fingerprint(None)
            stored = await self._enter(connection, request_hash)
            if stored is not None:
                return self._replay(stored)
            claim_id = await self._claim(connection, request_hash)
            answer = await work(connection)
            await self._store(connection, claim_id, status, answer)
            return answer

    async def claim(self, fingerprint: str | None = None) -> Claim:
        """Begin long work, such as an upload, that needs several transactions.

        Args:
            fingerprint: What tells this request from another, where the body is a stream that
                cannot be read twice; None: the body's hash, or for a stream its announced length.

        Returns:
            A claim. If its `answer` is set, return that; else do the work inside `async with claim:`
            and call `claim.store(connection, answer)` in the transaction that makes the thing.

        Raises:
            Conflict: As `run`.
        """
        if self.key is None:
            return Claim(self, None, None)
        async with self.database.transaction() as connection:
            request_hash = await self._fingerprint(fingerprint)
            stored = await self._enter(connection, request_hash)
            if stored is not None:
                return Claim(self, None, self._replay(stored))
            return Claim(self, await self._claim(connection, request_hash), None)

    async def renew(self, claim_id: UUID) -> None:
        """Say that the work of a claim is still under way."""
        async with self.database.transaction() as connection:
            await execute(connection, "idempotency.renew", claim_id=claim_id, **self._place)

    async def release(self, claim_id: UUID) -> None:
        """Free the key of a claim that came to nothing."""
        async with self.database.transaction() as connection:
            await execute(connection, "idempotency.release", claim_id=claim_id, **self._place)

    async def store(self, connection: Connection, claim_id: UUID | None, status: int, answer: Answer) -> None:
        """Store the answer of a claim in the transaction that makes the thing."""
        self._response.status_code = status
        if claim_id is not None:
            await self._store(connection, claim_id, status, answer)

    @property
    def _place(self) -> dict[str, Any]:
        # Only the key's hash is stored: an API key's secret is derived from the key itself.
        hashed = hashlib.sha256((self.key or "").encode()).hexdigest()
        return {"owner_id": self.owner_id, "key": hashed}

    async def _fingerprint(self, content: str | None) -> str:
        if content is None and is_streaming(self._request.scope):
            # The body may be huge and is read once: its announced length must tell it from another.
            content = self._request.headers.get("content-length", "")
        body = content.encode() if content is not None else await self._request.body()
        head = f"{self._request.method} {self._request.url.path}?{self._request.url.query}\n"
        return hashlib.sha256(head.encode() + body).hexdigest()

    async def _enter(self, connection: Connection, request_hash: str) -> Row | None:
        """Return the row of a finished first request; None: this one is the first."""
        lock = await fetch_row(connection, "idempotency.try_lock", **self._place)
        if not lock["is_locked"]:
            raise _in_progress()
        row = await fetch_one(connection, "idempotency.find", stale_seconds=STALE_SECONDS, **self._place)
        if row is None or row["is_expired"] or (row["status"] is None and row["is_stale"]):
            return None
        if row["request_hash"] != request_hash:
            message = "This Idempotency-Key was used for another request; use a new key for a new request."
            raise Conflict(message, code="idempotency_mismatch")
        if row["status"] is None:
            raise _in_progress()
        return row

    def _replay(self, row: Row) -> Answer:
        self._response.status_code = row["status"]
        self._response.headers["Idempotent-Replayed"] = "true"
        return row["answer"]

    async def _claim(self, connection: Connection, request_hash: str) -> UUID:
        claim_id = new_id()
        await execute(
            connection, "idempotency.claim", request_hash=request_hash, claim_id=claim_id, **self._place
        )
        return claim_id

    async def _store(self, connection: Connection, claim_id: UUID, status: int, answer: Answer) -> None:
        stored = await execute(
            connection,
            "idempotency.store",
            claim_id=claim_id,
            status=status,
            answer=jsonable_encoder(answer),
            **self._place,
        )
        if not stored:
            message = "This request was silent for so long that another with its key has taken over."
            raise Conflict(message, code="idempotency_lost")


class Claim:
    """Long work under a key: it says every 20 s that it lives, and frees the key when it fails."""

    def __init__(self, once: Once, claim_id: UUID | None, answer: Answer | None) -> None:
        self.answer = answer
        self._once = once
        self._claim_id = claim_id
        self._is_stored = False
        self._pulse: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to say that the work lives."""
        if self._claim_id is not None:
            self._pulse = asyncio.create_task(self._beat(self._claim_id))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; free the key unless the work's transaction has committed."""
        if self._pulse is not None:
            self._pulse.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pulse
        if self._claim_id is not None and (kind is not None or not self._is_stored):
            # Harmless after a commit: only a row without an answer is freed.
            # Where the database is away, the key frees itself after 60 s.
            with contextlib.suppress(Unavailable):
                await asyncio.shield(self._once.release(self._claim_id))

    async def store(self, connection: Connection, answer: Answer, *, status: int = 201) -> Answer:
        """Store the answer in the caller's transaction, and return it.

        Raises:
            Conflict: With code `idempotency_lost` when this request was taken for dead meanwhile.
        """
        await self._once.store(connection, self._claim_id, status, answer)
        self._is_stored = True
        return answer

    async def _beat(self, claim_id: UUID) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            # A lost beat is made good by the next: 60 s hold two of them.
            with contextlib.suppress(Exception):
                await self._once.renew(claim_id)


async def single(request: Request, response: Response, user: Caller, key: KeyHeader = None) -> Once:
    """Return the `Once` of a request that creates something for the caller."""
    once = Once(platform_of(request).database, user.user_id, request, response)
    once.key = key
    return once


Single = Annotated[Once, Depends(single)]


async def sweep(connection: Connection) -> int:
    """Delete keys older than 24 hours; return how many. Call it once an hour or so."""
    return await execute(connection, "idempotency.sweep")


def _in_progress() -> Conflict:
    message = "The first request with this Idempotency-Key is still under way; ask again in a second."
    return Conflict(message, code="idempotency_in_progress", retry_after=1)
