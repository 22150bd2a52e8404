"""A server on loopback in place of a vendor: it answers what a test's script says, and counts."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Vendor:
    """What it was asked, and what it will answer: each of `script` once, the last one for ever."""

    def __init__(self, server):
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.calls = 0
        self.script = [(500, {}, b"")]
        self.stopped = threading.Event()

    def answers(self, *script):
        self.script = list(script)


def sound(path):
    return 200, {"Content-Type": "audio/mpeg"}, path.read_bytes()


def fault(status, word="", **headers):
    body = json.dumps({"detail": {"status": word, "message": "the vendor's words"}}).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


HANG = None
"""A step of a script: take the question and never answer."""


def words(*texts, start=0.5):
    """Answer as Whisper's services do: each word lasts 0.3 s."""
    heard = [
        {"word": text, "start": start + 0.4 * number, "end": start + 0.4 * number + 0.3}
        for number, text in enumerate(texts)
    ]
    body = {"language": "english", "duration": 10, "text": " ".join(texts), "words": heard}
    return 200, {"Content-Type": "application/json"}, json.dumps(body).encode()


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        vendor = self.server.vendor
        self.rfile.read(int(self.headers["Content-Length"]))
        vendor.calls += 1
        step = vendor.script.pop(0) if len(vendor.script) > 1 else vendor.script[0]
        if step is HANG:
            vendor.stopped.wait(30)
            return
        status, headers, body = step
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def running_vendor():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    server.daemon_threads = True
    server.vendor = Vendor(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.vendor
    finally:
        server.vendor.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
