"""Clients of a running platform: people with an account, and a server that files are fetched from."""

import json
import re
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import psycopg

ALLOWED_ORIGIN = "https://editor.example"
ENDED = ("completed", "failed", "cancelled")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
FAR = "2099-01-01T00:00:00Z"
"""A start that never comes during a test: the job stays pending."""


class Customer(httpx.Client):
    """A new account on the platform, signed in by its token."""

    def __init__(self, running):
        super().__init__(base_url=running.url, timeout=60)
        self.running = running
        email = f"{secrets.token_hex(6)}@example.com"
        answer = self.post("/api/auth/register", json={"email": email, "password": "correct horse battery"})
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["data"]["token"]
        self.user_id = answer.json()["data"]["user"]["userId"]
        self.cookies.clear()
        self.headers["Authorization"] = f"Bearer {self.token}"

    def project(self, name="Talks"):
        return content(self.post("/api/projects", json={"name": name}), 201)["project"]["projectId"]

    def upload(self, project, path, name=None):
        """Return the asset of an uploaded file."""
        files = {"file": (path.name if name is None else name, path.read_bytes())}
        return content(self.post(f"/api/projects/{project}/assets", files=files), 201)["asset"]

    def start(self, kind="noise-removal", **body):
        """Start an AI job; return it."""
        return content(self.post(f"/api/ai/{kind}", json=body), 201)["job"]

    def probe(self, **body):
        """Start a job of the test plugin, which does what it is told."""
        return content(self.post("/api/probe/steps", json={"body": body}), 201)["job"]

    def job(self, job_id):
        return content(self.get(f"/api/jobs/{job_id}"))["job"]

    def follow(self, job_id, done=lambda job: job["status"] in ENDED, seconds=60, pause=0.05):
        """Poll a job until it is done; return everything that was seen."""
        seen, end = [], time.monotonic() + seconds
        while True:
            seen.append(self.job(job_id))
            if done(seen[-1]):
                return seen
            assert time.monotonic() < end, f"not within {seconds} s: {seen[-1]}"
            time.sleep(pause)

    def belongings(self):
        """Return everything that the platform holds for this account."""
        with psycopg.connect(self.running.database_url) as database:
            rows = {
                (table, str(row[0]))
                for table in ("projects", "files", "assets", "jobs")
                for row in database.execute(
                    f"select id from {table} where owner_id = %s",
                    [self.user_id],
                )
            }
        stored = self.running.data / "storage" / "files" / self.user_id
        return rows | {("stored", path.name) for path in stored.rglob("*") if path.is_file()}

    def leave(self):
        """Cancel what still runs, so that the next test finds free workers."""
        answer = self.get("/api/jobs")
        for job in answer.json()["data"]["jobs"] if answer.status_code == 200 else []:
            if job["status"] not in ENDED:
                self.post(f"/api/jobs/{job['jobId']}/cancel")
        self.close()


def content(answer, status=200):
    """Return the data of a success after looking at its envelope."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"success", "data"}
    assert body["success"] is True
    return body["data"]


def refusal(answer, status, code=None, message=None):
    """Return an error's body after looking at its envelope: one sentence, one stable word."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert {"success", "message", "code"} <= set(body) <= {"success", "message", "code", "details"}, body
    assert body["success"] is False
    assert re.fullmatch(r"[a-z][a-z0-9_]*", body["code"]), body
    assert 5 <= len(body["message"]) <= 600, body
    assert "\n" not in body["message"]
    assert "Traceback" not in answer.text
    assert code is None or body["code"] == code, body
    assert message is None or body["message"] == message, body
    return body


class Elsewhere:
    """A small server of files and traps; `pages` maps a path to (status, headers, body)."""

    def __init__(self, server):
        self.port = server.server_port
        self.pages = {}
        self.asked = []

    @property
    def url(self):
        """The address under the one name that the platform's operator allows."""
        return f"http://localhost:{self.port}"

    @classmethod
    @contextmanager
    def started(cls):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
        server.daemon_threads = True
        server.elsewhere = cls(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.elsewhere
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        place = self.server.elsewhere
        place.asked.append(self.path)
        status, headers, body = place.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def read_events(response, count=None):
    """Yield (id, name, content) of a stream of server-sent events; comments come as name `:`."""
    event = {}
    told = 0
    for line in response.iter_lines():
        if line.startswith(":"):
            yield None, ":", line
        elif line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            if "data" in event or "id" in event:
                yield event.get("id"), event.get("event"), json.loads(event.get("data", "null"))
                told += 1
            event = {}
        if count is not None and told >= count:
            return
