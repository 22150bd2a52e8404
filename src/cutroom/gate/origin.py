"""Cross-site requests: refused where they could change something, let in from the allow-list.

The decision follows Go's net/http.CrossOriginProtection: a browser says in Sec-Fetch-Site where a
request comes from; older ones say it in Origin, which is compared with Host. A request with neither
does not come from a browser's page, and passes.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutroom.base.errors import Forbidden
from cutroom.base.settings import Settings
from cutroom.gate.envelope import describe, envelope

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_PREFLIGHT_SECONDS = "600"
_EXPOSED = (
    "Retry-After, RateLimit, RateLimit-Policy, Idempotent-Replayed, Location, Content-Range, "
    "Accept-Ranges, Content-Disposition, ETag, Last-Modified, Tus-Resumable, Upload-Offset, "
    "Upload-Length, Upload-Expires, Upload-Metadata"
)
_PORTS = {"http": 80, "https": 443}
_WS_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1


def is_own_site(connection: HTTPConnection, settings: Settings) -> bool:
    """Say whether a request comes from our own pages, an allowed front end, or no page at all."""
    origin = connection.headers.get("origin")
    if origin is not None and is_allowed(origin, settings):
        return True
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or _is_own_origin(origin, connection, settings)


def is_allowed(origin: str, settings: Settings) -> bool:
    """Say whether an origin is on the operator's list."""
    return origin.rstrip("/").lower() in {allowed.lower() for allowed in settings.allowed_origins}


class OriginGate:
    """Refuses cross-site requests that change or hold something; answers preflights; adds CORS headers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass, refuse or answer a request."""
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._answer(request)
        reply = self._with_cors(request.headers, send)
        await (answer or self._app)(scope, receive, reply)

    def _answer(self, request: Request) -> Response | None:
        headers = request.headers
        is_preflight = request.method == "OPTIONS" and "access-control-request-method" in headers
        if is_preflight and "origin" in headers:
            return self._preflight(request)
        # A stream is safe, but holds a connection for as long as the other page likes.
        is_stream = "text/event-stream" in headers.get("accept", "")
        if request.method in _SAFE and not is_stream:
            return None
        if is_own_site(request, self._settings):
            return None
        return envelope(describe(request, _refusal(request)))

    def _preflight(self, request: Request) -> Response:
        if not is_allowed(request.headers["origin"], self._settings):
            return envelope(describe(request, _refusal(request)))
        wanted = request.headers.get("access-control-request-headers", "")
        headers = {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
        if wanted:
            headers["Access-Control-Allow-Headers"] = wanted
        return Response(status_code=204, headers=headers)

    def _with_cors(self, asked: Headers, send: Send) -> Send:
        origin = asked.get("origin")

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start" and self._settings.allowed_origins:
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if origin is not None and is_allowed(origin, self._settings):
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Allow-Credentials"] = "true"
                    headers["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        return reply

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_own_site(HTTPConnection(scope), self._settings):
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": _WS_POLICY_VIOLATION, "reason": "cross-site"})


def _is_own_origin(origin: str, connection: HTTPConnection, settings: Settings) -> bool:
    asked = _parts(origin)
    if asked is None:
        return False
    public = _parts(settings.public_url) if settings.public_url else None
    if public is not None and asked == public:
        return True
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    # TLS may end at a proxy, so an https page of the same host is ours; the other way round it is not.
    return any(
        asked == _parts(f"{known}://{connection.headers.get('host', '')}") for known in {scheme, "https"}
    )


def _parts(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port; None for `null` and everything that is no web origin."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or port is None:
        return None
    return parts.scheme, parts.hostname.lower(), port


def _refusal(connection: HTTPConnection) -> Forbidden:
    origin = connection.headers.get("origin", "another site")[:100]
    message = f"Requests from {origin} are refused; the operator can let it in with CUTROOM_ALLOWED_ORIGINS."
    return Forbidden(message, code="cross_site_request")
