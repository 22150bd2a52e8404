"""Cross-site requests: who passes, who is refused, who is let in."""

from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from cutroom.base.settings import Settings
from cutroom.gate.origin import OriginGate

OTHER = "https://app.example"
PASS, REFUSE = 201, 403

MATRIX = [
    # Origin, Sec-Fetch-Site, allowed, expected
    (None, None, "", PASS),  # curl, programs
    ("http://localhost:8420", None, "", PASS),
    ("http://LOCALHOST:8420", None, "", PASS),
    ("https://localhost:8420", None, "", PASS),  # TLS ended at a proxy
    ("http://localhost", None, "", REFUSE),  # another port is another program
    ("http://localhost:3000", None, "", REFUSE),
    ("http://evil.example", None, "", REFUSE),
    ("http://localhost:8420.evil.example", None, "", REFUSE),
    ("http://localhost:8420@evil.example", None, "", REFUSE),
    ("null", None, "", REFUSE),
    ("", None, "", REFUSE),
    ("file://", None, "", REFUSE),
    ("http://localhost:99999", None, "", REFUSE),
    ("http://localhost:8420", "same-origin", "", PASS),
    ("http://proxy.example", "same-origin", "", PASS),  # a proxy rewrote Host
    (None, "none", "", PASS),  # typed by the user
    (None, "same-site", "", REFUSE),
    (None, "cross-site", "", REFUSE),
    ("http://localhost:8420", "cross-site", "", REFUSE),
    (OTHER, "cross-site", OTHER, PASS),
    (OTHER, None, OTHER, PASS),
    (OTHER, None, f"{OTHER}/, https://two.example", PASS),
    ("https://two.example", None, f"{OTHER}/, https://two.example", PASS),
    ("https://app.example.evil.example", None, OTHER, REFUSE),
    ("http://app.example", None, OTHER, REFUSE),
    ("null", "cross-site", OTHER, REFUSE),
]


@pytest.mark.parametrize(("origin", "site", "allowed", "expected"), MATRIX)
async def test_unsafe_methods(make_client, origin, site, allowed, expected) -> None:
    client = make_client(allowed_origins=allowed)
    headers = {"origin": origin, "sec-fetch-site": site}
    headers = {name: value for name, value in headers.items() if value is not None}
    answer = await client.post("/api/things", json={"name": "a"}, headers=headers)
    assert answer.status_code == expected, answer.text
    if expected == REFUSE:
        assert answer.json()["code"] == "cross_site_request"
    read = await client.get("/api/things/a", headers=headers)
    assert read.status_code == 200


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 200),
        ({"origin": "http://localhost:8420"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": OTHER, "sec-fetch-site": "cross-site"}, 200),
    ],
)
async def test_event_streams_check_where_the_reader_stands(make_client, headers, expected) -> None:
    client = make_client(allowed_origins=OTHER)
    answer = await client.get("/api/things/a", headers={**headers, "accept": "text/event-stream"})
    assert answer.status_code == expected


@pytest.mark.parametrize(
    ("public", "host", "origin", "expected"),
    [
        ("https://cut.example", "10.0.0.5:8420", "https://cut.example", PASS),
        ("https://cut.example", "10.0.0.5:8420", "https://cut.example:443", PASS),
        ("https://cut.example", "10.0.0.5:8420", "http://cut.example", REFUSE),
        (None, "cut.example", "https://cut.example", PASS),
    ],
)
async def test_behind_a_proxy(make_client, public, host, origin, expected) -> None:
    client = make_client(public_url=public)
    answer = await client.post("/api/things", json={"name": "a"}, headers={"origin": origin, "host": host})
    assert answer.status_code == expected


async def test_preflight_of_an_allowed_front_end(make_client) -> None:
    client = make_client(allowed_origins=OTHER)
    asked = {
        "origin": OTHER,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, idempotency-key",
    }
    answer = await client.options("/api/things", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == OTHER
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "content-type, idempotency-key"
    assert "origin" in answer.headers["vary"].lower()


async def test_preflight_of_a_stranger(make_client) -> None:
    client = make_client(allowed_origins=OTHER)
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = await client.options("/api/things", headers=asked)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def test_even_errors_can_be_read_by_an_allowed_front_end(make_client) -> None:
    client = make_client(allowed_origins=OTHER)
    for path in ("/api/bug", "/api/mine", "/api/nothing", "/api/limited"):
        answer = await client.get(path, headers={"origin": OTHER})
        assert answer.headers["access-control-allow-origin"] == OTHER
        assert "Retry-After" in answer.headers["access-control-expose-headers"]


async def test_no_cors_headers_without_a_list(client) -> None:
    answer = await client.get("/api/things/a", headers={"origin": OTHER})
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True),
        (b"http://localhost:8420", True),
        (b"http://evil.example", False),
        (b"null", False),
    ],
)
async def test_websockets(origin, is_let_in: bool) -> None:
    seen: list[str] = []

    async def inner(scope, receive, send) -> None:
        seen.append("inside")

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message) -> None:
        seen.append(message["type"])

    app = FastAPI()
    settings = Settings(_env_file=None)
    app.state.platform = SimpleNamespace(settings=settings)
    headers = [(b"host", b"localhost:8420")] + ([(b"origin", origin)] if origin else [])
    scope = {"type": "websocket", "path": "/ws", "headers": headers, "scheme": "ws", "app": app}
    scope |= {"query_string": b"", "server": ("localhost", 8420)}
    await OriginGate(inner, settings)(scope, receive, send)
    assert seen == (["inside"] if is_let_in else ["websocket.close"])
