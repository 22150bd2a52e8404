"""Our own files: the style sheet, the logo and the bundles, under names that change with the content."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

from cutroom.base.errors import NotFound
from cutroom.gate import Router

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"
router = Router()


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent."""

    content: bytes
    zipped: bytes
    media_type: str
    version: str


def static_url(name: str) -> str:
    """Return the address of a file of `static/`, or of a bundle; empty when it was not built."""
    found = _find(name)
    return f"/static/{name}?v={found.version}" if found else ""


@lru_cache(64)
def _find(name: str) -> StaticFile | None:
    """Read a file once per process; only names that are there can be asked for."""
    folder = files("cutroom.web") / "static"
    place = folder / "built" / _bundles(folder).get(name, "-") if name.endswith(".js") else folder / name
    if name.startswith(".") or "/" in name or not place.is_file():
        return None
    content = place.read_bytes()
    media_type = _TYPES.get(f".{name.rpartition('.')[2]}")
    if media_type is None:
        return None
    version = hashlib.sha256(content).hexdigest()[:12]
    return StaticFile(content, gzip.compress(content, 9, mtime=0), media_type, version)


def _bundles(folder: Traversable) -> dict[str, str]:
    manifest = folder / "built" / "manifest.json"
    if not manifest.is_file():
        return {}
    found: dict[str, str] = json.loads(manifest.read_text("utf-8"))["files"]
    return found


@router.get("/static/{name}")
async def send_static_file(name: str, request: Request) -> Response:
    """Send one of our own files, packed where the browser unpacks."""
    found = _find(name) if len(name) < 100 else None  # noqa: PLR2004 - ours are shorter
    if found is None:
        raise NotFound(f"There is no file named {name[:60]!r}.")
    is_current = request.query_params.get("v") == found.version
    headers = {"Cache-Control": _FOR_EVER if is_current else _FOR_AN_HOUR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.zipped, headers=headers | {"Content-Encoding": "gzip"}, media_type=found.media_type
        )
    return Response(found.content, headers=headers, media_type=found.media_type)


@router.get("/favicon.ico")
async def send_icon(request: Request) -> Response:
    """Send the logo where browsers look without being told."""
    return await send_static_file("logo.svg", request)
