"""A platform of real processes in a temporary folder, for the benches; ended by its process ids."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from cutroom.base.settings import Settings, variable_names
from cutroom.boot.postgres import running_url

ROOT = Path(__file__).parents[1]
PLUGINS = ROOT / "tests" / "plugins"
_START_SECONDS = 60


@dataclass
class Running:
    """A platform that answers.

    Attributes:
        url: Its address on loopback.
        token: A session of its operator.
        data: Its folder.
        pid: The supervisor.
        environment: What a further process of it needs.
        database_url: The embedded database's address.
    """

    url: str
    token: str
    data: Path
    pid: int
    environment: dict[str, str]
    database_url: str

    @property
    def headers(self) -> dict[str, str]:
        """What a signed-in request carries."""
        return {"Authorization": f"Bearer {self.token}"}

    @contextmanager
    def worker(self) -> Generator[int]:
        """Run one more worker beside the supervisor's."""
        process = subprocess.Popen(
            [sys.executable, "-m", "cutroom.cli.main", "worker"],
            env=self.environment | {"CUTROOM_DATABASE_URL": self.database_url},
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def platform(**settings: str) -> Generator[Running]:
    """Start `cutroom up` on a free port of loopback; stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="cutroom-bench-") as folder:
        port = _free_port()
        data = Path(folder) / "data"
        # Nothing personal, above all no vendor's key: benches pay nobody.
        ours = {name for field in Settings.model_fields for name in variable_names(field)}
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ours},
            "PYTHONPATH": str(PLUGINS),
            "CUTROOM_DATA": str(data),
            "CUTROOM_PORT": str(port),
            "CUTROOM_LOG_FORMAT": "text",
            "CUTROOM_LOG_LEVEL": "WARNING",
            **settings,
        }
        log = Path(folder) / "up.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "cutroom.cli.main", "up"],
                env=environment,
                stdout=output,
                stderr=output,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            token = _sign_in(url, log, process)
            database_url = running_url(data)
            assert database_url
            yield Running(url, token, data, process.pid, environment, database_url)
        except BaseException:
            print(log.read_text()[-5000:])
            raise
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Connection:
    """One keep-alive HTTP/1.1 connection: so little of its own work that the server is measured."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._host, self._port = "127.0.0.1", int(running.url.rpartition(":")[2])

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Send a request; return status and body."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Authorization: Bearer {self._running.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
        rest = await self._reader.readexactly(int(length.group(1))) if length else b""
        return int(answer.split(b" ", 2)[1]), rest


def percentile(values: list[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _sign_in(url: str, log: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"/sign-in\?token=(\S+)", log.read_text())
        if found:
            with httpx.Client(base_url=url) as client:
                client.get("/sign-in", params={"token": found.group(1)})
                return client.cookies["authToken"]
        time.sleep(0.05)
    raise SystemExit(f"The platform did not start:\n{log.read_text()}")
