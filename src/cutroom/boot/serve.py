"""The API process: the doors on a socket, until a signal asks it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Generator

import uvicorn

from cutroom.base.errors import Conflict, Refused
from cutroom.base.settings import Settings
from cutroom.boot.application import create_application
from cutroom.boot.platform import Platform

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 30


def open_listener(host: str, port: int) -> socket.socket:
    """Bind and listen, so that a port in use is known before anything is started.

    Raises:
        Conflict: With code `port_in_use`.
        Refused: With code `bad_address`, when this machine cannot listen there.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        message = f"CUTROOM_HOST is {host!r}, which is no address of this machine ({error.strerror})."
        raise Refused(message, code="bad_address") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _explain(error, host, port) from error
    return listener


def _explain(error: OSError, host: str, port: int) -> Conflict | Refused:
    if error.errno == errno.EADDRINUSE:
        message = (
            f"Port {port} of {host} is in use by another program; stop that one, or choose a free port, "
            f"for example CUTROOM_PORT={port + 1 if port < 65535 else 8420}."  # noqa: PLR2004 - the last port
        )
        return Conflict(message, code="port_in_use")
    if error.errno == errno.EACCES:
        message = f"Only root may listen on port {port}; set CUTROOM_PORT to 1024 or more."
        return Refused(message, code="bad_address")
    message = f"Cutroom cannot listen on {host}, port {port}: {error.strerror}; correct CUTROOM_HOST."
    return Refused(message, code="bad_address")


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
        server = _Server(
            uvicorn.Config(
                create_application(platform),
                http="httptools",
                ws="none",
                log_config=None,
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
            loop.add_signal_handler(number, _ask_to_stop, server)
        await server.serve(sockets=[listener])
    finally:
        await platform.close()


def _ask_to_stop(server: uvicorn.Server) -> None:
    server.should_exit = True
