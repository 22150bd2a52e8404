"""Clients for outgoing calls: one deadline for all of a call, and bodies that cannot grow without end."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from cutroom.base.errors import TooLarge, Unavailable
from cutroom.base.units import GIBIBYTE, human_bytes
from cutroom.network.addresses import AllowList
from cutroom.network.transport import CheckedTransport, Deadline

USER_AGENT = "cutroom"

_CHUNK = 1 << 16


@dataclass(frozen=True)
class NetworkLimits:
    """How long, how much, and to whom."""

    seconds: float = 600.0
    """For everything together, from the first look-up to the last byte."""
    connect_seconds: float = 5.0
    idle_seconds: float = 30.0
    """For a single wait: between two pieces of an answer, or for its beginning."""
    max_bytes: int = 20 * GIBIBYTE
    """Of an answer's body."""
    redirects: int = 5
    allowed_hosts: tuple[str, ...] = ()
    """Private addresses that may be called all the same; see `AllowList`."""


def connect(limits: NetworkLimits, *, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """Return a client for one call, or a few that share a deadline; the caller closes it.

    Redirects are not followed, cookies are not kept between calls of different clients, the environment's
    proxies and `.netrc` are not read.

    Raises:
        Refused: With code `bad_allow_list`.
    """
    timeout = httpx.Timeout(limits.idle_seconds, connect=limits.connect_seconds)
    transport = CheckedTransport(AllowList(limits.allowed_hosts), Deadline(limits.seconds))
    return httpx.Client(
        transport=transport,
        timeout=timeout,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})},
        follow_redirects=False,
        trust_env=False,
    )


def save_body(
    response: httpx.Response,
    path: Path,
    max_bytes: int,
    progress: Callable[[int, int | None], None] | None = None,
) -> int:
    """Stream a body to a file; nothing is left behind when it fails.

    Args:
        response: A streamed answer, its body unread.
        path: Where to write; overwritten.
        max_bytes: The most that is accepted.
        progress: Told the bytes so far and, where the server said so, in all.

    Returns:
        The number of bytes.

    Raises:
        TooLarge: When there is more, by the header or in fact.
        Unavailable: With code `cut_off` when less came than was announced, `disk_full` when it does not fit.
    """
    announced = response.headers.get("Content-Length", "")
    total = int(announced) if announced.isdecimal() else None
    if total is not None and total > max_bytes:
        raise _too_large(max_bytes)
    try:
        count = _copy(response, path, max_bytes, lambda done: progress and progress(done, total))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if total is not None and count != total:
        path.unlink(missing_ok=True)
        message = f"The answer was cut off after {human_bytes(count)} of {human_bytes(total)}; try again."
        raise Unavailable(message, code="cut_off")
    return count


def _copy(response: httpx.Response, path: Path, max_bytes: int, progress: Callable[[int], object]) -> int:
    count = 0
    # Raw: an encoding was not asked for, and a body that unpacks itself has no honest size.
    with path.open("wb") as file:
        for piece in response.iter_raw(_CHUNK):
            count += len(piece)
            if count > max_bytes:
                raise _too_large(max_bytes)
            _write(file.fileno(), piece)
            progress(count)
    return count


def _write(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    try:
        while view:
            view = view[os.write(descriptor, view) :]
    except OSError as error:
        message = "The download does not fit on the disk; free some space and try again."
        raise Unavailable(message, code="disk_full") from error


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        f"The file behind the address is larger than {human_bytes(max_bytes)}; choose a smaller one."
    )
