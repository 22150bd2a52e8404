"""A translator on loopback for tests of whole jobs: it speaks the chat protocol and writes other letters."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def german(text):
    """Translate as a test can check."""
    return text.replace("o", "ö").replace("a", "ä").replace("u", "ü")


class _Translator(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = json.loads(next(m["content"] for m in body["messages"] if m["role"] == "user"))
        lines = [{"id": line["id"], "text": german(line["text"])} for line in asked["lines"]]
        message = {"role": "assistant", "content": json.dumps({"lines": lines})}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        answer = json.dumps({"id": "c", "object": "chat.completion", "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        pass


@contextmanager
def translator():
    """Serve, and yield the address for CUTROOM_TRANSLATION_URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Translator)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
