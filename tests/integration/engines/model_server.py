"""A model hub on loopback that speaks huggingface.co's protocol, and can misbehave."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REVISION = "0123456789abcdef0123456789abcdef01234567"


class ModelServer:
    """Serves the files of a folder as one model.

    Attributes:
        asked: (path, Range header) of every request, in order.
        cut_after: Bytes of a body after which the connection breaks, once per entry.
        status: Answered instead of the listing; None: the listing.
        damage: Name of a file whose first byte is sent wrong.
        listing: Sent instead of the true listing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str | None]] = []
        self.cut_after: list[int] = []
        self.status: int | None = None
        self.damage: str | None = None
        self.listing: bytes | None = None
        self.answering = threading.Event()
        self.answering.set()
        self.url = ""

    def describe(self) -> bytes:
        entries = []
        for path in sorted(self.folder.iterdir()):
            content = path.read_bytes()
            entry = {"rfilename": path.name, "size": len(content)}
            if path.suffix == ".bin":
                entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            entries.append(entry)
        return json.dumps({"sha": REVISION, "siblings": entries}).encode()


class Answer(BaseHTTPRequestHandler):
    """Answers as the state of its server says."""

    @property
    def state(self) -> ModelServer:
        return self.server.state

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.state.answering.wait(20)
        self.reply(200, b"")

    def do_GET(self) -> None:
        state = self.state
        state.asked.append((self.path, self.headers.get("Range")))
        state.answering.wait(20)
        name = self.path.rpartition("/")[2]
        if self.path.startswith("/api/models/"):
            self.reply(state.status or 200, state.listing or state.describe())
        elif f"/resolve/{REVISION}/" in self.path:  # large files lie elsewhere on the real hub
            self.reply(302, b"", location=f"/store/{name}")
        else:
            self.send_file(name)

    def send_file(self, name: str) -> None:
        state = self.state
        content = (state.folder / name).read_bytes()
        if name == state.damage:
            content = bytes([content[0] ^ 1]) + content[1:]
        begin = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        cut = state.cut_after.pop(0) if state.cut_after and name == "model.bin" else None
        self.reply(206 if begin else 200, content[begin:], cut)

    def reply(self, status: int, body: bytes, cut: int | None = None, location: str | None = None) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        self.close_connection = cut is not None


@contextmanager
def serve_model(folder: Path) -> Iterator[ModelServer]:
    """Answer on a free port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.state = state = ModelServer(folder)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        state.answering.set()
        server.shutdown()
        thread.join()
        server.server_close()
