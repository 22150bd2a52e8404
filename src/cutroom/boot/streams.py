"""End the event streams when the server stops: they would never end by themselves."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EndingStreams:
    """Tells `text/event-stream` responses that their client left, once `end` was called.

    Other responses are left alone: a download under way keeps its time to finish. Clients of
    event streams connect again by themselves.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of an application."""
        self._app = app
        self._streams: set[asyncio.Event] = set()
        self._has_ended = False

    def end(self) -> None:
        """End the streams of now, and those that still begin."""
        self._has_ended = True
        for leaving in self._streams:
            leaving.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; watch those that can become streams."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        leaving = asyncio.Event()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_stream(message):
                self._streams.add(leaving)
                if self._has_ended:
                    leaving.set()
            await send(message)

        async def hear() -> Message:
            return await _first(receive, leaving)

        try:
            await self._app(scope, hear, note)
        finally:
            self._streams.discard(leaving)


def _is_stream(start: Message) -> bool:
    headers: list[tuple[bytes, bytes]] = list(start.get("headers", []))
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers
    )


async def _first(receive: Receive, leaving: asyncio.Event) -> Message:
    heard = asyncio.ensure_future(receive())
    left = asyncio.ensure_future(leaving.wait())
    try:
        await asyncio.wait({heard, left}, return_when=asyncio.FIRST_COMPLETED)
        return heard.result() if heard.done() else {"type": "http.disconnect"}
    finally:
        heard.cancel()
        left.cancel()
