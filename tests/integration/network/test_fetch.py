import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cutroom.base.errors import Refused, TooLarge, Unavailable
from cutroom.network import NetworkLimits, fetch_to_file

BODY = bytes(range(256)) * 4096


class Web(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        getattr(
            self, "serve_" + self.path.strip("/").partition("/")[0].partition("?")[0], self.serve_missing
        )()

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if "Transfer_Encoding" not in headers and "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve_missing(self):
        self.reply(404)

    def serve_file(self):
        self.reply(
            200, BODY, Content_Type="video/mp4; x=1", Content_Disposition='attachment; filename="../a b.mp4"'
        )

    def serve_utf8(self):
        self.reply(200, b"x", Content_Disposition="attachment; filename*=UTF-8''%C3%BCber%2Fweg.wav")

    def serve_status(self):
        self.reply(int(self.path.rpartition("/")[2]), Retry_After="7")

    def serve_to(self):
        self.reply(302, Location=self.path.partition("?")[2])

    def serve_loop(self):
        self.reply(302, Location="/loop")

    def serve_nowhere(self):
        self.reply(302)

    def serve_packed(self):
        self.reply(200, b"xx", Content_Encoding="gzip")

    def serve_short(self):
        self.reply(200, b"abc", Content_Length=100)
        self.close_connection = True

    def serve_endless(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def serve_drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                if self.server.stop.wait(0.05):
                    return
        except OSError:
            pass

    def serve_hang(self):
        self.server.stop.wait(20)
        self.close_connection = True

    def log_message(self, *_arguments):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.daemon_threads = True
    server.seen, server.stop = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web():
    with serving() as server:
        yield server


def at(server, path):
    return f"http://127.0.0.1:{server.server_port}/{path}"


def limits(server, **changes):
    return NetworkLimits(
        **{"seconds": 5, "idle_seconds": 2, "allowed_hosts": (f"127.0.0.1:{server.server_port}",), **changes}
    )


def test_a_file_comes_whole_with_its_name(web, tmp_path):
    told = []
    fetched = fetch_to_file(at(web, "file"), tmp_path / "f", limits(web), lambda *state: told.append(state))
    assert (tmp_path / "f").read_bytes() == BODY
    assert (fetched.bytes, fetched.content_type, fetched.name) == (len(BODY), "video/mp4", "a b.mp4")
    assert told[-1] == (len(BODY), len(BODY))
    assert told == sorted(told)
    assert fetch_to_file(at(web, "utf8"), tmp_path / "g", limits(web)).name == "weg.wav"


def test_private_addresses_are_not_called(web, tmp_path):
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"):
        url = f"http://{host}:{web.server_port}/file"
        with pytest.raises(Refused) as caught:
            fetch_to_file(url, tmp_path / "f", NetworkLimits(seconds=5))
        assert caught.value.code_word == "private_address", host
    assert web.seen == []


def test_the_allow_list_names_a_port(web, tmp_path):
    with serving() as other, pytest.raises(Refused):
        fetch_to_file(at(other, "file"), tmp_path / "f", limits(web))


def test_a_name_that_changes_its_mind_is_asked_once(web, tmp_path, monkeypatch):
    # The look-up that is checked is the one that is used: an attacker's second answer is never heard.
    real, asked = socket.getaddrinfo, []

    def rebind(host, port, *arguments, **options):
        if host != "rebind.test":
            return real(host, port, *arguments, **options)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    fetch_to_file(f"http://rebind.test:{web.server_port}/file", tmp_path / "f", limits(web))
    assert asked == ["rebind.test"]
    assert web.seen[0][1]["Host"] == f"rebind.test:{web.server_port}"


def test_redirects_are_followed_and_checked_again(web, tmp_path):
    fetched = fetch_to_file(at(web, "to?/file"), tmp_path / "f", limits(web))
    assert fetched.url.endswith("/file")
    with serving() as inner, pytest.raises(Refused) as caught:
        fetch_to_file(at(web, f"to?{at(inner, 'file')}"), tmp_path / "g", limits(web))
    assert caught.value.code_word == "private_address"
    assert inner.seen == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("to?file:///etc/passwd", "bad_url"),
        ("to?http://user:secret@127.0.0.1/", "bad_url"),
        ("loop", "too_many_redirects"),
        ("nowhere", "url_refused"),
        ("missing", "url_not_found"),
        ("status/410", "url_not_found"),
        ("status/401", "url_forbidden"),
        ("status/403", "url_forbidden"),
        ("status/418", "url_refused"),
        ("packed", "unexpected_encoding"),
    ],
)
def test_refusals(web, tmp_path, path, code):
    with pytest.raises(Refused) as caught:
        fetch_to_file(at(web, path), tmp_path / "f", limits(web))
    assert caught.value.code_word == code
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    ("path", "code", "wait"),
    [
        ("status/429", "busy", 7),
        ("status/503", "server_error", 7),
        ("short", "connection_failed", None),
    ],
)
def test_what_may_pass_by_itself(web, tmp_path, path, code, wait):
    with pytest.raises(Unavailable) as caught:
        fetch_to_file(at(web, path), tmp_path / "f", limits(web))
    assert (caught.value.code_word, caught.value.retry_after) == (code, wait)
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize("path", ["file", "endless"])
def test_too_much_is_refused(web, tmp_path, path):
    with pytest.raises(TooLarge):
        fetch_to_file(at(web, path), tmp_path / "f", limits(web, max_bytes=100_000))
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    ("path", "changes"),
    [("drip", {"seconds": 0.4}), ("hang", {"seconds": 0.4}), ("hang", {"idle_seconds": 0.3})],
)
def test_waiting_ends(web, tmp_path, path, changes):
    begin = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        fetch_to_file(at(web, path), tmp_path / "f", limits(web, **changes))
    assert caught.value.code_word == "timeout"
    assert time.monotonic() - begin < 30
    assert not (tmp_path / "f").exists()


def test_a_closed_port_is_said_in_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable) as caught:
            fetch_to_file(
                f"http://127.0.0.1:{port}/", tmp_path / "f", NetworkLimits(allowed_hosts=("127.0.0.1",))
            )
    assert caught.value.code_word == "connection_failed"
