from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI, Request
from pydantic import Field

from cutroom.api.model import Body
from cutroom.base.errors import Limited, NotFound, Unavailable
from cutroom.base.settings import Settings
from cutroom.database import Database
from cutroom.gate import Caller, Router, install, streams_body, success

router = Router()


class Shape(Body):
    name: str = Field(min_length=1, max_length=5)
    frame_count: int = 1
    inner: dict[str, object] | None = None
    parts: tuple[int, ...] = Field(default=(1,), min_length=1, max_length=2)


@router.get("/api/things/{thing}")
async def read_thing(thing: str, limit: int = 1):
    return success(thing=thing, nothing=None)


@router.post("/api/things", status_code=201)
async def create_thing(shape: Shape):
    return success(name=shape.name)


@router.delete("/api/things/{thing}")
async def delete_thing(thing: str):
    raise NotFound("No such thing", hint="Look elsewhere.")


@router.get("/api/mine")
async def mine(user: Caller):
    return success()


@router.post("/api/mine")
async def post_mine(shape: Shape, user: Caller):
    return success()


@router.get("/api/bug")
async def bug():
    secret = "the secret of the trace"
    raise RuntimeError(secret)


@router.get("/api/away")
async def away():
    raise Unavailable("Away.", retry_after=2.2)


@router.get("/api/limited")
async def limited():
    details = {"policy": "renders", "limit": 5, "remaining": 0, "windowSeconds": 60}
    raise Limited("Five a minute.", retry_after=30, details=details)


@router.post("/api/stream")
@streams_body
async def stream(request: Request):
    return success(bytes=sum([len(block) async for block in request.stream()]))


@cache
def settings_of(**options: object) -> Settings:
    """Return settings, which cannot be changed, and take longer to read than most tests to run."""
    return Settings(_env_file=None, **options)


@pytest.fixture
def make_client() -> Callable[..., httpx.AsyncClient]:
    """Return a maker of clients of a small application behind the gate, without a database."""

    def make(**options: object) -> httpx.AsyncClient:
        settings = settings_of(**options)
        database = Database("postgresql://nowhere")
        app = FastAPI(redirect_slashes=False, openapi_url=None, docs_url=None, redoc_url=None)
        install(app, SimpleNamespace(settings=settings, database=database, secret="s" * 32))
        app.include_router(router)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost:8420", timeout=10
        )

    return make


@pytest.fixture
def client(make_client) -> httpx.AsyncClient:
    return make_client()
