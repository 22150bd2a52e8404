"""The hub that models are fetched from: does it answer, what does a model consist of, and its files.

The protocol is that of huggingface.co, which mirrors speak as well: `/api/models/<name>/revision/main` lists
files with sizes and hashes, `/<name>/resolve/<revision>/<file>` leads to their bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx

from cutroom.base.errors import CutroomError, Limited, Unavailable, Unsupported
from cutroom.base.units import MEBIBYTE
from cutroom.engines.vendors.service import host_and_port
from cutroom.network import NetworkLimits, connect, network_errors, read_retry_after
from cutroom.network.fetch import parse_url

MODEL_MISSING = "model_missing"
"""The code of Unsupported where a model could be fetched; `details["fetches"]` says what."""

_PROBE_SECONDS = 3.0
"""A hub that does not exist is noticed in 0.6 s; one that swallows packets would never be (measured)."""

_LISTING_SECONDS = 30.0
_MOST_LISTING = 16 * MEBIBYTE
_REDIRECTS = 5
_OK, _PARTIAL = 200, 206
_TOO_MANY, _SERVER_ERROR = 429, 500
_LEADS_ON = frozenset({301, 302, 303, 307, 308})
_HIDDEN = frozenset({401, 403, 404, 410})
_REVISION = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True)
class HubFile:
    """A file of a model."""

    name: str
    bytes: int
    sha256: str | None
    """Of large files."""
    git_id: str | None
    """SHA-1 of `blob <bytes>`, a zero byte and the content, of all files."""


@dataclass(frozen=True)
class Listing:
    """A model at one revision, so that a download that is resumed goes on with the same files."""

    revision: str
    files: tuple[HubFile, ...]


def reach(hub: str) -> str | None:
    """Ask whether the hub answers, for at most 3 s.

    Returns:
        None when it does; else why not, in one sentence.
    """
    try:
        place = parse_url(hub)
        with _client(place, _PROBE_SECONDS, _PROBE_SECONDS) as client, _hub_errors(place):
            client.send(client.build_request("HEAD", place), stream=True).close()
    except CutroomError as error:
        return error.message
    return None


def list_files(
    hub: str, name: str, *, seconds: float = _LISTING_SECONDS, idle_seconds: float = _LISTING_SECONDS
) -> Listing:
    """Return what a model consists of.

    Args:
        hub: The hub's address.
        name: `owner/model`.
        seconds: Deadline.
        idle_seconds: Longest silence.

    Raises:
        Unsupported: With code `unknown_model`, or `bad_hub` when the answer makes no sense.
        Limited: When too much is asked of the hub.
        Unavailable: When it does not answer.
    """
    place = parse_url(hub)
    url = place.copy_with(
        path=f"{place.path.rstrip('/')}/api/models/{name}/revision/main", query=b"blobs=true"
    )
    with (
        _client(place, min(seconds, _LISTING_SECONDS), idle_seconds) as client,
        _hub_errors(place),
        client.stream("GET", url) as response,
    ):
        if response.status_code != _OK:
            raise _explain(response, name)
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > _MOST_LISTING:
                raise _senseless(place)
    try:
        return _read_listing(json.loads(body))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _senseless(place) from error


def download(
    hub: str,
    name: str,
    revision: str,
    file: HubFile,
    target: Path,
    *,
    seconds: float,
    idle_seconds: float = 30.0,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Fetch a file, going on where an earlier attempt stopped; what came stays for the next attempt.

    Args:
        hub: The hub's address.
        name: `owner/model`.
        revision: Of the listing.
        file: What to fetch.
        target: Where to write; what lies there already is taken for the beginning.
        seconds: Deadline.
        idle_seconds: Longest silence.
        progress: Told the bytes that are there.

    Raises:
        Unavailable: With code `timeout`, `connection_failed`, `cut_off`, `disk_full` or `server_error`; with
            `broken_download` when the whole has another hash: then nothing is left.
        Unsupported: With code `unknown_model` or `bad_hub`.
    """
    have = target.stat().st_size if target.exists() else 0
    if have > file.bytes:
        target.unlink()
        have = 0
    if have < file.bytes:
        place = parse_url(hub)
        url = place.copy_with(path=f"{place.path.rstrip('/')}/{name}/resolve/{revision}/{file.name}")
        with (
            _client(place, seconds, idle_seconds) as client,
            _hub_errors(place),
            _follow(client, url, have) as response,
        ):
            if response.status_code not in {_OK, _PARTIAL}:
                raise _explain(response, name)
            _append(response, target, have if response.status_code == _PARTIAL else 0, file, progress)
    if not _is_whole(target, file):
        target.unlink()
        message = f"{file.name} of {name} arrived damaged; fetch the model again."
        raise Unavailable(message, code="broken_download")


def _client(place: httpx.URL, seconds: float, idle_seconds: float) -> httpx.Client:
    # The operator chose this address in the settings, so it may be private; where it leads to may not.
    return connect(
        NetworkLimits(
            seconds=seconds,
            connect_seconds=min(seconds, 5.0),
            idle_seconds=idle_seconds,
            allowed_hosts=(host_and_port(place),),
        )
    )


@contextmanager
def _hub_errors(place: httpx.URL) -> Generator[None]:
    with network_errors(f"the model hub {place.host}"):
        yield


@contextmanager
def _follow(client: httpx.Client, url: httpx.URL, have: int) -> Generator[httpx.Response]:
    """Ask for a file from byte `have` on; large ones lie on another host."""
    headers = {"Range": f"bytes={have}-"} if have else {}
    for _ in range(_REDIRECTS + 1):
        with client.stream("GET", url, headers=headers) as response:
            if response.status_code not in _LEADS_ON:
                yield response
                return
            url = parse_url(str(url.join(response.headers.get("Location", ""))))
    message = f"The model hub leads on more than {_REDIRECTS} times; check CUTROOM_MODEL_HUB."
    raise Unsupported(message, code="bad_hub")


def _append(
    response: httpx.Response, target: Path, have: int, file: HubFile, progress: Callable[[int], None] | None
) -> None:
    with target.open("r+b" if have else "wb") as output:
        output.seek(have)
        for piece in response.iter_raw():  # as it comes: what a larger piece would wait for may never come
            if have + len(piece) > file.bytes:
                raise Unsupported(f"The model hub sends more of {file.name} than it has.", code="bad_hub")
            try:
                output.write(piece)
            except OSError as error:
                message = f"{file.name} does not fit on the disk; free some space and fetch the model again."
                raise Unavailable(message, code="disk_full") from error
            have += len(piece)
            if progress:
                progress(have)
    if have < file.bytes:
        message = f"{file.name} was cut off after {have} of {file.bytes} bytes; fetch the model again."
        raise Unavailable(message, code="cut_off")


def _is_whole(path: Path, file: HubFile) -> bool:
    """Compare the hash that the hub gives; without one, the size."""
    if path.stat().st_size != file.bytes:
        return False
    if file.sha256:
        return _hash(path, hashlib.sha256()) == file.sha256
    if file.git_id:
        blob = hashlib.sha1(b"blob %d\0" % file.bytes, usedforsecurity=False)
        return _hash(path, blob) == file.git_id
    return True


def _hash(path: Path, digest: Any) -> str:
    with path.open("rb") as content:
        while piece := content.read(MEBIBYTE):
            digest.update(piece)
    return digest.hexdigest()


def _read_listing(found: Any) -> Listing:
    revision = found["sha"]
    if not isinstance(revision, str) or not _REVISION.fullmatch(revision):
        raise ValueError(revision)
    files: list[HubFile] = []
    for entry in cast("list[dict[str, Any]]", found["siblings"]):
        large: dict[str, Any] = entry.get("lfs") or {}
        size = entry.get("size", large.get("size"))
        if isinstance(size, int) and size >= 0:
            sha256, git_id = large.get("sha256"), None if large else entry.get("blobId")
            files.append(HubFile(str(entry["rfilename"]), size, sha256, git_id))
    return Listing(revision, tuple(files))


def _senseless(place: httpx.URL) -> Unsupported:
    message = f"{place.host} does not answer as a model hub does; check CUTROOM_MODEL_HUB."
    return Unsupported(message, code="bad_hub")


def _explain(response: httpx.Response, name: str) -> CutroomError:
    host, status = response.url.host, response.status_code
    if status in _HIDDEN:
        message = f"The model hub has no model {name} for everybody ({host} says {status}); choose another."
        return Unsupported(message, code="unknown_model")
    wait = read_retry_after(response.headers.get("Retry-After"))
    if status == _TOO_MANY:
        return Limited(f"The model hub {host} asks to come back later.", retry_after=wait)
    if status >= _SERVER_ERROR:
        message = f"The model hub {host} has a fault ({status}); try again later."
        return Unavailable(message, code="server_error", retry_after=wait)
    return Unsupported(f"The model hub {host} answered {status} for {name}.", code="bad_hub")
