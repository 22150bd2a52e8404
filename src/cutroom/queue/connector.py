"""procrastinate's way to the database, patient: its worker ends at the first error, and with it every run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import procrastinate
import psycopg
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException

T = TypeVar("T")

_OUTAGE_SECONDS = 60.0  # after a longer one the worker ends, and whoever watches it starts it again
_PAUSE_SECONDS = 0.5

logger = logging.getLogger(__name__)


class PatientConnector(procrastinate.PsycopgConnector):
    """Asks again while the database is away.

    A statement whose answer was lost may so run twice: a ticket is then fetched for nobody, which
    harms nothing (see `cutroom.queue.tickets`). Statements on a caller's own connection are the
    caller's to repeat.
    """

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Run a query for its effect."""
        await _patiently(lambda: super(PatientConnector, self).execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """Run a query for one row."""
        return await _patiently(
            lambda: super(PatientConnector, self).execute_query_one_async(query, **arguments)
        )

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """Run a query for all rows."""
        return await _patiently(
            lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments)
        )

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen until cancelled; what is missed in an outage is found by polling."""
        wanted = list(channels)
        while True:
            try:
                await super().listen_notify(on_notification, wanted)
            except ConnectorException as error:
                if not _is_outage(error):
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    loop = asyncio.get_running_loop()
    end = loop.time() + _OUTAGE_SECONDS
    while True:
        try:
            return await ask()
        except ConnectorException as error:
            if not _is_outage(error) or loop.time() > end:
                raise
            logger.warning(
                "The queue lost the database; asking again.", extra={"reason": str(error.__cause__)}
            )
        await asyncio.sleep(_PAUSE_SECONDS)


def _is_outage(error: ConnectorException) -> bool:
    return isinstance(error.__cause__, psycopg.OperationalError)
