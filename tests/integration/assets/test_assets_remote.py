"""Assets by address, from a small real server on this machine."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import samples


@pytest.fixture
def sound(tmp_path) -> bytes:
    return samples.write_audio(tmp_path / "a.wav", samples.tone(0.5)).read_bytes()


@pytest.fixture
def source(sound) -> Iterator[ThreadingHTTPServer]:
    gate = threading.Event()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/missing":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(10**15 if self.path == "/huge" else len(sound)))
            if self.path == "/named":
                self.send_header("Content-Disposition", "attachment; filename*=UTF-8''%C3%BC.wav")
            self.end_headers()
            if self.path == "/slow":
                gate.wait(20)
                return
            self.wfile.write(sound)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


class TestAllowed:
    @pytest.fixture
    def options(self):
        return {"allowed_hosts": "127.0.0.1"}

    @pytest.mark.parametrize(
        ("path", "extra", "name"),
        [("/talk.wav?x=1", {}, "talk.wav"), ("/named", {}, "ü.wav"), ("/talk.wav", {"name": "mine"}, "mine")],
    )
    async def test_a_file_is_fetched(self, place, anna, project, source, sound, path, extra, name):
        body = {"url": f"http://127.0.0.1:{source.server_port}{path}", **extra}
        answer = await anna.post(f"/api/projects/{project}/assets", json=body)
        assert answer.status_code == 201, answer.text
        asset = answer.json()["data"]["asset"]
        assert (asset["name"], asset["kind"], asset["bytes"]) == (name, "audio", len(sound))
        assert (await place.nobody().get(asset["url"])).content == sound

    @pytest.mark.parametrize(
        ("path", "status", "code"), [("/missing", 400, "url_not_found"), ("/huge", 413, "upload_too_large")]
    )
    async def test_what_cannot_be_fetched_leaves_nothing(
        self, place, anna, project, source, path, status, code
    ):
        body = {"url": f"http://127.0.0.1:{source.server_port}{path}"}
        answer = await anna.post(f"/api/projects/{project}/assets", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert await place.left() == []


class TestLittleRoom:
    @pytest.fixture
    def options(self):
        return {"allowed_hosts": "127.0.0.1", "max_upload_bytes": 10**16}

    async def test_the_disk_keeps_its_reserve(self, place, anna, project, source):
        body = {"url": f"http://127.0.0.1:{source.server_port}/huge"}
        answer = await anna.post(f"/api/projects/{project}/assets", json=body)
        assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
        assert await place.left() == []


async def test_private_addresses_are_not_called(place, anna, project, source):
    body = {"url": f"http://127.0.0.1:{source.server_port}/talk.wav"}
    answer = await anna.post(f"/api/projects/{project}/assets", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "private_address")
    assert await place.left() == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "invalid_json"),
        (b"[]", "invalid_body"),
        (b"{}", "missing_field"),
        (b'{"url": 5}', "invalid_field"),
        (b'{"url": "ftp://x/y"}', "bad_url"),
        (b'{"url": "http://u:p@x/y"}', "bad_url"),
        (b'{"url": "http://x/y", "colour": "red"}', "unknown_field"),
        (b'{"url": "http://\\u0000/"}', "invalid_body"),
        (b'{"url": "' + b"x" * 70_000 + b'"}', "body_too_large"),
    ],
)
async def test_wrong_bodies(anna, project, content, code):
    answer = await anna.post(
        f"/api/projects/{project}/assets", content=content, headers={"content-type": "application/json"}
    )
    assert answer.json()["code"] == code, answer.text
    assert answer.status_code == (413 if code == "body_too_large" else 400)


async def test_two_requests_with_one_key_but_other_addresses_differ(anna, project):
    key = {"idempotency-key": "remote-1"}
    answers = await asyncio.gather(
        *(
            anna.post(f"/api/projects/{project}/assets", json={"url": f"ftp://x/{n}"}, headers=key)
            for n in range(2)
        )
    )
    assert {answer.status_code for answer in answers} <= {400, 409}
