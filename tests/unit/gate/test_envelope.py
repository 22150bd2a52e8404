"""Every error has one shape, one clear sentence and a stable code."""

import json
import logging

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cutroom.base.settings import Settings
from cutroom.gate import Failure
from cutroom.gate.headers import page_policy

JSON = {"content-type": "application/json"}


def check_envelope(answer: httpx.Response, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["success"] is False
    assert body["code"] == code
    assert set(body) <= {"success", "message", "code", "details"}
    assert body["message"].strip()
    return body


BAD_BODIES = [
    (b"", "missing_body", "A JSON body is required."),
    (b"{", "invalid_json", "The body is not valid JSON"),
    (b"nonsense", "invalid_json", "character 0"),
    (b'{"name": "\xff"}', "invalid_json", "UTF-8"),
    (b"[" * 100_000, "invalid_json", "JSON"),
    (b"[]", "invalid_body", "JSON object"),
    (b'"text"', "invalid_body", "JSON object"),
    (b"null", "invalid_body", "JSON object"),
    (b"{}", "missing_field", "name is required."),
    (b'{"name": 5}', "invalid_field", "name is 5: should be a valid string."),
    (b'{"name": ""}', "invalid_field", 'name is "": should have at least 1 character.'),
    (b'{"name": "a", "parts": []}', "invalid_field", "parts is []: should have at least 1 item, not 0."),
    (b'{"name": "too long"}', "invalid_field", "at most 5"),
    (b'{"name": "a", "frameCount": "x"}', "invalid_field", 'frameCount is "x"'),
    (b'{"name": "a", "frameCount": 1e400}', "invalid_field", "frameCount"),
    (b'{"name": "a", "frame_count": 2}', "unknown_field", "frame_count; the fields are name, frameCount"),
    (b'{"name": "a", "other": 2}', "unknown_field", "There is no field other"),
    (b'{"name": "\\u0000"}', "invalid_body", "NUL"),
    (b'{"name": "a", "inner": {"b": ["\\ud800"]}}', "invalid_body", "surrogates"),
    (b'{"name": "a", "inner": ' + b'{"b":' * 300 + b"1" + b"}" * 301, "invalid_body", "100 levels"),
]


@pytest.mark.parametrize(("body", "code", "words"), BAD_BODIES, ids=range(len(BAD_BODIES)))
async def test_bad_bodies(client, body: bytes, code: str, words: str) -> None:
    answer = await client.post("/api/things", content=body, headers=JSON)
    assert words in check_envelope(answer, 400, code)["message"]


async def test_a_form_instead_of_json(client) -> None:
    answer = await client.post("/api/things", data={"name": "a"})
    check_envelope(answer, 400, "invalid_body")


async def test_all_problems_are_listed_and_the_first_is_said(client) -> None:
    answer = await client.post("/api/things", json={"frameCount": "x", "other": 1})
    body = check_envelope(answer, 400, "missing_field")
    assert "And 2 more" in body["message"]
    assert [error["field"] for error in body["details"]["errors"]] == ["name", "frameCount", "other"]


async def test_a_good_body(client) -> None:
    answer = await client.post("/api/things", json={"name": "ä"})
    assert answer.status_code == 201
    assert answer.json() == {"success": True, "data": {"name": "ä"}}


async def test_wrong_query_parameter(client) -> None:
    answer = await client.get("/api/things/a?limit=many")
    assert "query parameter limit" in check_envelope(answer, 400, "invalid_field")["message"]


@pytest.mark.parametrize("path", ["/", "/api", "/api/nothing", "/api/things/", "/api/things//", "/é/<b>"])
async def test_unknown_paths(client, path: str) -> None:
    check_envelope(await client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/things/a", "DELETE, GET"),
        ("PATCH", "/api/things", "POST"),
        ("TRACE", "/api/mine", "GET, POST"),
        ("OPTIONS", "/api/mine", "GET, POST"),
    ],
)
async def test_wrong_methods(client, method: str, path: str, allowed: str) -> None:
    answer = await client.request(method, path)
    check_envelope(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


async def test_errors_of_the_tree_keep_their_words(client) -> None:
    body = check_envelope(await client.delete("/api/things/a"), 404, "not_found")
    assert body["message"] == "No such thing"
    assert body["details"] == {"hint": "Look elsewhere."}


async def test_a_bug_is_logged_and_not_told(client, caplog) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await client.get("/api/bug")
    body = check_envelope(answer, 500, "internal_error")
    assert "secret" not in answer.text
    record = next(record for record in caplog.records if record.name == "cutroom.gate")
    assert record.error_id == body["details"]["errorId"]
    assert "the secret of the trace" in str(record.exc_info)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_when_to_come_again(client) -> None:
    answer = await client.get("/api/away")
    check_envelope(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "3"


async def test_limits_say_themselves(client) -> None:
    answer = await client.get("/api/limited")
    check_envelope(answer, 429, "rate_limited")
    assert answer.headers["retry-after"] == "30"
    assert answer.headers["ratelimit-policy"] == '"renders";q=5;w=60'
    assert answer.headers["ratelimit"] == '"renders";r=0'


async def test_nobody_is_asked_for_a_body_before_his_name(client) -> None:
    for answer in (await client.get("/api/mine"), await client.post("/api/mine", content=b"{")):
        body = check_envelope(answer, 401, "authentication_required")
        assert body["message"] == "Authentication required"
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/things/a%00b", "/api/things/a?limit=%00"])
async def test_nul_in_the_address(client, path: str) -> None:
    check_envelope(await client.get(path), 400, "invalid_characters")


async def test_huge_bodies_announced_and_not(client) -> None:
    big = json.dumps({"name": "x" * 1_100_000}).encode()
    announced = await client.post("/api/things", content=big, headers=JSON)
    check_envelope(announced, 413, "body_too_large")

    sent = 0

    async def blocks():
        nonlocal sent
        for _ in range(1000):
            sent += 64_000
            yield b"x" * 64_000

    chunked = await client.post("/api/things", content=blocks(), headers=JSON)
    check_envelope(chunked, 413, "body_too_large")
    assert chunked.headers["connection"] == "close"
    assert sent <= 64_000_000


async def test_a_streaming_route_takes_more(client) -> None:
    answer = await client.post("/api/stream", content=b"x" * 3_000_000)
    assert answer.json() == {"success": True, "data": {"bytes": 3_000_000}}


async def test_every_answer_wears_the_headers(client) -> None:
    for path in ("/api/things/a", "/nothing"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"


async def test_the_log_line_has_no_query_and_no_forged_line(client, caplog) -> None:
    with caplog.at_level(logging.INFO, logger="cutroom.requests"):
        await client.get("/api/things/a%0AERROR forged?limit=1&signature=hidden")
    [record] = [record for record in caplog.records if record.name == "cutroom.requests"]
    assert record.getMessage() == "GET /api/things/a%0AERROR%20forged 200"
    assert record.milliseconds > 0
    assert "hidden" not in str(record.__dict__)


async def test_people_get_a_page_and_programs_the_envelope(client) -> None:
    async def page(request: Request, failure: Failure) -> Response | None:
        return None if failure.status == 405 else HTMLResponse(failure.message, failure.status)

    client._transport.app.state.error_page = page
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    shown = await client.get("/nothing", headers=browser)
    assert (shown.status_code, shown.text) == (404, "There is nothing at /nothing.")
    assert "script" not in shown.headers["content-security-policy"]
    assert "default-src 'self'" in shown.headers["content-security-policy"]
    check_envelope(await client.get("/nothing"), 404, "not_found")
    check_envelope(await client.get("/api/nothing", headers=browser), 404, "not_found")


@pytest.mark.parametrize(
    ("options", "origin"),
    [
        ({"storage_url": "s3://bucket"}, "https://*.amazonaws.com"),
        ({"s3_bucket": "bucket"}, "https://*.amazonaws.com"),
        ({"storage_url": "supabase://project/bucket"}, "https://*.supabase.co"),
        ({"storage_endpoint": "http://10.0.0.1:9000"}, "http://10.0.0.1:9000"),
    ],
)
def test_pages_may_show_media_from_the_storage(options: dict, origin: str) -> None:
    policy = page_policy(Settings(_env_file=None, **options))
    [media] = [part for part in policy.split("; ") if part.startswith("media-src")]
    assert origin in media.split()
    assert "unsafe" not in policy
