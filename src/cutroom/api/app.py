"""The application for programs: the gate in front, the routers of this room, one document over all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cutroom.api.docs import add_docs
from cutroom.api.openapi import build
from cutroom.gate import Platform, install


def create_app(platform: Platform, *, version: str = "0.1.0") -> FastAPI:
    """Make the API of an opened platform; the caller closes the platform."""
    app = FastAPI(version=version, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.openapi = lambda: build(app)
    install(app, platform)
    for router in _routers():
        app.include_router(router)
    add_docs(app)
    app.add_route("/api/openapi.json", _document, include_in_schema=False)
    return app


def _routers() -> Iterator[APIRouter]:
    """Find the `router` of every module beside this one."""
    room = importlib.import_module("cutroom.api")
    for found in pkgutil.iter_modules(room.__path__):
        module = importlib.import_module(f"cutroom.api.{found.name}")
        router = getattr(module, "router", None)
        if isinstance(router, APIRouter):
            yield router


async def _document(request: Request) -> Response:
    return JSONResponse(request.app.openapi())
