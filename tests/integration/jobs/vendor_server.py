"""A server on loopback in place of ElevenLabs: it answers what a test's script says, and counts."""

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

    def answers(self, *script):
        self.script = list(script)


def sound(path):
    return 200, {"Content-Type": "audio/mpeg"}, path.read_bytes()


def fault(status, word="", **headers):
    body = json.dumps({"detail": {"status": word, "message": "the vendor's words"}}).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        vendor = self.server.vendor
        self.rfile.read(int(self.headers["Content-Length"]))
        vendor.calls += 1
        status, headers, body = vendor.script.pop(0) if len(vendor.script) > 1 else vendor.script[0]
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
        server.shutdown()
        thread.join()
        server.server_close()
