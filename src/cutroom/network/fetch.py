"""A file by its address, for people who paste a link instead of uploading."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import httpx

from cutroom.base.errors import CutroomError, Refused, Unavailable
from cutroom.network.client import NetworkLimits, connect, save_body
from cutroom.network.failures import network_errors, read_retry_after

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_URL = 2048
_MAX_PORT = 65535
_OK = 200
_BUSY = 429
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Fetched:
    """What came."""

    url: str
    """Where it finally came from."""
    bytes: int
    content_type: str | None
    """As the server says, without parameters; not to be trusted."""
    name: str
    """A human name from Content-Disposition or the address; without folders; may be empty."""


def fetch_to_file(
    url: str,
    path: Path,
    limits: NetworkLimits,
    progress: Callable[[int, int | None], None] | None = None,
) -> Fetched:
    """Download a file. Synchronous: call it in a thread or a child process.

    Every redirect is checked like the first address. Nothing is left at `path` when it fails.

    Args:
        url: An http or https address without user name and password.
        path: Where to write.
        limits: Deadline, size, redirects, allowed private hosts.
        progress: Told the bytes so far and, where the server said so, in all.

    Raises:
        Refused: With code `bad_url`, `private_address`, `unknown_host`, `too_many_redirects`,
            `url_not_found`, `url_forbidden`, `url_refused` or `unexpected_encoding`.
        TooLarge: When the file is larger than `limits.max_bytes`.
        Unavailable: With code `timeout`, `connection_failed`, `cut_off`, `disk_full`, `busy` or
            `server_error`.
    """
    place = parse_url(url)
    with connect(limits) as client, network_errors(place.host):
        for _ in range(limits.redirects + 1):
            with client.stream("GET", place) as response:
                if response.status_code not in _REDIRECTS:
                    return _save(response, path, limits, progress)
                place = _follow(place, response)
    message = f"The address leads on more than {limits.redirects} times; use the final one."
    raise Refused(message, code="too_many_redirects")


def parse_url(url: str) -> httpx.URL:
    """Read an address and refuse what must not be called.

    Raises:
        Refused: With code `bad_url`.
    """
    if len(url) > _MAX_URL:
        raise Refused(f"The address is longer than {_MAX_URL} characters.", code="bad_url")
    try:
        place = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise Refused("The address cannot be read; write https://host/path.", code="bad_url") from error
    if place.scheme not in {"http", "https"}:
        raise Refused("Only http and https addresses are fetched.", code="bad_url")
    if not place.host:
        raise Refused("The address names no host; write https://host/path.", code="bad_url")
    if place.port is not None and not 0 < place.port <= _MAX_PORT:
        raise Refused(f"The address's port is {place.port}; ports go from 1 to {_MAX_PORT}.", code="bad_url")
    if place.userinfo:
        # Not repeated in the message: it is somebody's password.
        raise Refused("The address holds a user name or password; leave it out.", code="bad_url")
    return place.copy_with(fragment=None)


def _follow(place: httpx.URL, response: httpx.Response) -> httpx.URL:
    target = response.headers.get("Location")
    if not target:
        raise Refused(f"{place.host} leads on to nowhere; check the address.", code="url_refused")
    try:
        joined = str(place.join(target))
    except httpx.InvalidURL as error:
        raise Refused(f"{place.host} leads on to a broken address.", code="bad_url") from error
    following = parse_url(joined)
    if place.scheme == "https" and following.scheme == "http":
        message = f"{place.host} leads from https to http, which is not followed."
        raise Refused(message, code="url_refused")
    return following


def _save(
    response: httpx.Response,
    path: Path,
    limits: NetworkLimits,
    progress: Callable[[int, int | None], None] | None,
) -> Fetched:
    if response.status_code != _OK:
        raise _explain(response)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        message = (
            f"{response.url.host} sends the file packed ({encoding[:20]}) though that was not asked for."
        )
        raise Refused(message, code="unexpected_encoding")
    count = save_body(response, path, limits.max_bytes, progress)
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower() or None
    return Fetched(str(response.url), count, content_type, _name(response))


def _explain(response: httpx.Response) -> CutroomError:
    host, status = response.url.host, response.status_code
    if status in {404, 410}:
        return Refused(f"There is nothing at this address ({host} says {status}).", code="url_not_found")
    if status in {401, 403}:
        message = f"{host} does not give the file to strangers ({status}); use a public link."
        return Refused(message, code="url_forbidden")
    wait = read_retry_after(response.headers.get("Retry-After"))
    if status == _BUSY:
        return Unavailable(f"{host} asks to come back later ({status}).", code="busy", retry_after=wait)
    if status >= _SERVER_ERROR:
        message = f"{host} has a fault ({status}); try again later."
        return Unavailable(message, code="server_error", retry_after=wait)
    return Refused(f"{host} answered {status} instead of the file.", code="url_refused")


def _name(response: httpx.Response) -> str:
    disposition = response.headers.get("Content-Disposition", "")
    extended = re.search(r"filename\*\s*=\s*(?:utf-8|iso-8859-1)''([^;]+)", disposition, re.IGNORECASE)
    plain = re.search(r'filename\s*=\s*(?:"([^"]*)"|([^;]+))', disposition, re.IGNORECASE)
    if extended:
        name = unquote(extended[1])
    elif plain:
        name = plain[1] if plain[1] is not None else plain[2]
    else:
        name = unquote(response.url.path)
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(c for c in last.strip() if c.isprintable())[:200]
