"""Frames on the socket between a child and its worker: eight bytes of length, then a pickle.

Both ends are one program on one machine under one user; nothing from outside is ever unpickled.
"""

from __future__ import annotations

import asyncio
import pickle
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

_LENGTH = struct.Struct("!Q")
_LARGE = 1 << 20


@dataclass(frozen=True)
class Request:
    """What a child is asked to do: the first and only frame towards it."""

    path: list[str]
    call: bytes
    wants_progress: bool
    log_level: int
    memory_bytes: int


@dataclass(frozen=True)
class Progress:
    """How far the work is: 0 to 1, and a few words."""

    fraction: float
    text: str


@dataclass(frozen=True)
class LogRecord:
    """A record of the child's log, its message already formatted."""

    logger: str
    level: int
    message: str
    fields: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Answer:
    """The function's result, pickled apart so that the frame itself can always be read."""

    value: bytes


@dataclass(frozen=True)
class Raised:
    """A CutroomError of the function, pickled; it travels as it is."""

    error: bytes


@dataclass(frozen=True)
class Broke:
    """Any other exception: a bug. Its trace goes to the worker's log."""

    kind: str
    trace: str


Frame = Progress | LogRecord | Answer | Raised | Broke


def pack(frame: Request | Frame) -> bytes:
    """Write a frame with its length before it."""
    body = pickle.dumps(frame, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def receive_request(link: socket.socket) -> Request | None:
    """Read the request, blocking; None when the worker has given up already."""
    header = _receive_exactly(link, _LENGTH.size)
    if header is None:
        return None
    body = _receive_exactly(link, _LENGTH.unpack(header)[0])
    return None if body is None else pickle.loads(body)  # noqa: S301 - from our own worker


def _receive_exactly(link: socket.socket, count: int) -> bytes | None:
    received = bytearray()
    while len(received) < count:
        piece = link.recv(min(count - len(received), _LARGE))
        if not piece:
            return None
        received += piece
    return bytes(received)


async def read_frame(reader: asyncio.StreamReader, due: float | None) -> Frame | None:
    """Read the next frame of a child.

    Args:
        reader: The worker's end.
        due: Loop time until which the wait may last; None waits for ever.

    Returns:
        None at the end of the stream, whether or not it ended inside a frame.

    Raises:
        TimeoutError: When no frame began until `due`; nothing is lost.
    """
    try:
        async with asyncio.timeout_at(due):
            header = await reader.readexactly(_LENGTH.size)
        body = await reader.readexactly(_LENGTH.unpack(header)[0])
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return await load(body)


async def load(body: bytes) -> Any:
    """Unpickle, in a thread when it is large enough to hold up the event loop (over 1 MB)."""
    if len(body) > _LARGE:
        return await asyncio.to_thread(pickle.loads, body)
    return pickle.loads(body)  # noqa: S301 - from our own child
