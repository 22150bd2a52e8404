"""Security headers for every answer, unless a route has set its own."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutroom.base.settings import Settings

_PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# A file opened by itself may play and show itself and do nothing else.
_FILE_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class SecurityHeaders:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._page_policy = page_policy(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and dress its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, dress)

    def _dress(self, headers: MutableHeaders) -> None:
        for name, value in _PLAIN.items():
            headers.setdefault(name, value)
        kind = headers.get("content-type", "")
        is_page = kind.startswith("text/html")
        headers.setdefault("Content-Security-Policy", self._page_policy if is_page else _FILE_POLICY)
        if kind.startswith("application/json"):
            headers.setdefault("Cache-Control", "no-store")


def page_policy(settings: Settings) -> str:
    """Return the policy of our pages: own scripts only, none inline; media also from the storage."""
    media = " ".join(["'self'", "blob:", *_storage_origins(settings)])
    return (
        f"default-src 'self'; img-src {media} data:; media-src {media}; connect-src {media}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _storage_origins(settings: Settings) -> list[str]:
    url = settings.storage_url or ""
    if settings.storage_endpoint:
        parts = urlsplit(settings.storage_endpoint)
        return [f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://*.{parts.netloc}"]
    if url.startswith("supabase://"):
        return ["https://*.supabase.co"]
    if url.startswith("s3://") or settings.s3_bucket:
        return ["https://*.amazonaws.com"]
    return []
