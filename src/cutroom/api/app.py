"""The application for programs: the gate in front, the routers of this room, one document over all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cutroom.api.docs import add_docs
from cutroom.api.openapi import build
from cutroom.gate import Platform, install


def create_app(
    platform: Platform, *, version: str = "0.1.0", modules: Sequence[str] | None = None
) -> FastAPI:
    """Make the API of an opened platform.

    Args:
        platform: Opened, and closed later, by the caller.
        version: What the document says it describes.
        modules: Names of the modules of routes in this room; None: all of them.
    """
    app = FastAPI(version=version, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.openapi = lambda: build(app)
    install(app, platform)
    for router in _routers(modules):
        app.include_router(router)
    add_docs(app)
    app.add_route("/api/openapi.json", _document, include_in_schema=False)
    return app


def _routers(modules: Sequence[str] | None) -> Iterator[APIRouter]:
    """Find the `router` of every module beside this one."""
    if modules is None:
        room = importlib.import_module("cutroom.api")
        modules = [found.name for found in pkgutil.iter_modules(room.__path__)]
    for name in modules:
        module = importlib.import_module(f"cutroom.api.{name}")
        router = getattr(module, "router", None)
        if isinstance(router, APIRouter):
            yield router


async def _document(request: Request) -> Response:
    return JSONResponse(request.app.openapi())
