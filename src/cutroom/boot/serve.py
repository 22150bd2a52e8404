"""The API process: the doors on a socket, until a signal asks it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Generator

import uvicorn

from cutroom.base.settings import Settings
from cutroom.boot.application import create_application
from cutroom.boot.platform import Platform
from cutroom.boot.streams import EndingStreams

_KEEP_ALIVE_SECONDS = 30


class _Server(uvicorn.Server):
    """A server whose signals are ours: uvicorn's would end the process before the platform closes."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals alone."""
        yield


async def run_server(settings: Settings, database_url: str, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; open requests then get `drain_seconds`.

    Args:
        settings: The settings of this process.
        database_url: A migrated database.
        listener: A listening socket; closed at the end.

    Raises:
        Unavailable: When the database does not answer at the start.
    """
    platform = await Platform.open(settings, database_url)
    try:
        application = EndingStreams(create_application(platform))
        server = _Server(
            uvicorn.Config(
                application,
                http="httptools",
                ws="none",
                log_config=None,
                log_level=max(logging.WARNING, logging.root.level),  # the supervisor tells starts and stops
                access_log=False,
                server_header=False,
                # A stranger could write them when no proxy stands in front.
                proxy_headers=settings.public_url is not None,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
            )
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _ask_to_stop, server, application)
        await server.serve(sockets=[listener])
    finally:
        await platform.close()


def _ask_to_stop(server: uvicorn.Server, application: EndingStreams) -> None:
    server.should_exit = True
    application.end()
