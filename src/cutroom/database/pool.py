"""The pool of connections, and the one place where a transaction begins and ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb, JsonbDumper
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from cutroom.base.errors import Unavailable

Row: TypeAlias = DictRow
Connection: TypeAlias = psycopg.AsyncConnection[DictRow]

_OPEN_TIMEOUT = 30.0
_TRUSTED_SECONDS = 1.0  # the look is a round trip, a third of a short transaction's time


_LIVELINESS = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
"""libpq's options that notice a network that is gone, in 25 s; its defaults wait for two hours. They mean
nothing to a unix socket, and what an address says itself holds."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer at the moment; try again in a few seconds."""

    code = "database_unavailable"


class Database:
    """Two pools on one PostgreSQL database. Open it once per process, close it at the end.

    Most work is a transaction. What is a single statement is its own transaction and saves the two
    round trips of begin and commit: `statement`, and the queue, use the second pool.
    """

    def __init__(self, url: str, *, size: int = 8) -> None:
        """Describe the pools; nothing is opened yet.

        Args:
            url: A libpq URI; a unix socket stands in its `host` parameter.
            size: Most connections of each pool at a time.
        """
        self.url = url
        self._address = make_conninfo(url, **(_LIVELINESS | conninfo_to_dict(url)))
        self._returned: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._broke_at = 0.0
        self._transactions = self._pool(size, autocommit=False)
        self.statements = self._pool(size, autocommit=True)
        """Connections in autocommit mode, for the queue."""

    async def open(self) -> None:
        """Connect, waiting half a minute at most.

        Raises:
            DatabaseUnavailable: When no connection could be made.
        """
        try:
            for pool in (self._transactions, self.statements):
                await pool.open(wait=True, timeout=_OPEN_TIMEOUT)
        except PoolTimeout as error:
            raise DatabaseUnavailable from error

    async def close(self) -> None:
        """Close every connection."""
        for pool in (self._transactions, self.statements):
            await pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Lend a connection in a transaction that commits at the end of the block.

        Raises:
            DatabaseUnavailable: When the server is away or the pool stays empty.
        """
        async with self._lend(self._transactions) as connection:
            yield connection

    @asynccontextmanager
    async def statement(self) -> AsyncGenerator[Connection]:
        """Lend a connection on which every statement is a transaction of its own.

        Raises:
            DatabaseUnavailable: As `transaction`.
        """
        async with self._lend(self.statements) as connection:
            yield connection

    def _pool(self, size: int, *, autocommit: bool) -> AsyncConnectionPool[Connection]:
        return AsyncConnectionPool(
            self._address,
            connection_class=psycopg.AsyncConnection[DictRow],
            kwargs={"row_factory": dict_row},
            configure=partial(_configure, autocommit=autocommit),
            check=self._check,
            reset=self._note_return,
            min_size=1,
            max_size=size,
            timeout=10,
            open=False,
        )

    @asynccontextmanager
    async def _lend(self, pool: AsyncConnectionPool[Connection]) -> AsyncGenerator[Connection]:
        try:
            async with pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, PoolTimeout) as error:
            self._broke_at = time.monotonic()
            raise DatabaseUnavailable from error

    async def _note_return(self, connection: Connection) -> None:
        self._returned[connection] = time.monotonic()

    async def _check(self, connection: Connection) -> None:
        """Look whether a connection still lives, unless it did a second ago.

        A restarted server is met by one hurried borrower: after the first connection that breaks,
        none from before is trusted.
        """
        returned = self._returned.get(connection, 0.0)
        if returned <= self._broke_at or time.monotonic() - returned > _TRUSTED_SECONDS:
            await AsyncConnectionPool[psycopg.AsyncConnection[Any]].check_connection(connection)

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncGenerator[AsyncIterator[str]]:
        """Yield the payloads notified on a channel, over a connection of its own.

        The iterator ends by raising DatabaseUnavailable when the server goes away: notifications
        of that time are lost, so the caller re-reads its rows after listening again.
        """
        try:
            connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error
        try:
            await _listen_to(connection, channel)
            yield _payloads(connection)
        finally:
            await asyncio.shield(connection.close())


async def _listen_to(connection: psycopg.AsyncConnection[Any], channel: str) -> None:
    try:
        await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
    except psycopg.OperationalError as error:  # it went away between the two
        raise DatabaseUnavailable from error


async def _payloads(connection: psycopg.AsyncConnection[Any]) -> AsyncGenerator[str]:
    try:
        async for notification in connection.notifies():
            yield notification.payload
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable from error


async def _configure(connection: Connection, *, autocommit: bool) -> None:
    await connection.set_autocommit(autocommit)
    # Dictionaries given as parameters are JSON everywhere in this schema.
    connection.adapters.register_dumper(dict, _JsonDumper)
    connection.prepare_threshold = 2


class _JsonDumper(JsonbDumper):
    def dump(self, obj: object) -> Any:
        return super().dump(Jsonb(obj))
