"""Stored bytes as answers: in ranges, under a human name, and never as a page that could run."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from cutroom.api.ranges import Unsatisfiable, holds_if_range, http_date, is_unchanged, parse_range
from cutroom.gate import Failure
from cutroom.storage import Storage

# What browsers show without running anything in it. SVG, HTML, XML and PDF are not among them.
INLINE_TYPES = frozenset(
    {
        "application/json",
        "audio/aac",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/vtt",
        "video/mp4",
        "video/mpeg",
        "video/ogg",
        "video/quicktime",
        "video/webm",
        "video/x-matroska",
    }
)
_OPAQUE = "application/octet-stream"
# A sandboxed document has no origin, no scripts and no forms; the rest lets a player show itself.
POLICY = (
    "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Served:
    """Bytes in storage and what is said about them."""

    storage_key: str
    sha256: str
    bytes: int
    mime_type: str
    name: str
    modified: datetime

    @property
    def etag(self) -> str:
        """A strong validator: equal content has an equal one, whatever its name."""
        return f'"{self.sha256}"'


async def serve(
    request: Request, storage: Storage, served: Served, *, is_cacheable: bool, download: bool = False
) -> Response:
    """Answer a GET or HEAD for stored bytes: 200, 206, 304 or 416.

    Args:
        request: With its `Range` and conditions.
        storage: Where the bytes are.
        served: Which bytes.
        is_cacheable: The address itself grants access, so that a browser may keep the answer; else
            it must ask each time whether the caller still may see it.
        download: Save it instead of showing it, whatever it is.

    Raises:
        NotFound: With code `file_missing`, when the bytes are gone; further `Storage.read`.
    """
    headers = _headers(served, is_cacheable=is_cacheable, download=download)
    modified = served.modified.astimezone(UTC)
    if is_unchanged(request.headers, served.etag, modified):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(headers={**headers, "Content-Length": str(served.bytes)})
    start, end, status = 0, served.bytes, 200
    try:
        # Other methods have no ranges (RFC 9110, 14.2).
        asked = parse_range(request.headers.get("range", ""), served.bytes)
    except Unsatisfiable:
        asked = (0, 0)
    if asked is not None and holds_if_range(request.headers, served.etag, modified):
        if asked == (0, 0):
            return _outside(served)
        (start, end), status = asked, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{served.bytes}"
    headers["Content-Length"] = str(end - start)
    # The first block is read before the answer begins, so that missing bytes are still a clean error.
    blocks = storage.read(served.storage_key, start, end)
    first = await anext(blocks, b"")
    return StreamingResponse(_stream(first, blocks), status, headers)


def disposition(name: str, *, inline: bool) -> str:
    """Write `Content-Disposition` (RFC 6266): a name for old clients, and the true one in UTF-8."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    kind = "inline" if inline else "attachment"
    # RFC 8187: attr-char is narrower than what `quote` leaves alone, so nothing is but these.
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='!#$&+^`|')}"


def with_suffix(name: str, mime_type: str) -> str:
    """Return a name that says what the file is, where it has no suffix at all."""
    suffix = mimetypes.guess_extension(mime_type)
    return name if "." in name or suffix is None else f"{name}{suffix}"


def _headers(served: Served, *, is_cacheable: bool, download: bool) -> dict[str, str]:
    is_safe = served.mime_type in INLINE_TYPES
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600" if is_cacheable else "private, no-cache",
        "Content-Disposition": disposition(
            with_suffix(served.name, served.mime_type), inline=is_safe and not download
        ),
        "Content-Security-Policy": POLICY,
        "Content-Type": served.mime_type if is_safe else _OPAQUE,
        "ETag": served.etag,
        "Last-Modified": http_date(served.modified.astimezone(UTC)),
        "X-Content-Type-Options": "nosniff",
    }


def _outside(served: Served) -> Response:
    message = f"The file has {served.bytes} bytes; the range asked for holds none of them."
    failure = Failure(416, message, "invalid_range", {"bytes": served.bytes})
    return JSONResponse(failure.body, 416, {"Content-Range": f"bytes */{served.bytes}"})


async def _stream(first: bytes, blocks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    try:
        yield first
        async for block in blocks:
            yield block
    finally:
        await blocks.aclose()
