"""The whole OpenAPI document against a real server: no 500, no answer that it does not describe."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import uvicorn

from cutroom.base.settings import Settings
from cutroom.boot.application import create_application
from cutroom.boot.platform import Platform
from cutroom.boot.postgres import Postgres
from cutroom.boot.tables import prepare_tables

EXAMPLES = os.environ.get("CUTROOM_SCHEMA_EXAMPLES", "15")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
)


class Server(threading.Thread):
    """The whole application on a free port of this machine, with its own database."""

    def __init__(self, own: Settings) -> None:
        super().__init__(name="server")
        self._settings = own
        self._ready = threading.Event()
        self._server: uvicorn.Server | None = None
        self.failure: BaseException | None = None
        self.port = 0

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - raised again where the test waits
            self.failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            postgres = Postgres(self._settings.data)
            process = await postgres.launch()
            stack.push_async_callback(process.wait)
            stack.callback(process.terminate)
            await postgres.wait_ready(process)
            await prepare_tables(postgres.url)
            platform = await Platform.open(self._settings, postgres.url)
            stack.push_async_callback(platform.close)
            config = uvicorn.Config(create_application(platform), port=0, log_config=None, ws="none")
            self._server = uvicorn.Server(config)
            serving = asyncio.create_task(self._server.serve())
            while not self._server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event
                await asyncio.sleep(0.02)
            if not serving.done():
                self.port = self._server.servers[0].sockets[0].getsockname()[1]
                self._ready.set()
            await serving

    def wait(self) -> None:
        is_ready = self._ready.wait(60)
        if self.failure is not None:
            raise self.failure
        if not is_ready:
            raise TimeoutError("The server was not ready within a minute.")

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        self.join(30)


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the server for the whole module."""
    server = Server(Settings(_env_file=None, data=tmp_path_factory.mktemp("data")))
    server.start()
    try:
        server.wait()
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


@pytest.fixture(scope="module")
def token(base_url: str) -> str:
    """Return an API key: a session would end when logout is tried."""
    person = {"email": "schema@example.com", "password": "correct horse battery"}
    with httpx.Client(base_url=base_url) as client:
        session = client.post("/api/auth/register", json=person).json()["data"]["token"]
        made = client.post("/api/keys", json={}, headers={"authorization": f"Bearer {session}"})
        return made.json()["data"]["secret"]


def test_every_operation_answers_as_described(base_url: str, token: str, seed: int) -> None:
    """Run schemathesis over the document, positive and negative, with a printed seed."""
    program = [str(Path(sys.executable).with_name("st")), "run", f"{base_url}/api/openapi.json"]
    options = {
        "--header": f"Authorization: Bearer {token}",
        "--seed": str(seed),
        "--max-examples": EXAMPLES,
        "--phases": "examples,coverage,fuzzing",
        "--checks": ",".join(CHECKS),
        "--exclude-path-regex": "/events$",  # streams do not end by themselves
        "--request-timeout": "20",
        "--generation-database": "none",
        "--warnings": "off",
    }
    words = [word for pair in options.items() for word in pair]
    done = subprocess.run(
        [*program, *words, "--no-color", "--continue-on-failure"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    found = f"schemathesis found something; --seed {seed} repeats it:\n"
    assert done.returncode == 0, found + done.stdout[-20_000:] + done.stderr[-2_000:]


def test_the_document_names_every_operation_once(base_url: str) -> None:
    document = httpx.get(f"{base_url}/api/openapi.json").json()
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(names) == len(set(names))
    for method, path, operation in operations:
        assert operation.get("tags"), (method, path)
        assert operation.get("description"), (method, path)
        assert "422" not in operation["responses"], (method, path)
        is_open = path in {"/api/auth/login", "/api/auth/register", "/api/health"}
        assert is_open or "security" in operation, (method, path)


def test_every_operation_with_security_asks_who_it_is(base_url: str) -> None:
    document = httpx.get(f"{base_url}/api/openapi.json").json()
    with httpx.Client(base_url=base_url) as client:
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if {} in operation.get("security", [{}]):
                    continue  # open, or opened by a signature
                for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "authToken=wrong"}):
                    answer = client.request(method, path, headers=headers, content=b"{")
                    assert answer.status_code == 401, (method, path, headers)
                    assert answer.json()["message"] == "Authentication required"
