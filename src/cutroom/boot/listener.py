"""The listening socket: opened before anything is started, so that a port in use is said first."""

from __future__ import annotations

import errno
import socket

from cutroom.base.errors import Conflict, Refused

_BACKLOG = 2048


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
