"""Event streams end when the server stops; other answers do not."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

from cutroom.boot.streams import EndingStreams


async def endless():
    yield "data: 1\n\n"
    while True:
        await asyncio.sleep(0.005)
        yield ": still here\n\n"


async def slow():
    for _ in range(10):
        await asyncio.sleep(0.005)
        yield "x"


def app():
    return EndingStreams(
        Starlette(
            routes=[
                Route("/events", lambda _: StreamingResponse(endless(), media_type="text/event-stream")),
                Route("/file", lambda _: StreamingResponse(slow(), media_type="text/plain")),
            ]
        )
    )


async def get(application, path):
    """Return the pieces of an answer whose client never leaves."""
    pieces = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
        "http_version": "1.1",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip - one line says more

    async def receive():
        if not pieces:
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()
        return None

    async def send(message):
        pieces.append(message.get("body", b""))

    await application(scope, receive, send)
    return pieces


async def test_a_stream_under_way_ends():
    application = app()
    task = asyncio.create_task(get(application, "/events"))
    await asyncio.sleep(0.03)
    assert not task.done()
    application.end()
    assert b"data: 1\n\n" in await asyncio.wait_for(task, 1)


async def test_a_stream_that_begins_while_stopping_ends_at_once():
    application = app()
    application.end()
    await asyncio.wait_for(get(application, "/events"), 1)


async def test_a_download_keeps_its_time():
    application = app()
    task = asyncio.create_task(get(application, "/file"))
    await asyncio.sleep(0.02)
    application.end()
    assert b"".join(await task) == b"x" * 10


@pytest.mark.parametrize("path", ["/events", "/file"])
async def test_nothing_is_kept_of_ended_requests(path):
    application = app()
    task = asyncio.create_task(get(application, path))
    await asyncio.sleep(0.02)
    application.end()
    await asyncio.wait_for(task, 2)
    assert not application._streams
