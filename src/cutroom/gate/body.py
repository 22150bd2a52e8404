"""Request bodies: 1 MB unless a route streams, and no character that text cannot hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutroom.base.errors import Refused, TooLarge
from cutroom.base.units import MEBIBYTE, human_bytes

MOST_BYTES = MEBIBYTE
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def streams_body(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that reads its body piece by piece and limits it itself."""
    endpoint.streams_body = True  # pyright: ignore[reportFunctionMemberAccess] - functions carry attributes
    return endpoint


def is_streaming(scope: Scope) -> bool:
    """Say whether the route that was chosen for a request limits its body itself."""
    return getattr(scope.get("endpoint"), "streams_body", False)


class BodyLimit:
    """Refuses a body over 1 MB at its announced length, or at the byte that is too much.

    It stands outside the router but looks at the chosen route when the body is first read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with a watched body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _refuse_nul(scope)
        await self._app(scope, _Watched(scope, receive), send)


class _Watched:
    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._seen = 0

    async def __call__(self) -> Message:
        if self._seen == 0 and not is_streaming(self._scope):
            _check(_announced(self._scope))
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if not is_streaming(self._scope):
                _check(self._seen)
        return message


def _check(count: int) -> None:
    if count > MOST_BYTES:
        message = f"The body is larger than {human_bytes(MOST_BYTES)}, the most this route accepts."
        raise TooLarge(message, code="body_too_large", details={"mostBytes": MOST_BYTES})


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _refuse_nul(scope: Scope) -> None:
    # PostgreSQL's text cannot hold it, and no name, id or filter has it.
    if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
        message = "The address contains a NUL character (%00), which no name or id here has."
        raise Refused(message, code="invalid_characters")
