"""One line in the log per request: who, method, path, status, how long. Never a query string."""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("cutroom.requests")
_LONGEST = 200
_QUIET = ("/api/health", "/metrics", "/static/")


class AccessLog:
    """Logs every request when its answer has ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # 499: the client went away before there was an answer.
        status = 499
        started = time.perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._write(scope, status, time.perf_counter() - started)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        path = shown_path(scope)
        level = logging.DEBUG if path.startswith(_QUIET) else logging.INFO
        state: dict[str, Any] = scope.get("state", {})
        user = state.get("user")
        who = {"user": user.user_id} if user is not None else {}
        milliseconds = round(seconds * 1000, 1)
        _log.log(
            level, "%s %s %s", scope["method"], path, status, extra={"milliseconds": milliseconds, **who}
        )


def shown_path(scope: Scope) -> str:
    """Return the path as it was sent, percent-encoded: it cannot forge a line of the log."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    path = raw.partition(b"?")[0].decode("ascii", "backslashreplace")
    return "".join(character if character.isprintable() else "?" for character in path)[:_LONGEST]
