"""A program's view of a running platform, for the commands that ask it over HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from cutroom.accounts import Accounts
from cutroom.accounts.secret import platform_secret
from cutroom.base.errors import CutroomError, Failed, NotFound, Refused, Unauthenticated, Unavailable
from cutroom.base.settings import Settings
from cutroom.boot.tables import find_database_url
from cutroom.database import Database

Json = dict[str, Any]

_TIMEOUT = httpx.Timeout(30, connect=5)
_EVENT_SILENCE = 60.0  # the server says something every 15 s
_RECONNECTS = 30
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_KINDS: dict[int, type[CutroomError]] = {400: Refused, 401: Unauthenticated, 404: NotFound, 503: Unavailable}


class Client:
    """One signed-in caller of a platform."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def ask(self, method: str, path: str, **options: Any) -> Json:
        """Send a request and return the envelope's data.

        Raises:
            Unavailable: When nothing answers at that address.
            CutroomError: What the platform says.
        """
        try:
            response = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise _not_running(self._http) from error
        return _data(response)

    def follow(self, job_id: str) -> Iterator[Json]:
        """Yield a job whenever it changes, until it has ended; a lost connection is made again."""
        headers = {"Accept": "text/event-stream"}
        for _ in range(_RECONNECTS):
            try:
                for event_id, job in self._events(job_id, headers):
                    headers["Last-Event-ID"] = event_id
                    yield job
                    if job["status"] in {"completed", "failed", "cancelled"}:
                        return
            except httpx.TransportError:
                time.sleep(1)
        raise _not_running(self._http)

    def _events(self, job_id: str, headers: dict[str, str]) -> Iterator[tuple[str, Json]]:
        timeout = httpx.Timeout(_EVENT_SILENCE, connect=5)
        with self._http.stream(
            "GET", f"/api/jobs/{job_id}/events", headers=headers, timeout=timeout
        ) as response:
            if response.is_error:
                response.read()
                _data(response)
            event_id = ""
            for line in response.iter_lines():
                if line.startswith("id: "):
                    event_id = line[4:]
                elif line.startswith("data: "):
                    yield event_id, json.loads(line[6:])["job"]


@contextmanager
def connect(settings: Settings) -> Generator[Client]:
    """Talk to CUTROOM_URL with CUTROOM_API_KEY; without a key, to this machine's platform as its operator.

    Raises:
        Refused: With code `api_key_needed`: this machine's operator is nobody elsewhere, and a session
            must not be sent there.
        CutroomError: When there is neither a key nor a platform on this machine.
    """
    base_url = (settings.url or settings.base_url).rstrip("/")
    if settings.api_key:
        with _http(base_url, settings.api_key.get_secret_value()) as http:
            yield Client(http)
        return
    if urlsplit(base_url).hostname not in _LOOPBACK and base_url != settings.base_url:
        message = (
            f"CUTROOM_URL is {base_url}, another machine's; set CUTROOM_API_KEY to a key that was made there."
        )
        raise Refused(message, code="api_key_needed")
    database_url = find_database_url(settings)
    token = asyncio.run(_with_accounts(settings, database_url, None))
    try:
        with _http(base_url, token) as http:
            yield Client(http)
    finally:
        asyncio.run(_with_accounts(settings, database_url, token))


def _http(base_url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT)


async def _with_accounts(settings: Settings, database_url: str, token: str | None) -> str:
    """Open a session of the operator, or end the one of `token`."""
    database = Database(database_url, size=1)
    try:
        await database.open()
        accounts = Accounts(database, settings, await platform_secret(database, settings))
        if token is not None:
            await accounts.sign_out(token)
            return token
        link = urlsplit(await accounts.make_link())
        return (await accounts.sign_in_by_link(parse_qs(link.query)["token"][0])).token
    finally:
        await database.close()


def _data(response: httpx.Response) -> Json:
    try:
        envelope: Json = response.json()
    except ValueError:
        raise Failed(f"{response.url.host} answered {response.status_code} without JSON.") from None
    if response.is_error:
        kind = _KINDS.get(response.status_code, CutroomError)
        raise kind(envelope["message"], code=envelope["code"], details=envelope.get("details"))
    return envelope["data"]


def _not_running(http: httpx.Client) -> Unavailable:
    return Unavailable(
        f"Nothing answers at {http.base_url}; start it with `cutroom up`, or set CUTROOM_URL.",
        code="not_running",
    )
