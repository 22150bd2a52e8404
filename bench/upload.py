"""Memory and time of an upload and of reading it back, over a real socket.

    python bench/upload.py            256 MB
    python bench/upload.py 1024      1 GB

The server runs in a process of its own; its peak is the kernel's (VmHWM). Children of the sandbox,
which look at the file, are measured by their limit and not here.
"""

from __future__ import annotations

import asyncio
import re
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import uvicorn

from cutroom.api import create_app
from cutroom.base.settings import Settings
from cutroom.base.units import MEBIBYTE
from cutroom.boot.platform import Platform
from cutroom.boot.postgres import Postgres
from cutroom.boot.tables import prepare_tables

BOUNDARY = "cutroom-bench"
BLOCK = MEBIBYTE


def wave_header(size: int) -> bytes:
    """Describe `size` bytes of stereo silence at 48 kHz and 16 bit."""
    layout = struct.pack("<HHIIHH", 1, 2, 48000, 192000, 4, 16)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<I", 16) + layout + b"data"


async def serve(folder: str) -> None:
    """Run the API until standard input ends; print the port and then, when asked, nothing more."""
    async with AsyncExitStack() as stack:
        settings = Settings(_env_file=None, data=Path(folder))
        postgres = Postgres(settings.data)
        process = await postgres.launch()
        stack.push_async_callback(process.wait)
        stack.callback(process.terminate)
        await postgres.wait_ready(process)
        await prepare_tables(postgres.url)
        platform = await Platform.open(settings, postgres.url)
        stack.push_async_callback(platform.close)
        app = create_app(platform, modules=["auth", "projects", "assets"])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none", http="httptools"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving


def peak(pid: int) -> float:
    """Return the most memory a process has held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def form(megabytes: int) -> AsyncIterator[bytes]:
    """Yield a form with one file of that size."""
    size = megabytes * MEBIBYTE
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="long.wav"\r\n\r\n'
    yield head.encode() + wave_header(size) + struct.pack("<I", size)
    block = bytes(BLOCK)
    for _ in range(megabytes):
        yield block
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


async def measure(port: int, pid: int, megabytes: int) -> None:
    """Upload once small, once large; read the large one back; print the table."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
        person = {"email": "bench@example.com", "password": "correct horse battery"}
        token = (await client.post("/api/auth/register", json=person)).json()["data"]["token"]
        client.headers["authorization"] = f"Bearer {token}"
        made = await client.post("/api/projects", json={"name": "bench"})
        path = f"/api/projects/{made.json()['data']['project']['projectId']}/assets"
        kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
        print(f"{'':24}{'seconds':>9}{'MB/s':>8}{'peak MB':>9}")
        for label, amount in (("upload 1 MB", 1), (f"upload {megabytes} MB", megabytes)):
            started = time.perf_counter()
            answer = await client.post(path, content=form(amount), headers=kind)
            assert answer.status_code == 201, answer.text
            show(label, started, amount, pid)
        started = time.perf_counter()
        async with client.stream("GET", answer.json()["data"]["asset"]["url"]) as got:
            count = 0
            async for block in got.aiter_raw():
                count += len(block)
        assert count == megabytes * MEBIBYTE + 44
        show(f"download {megabytes} MB", started, megabytes, pid)


def show(label: str, started: float, megabytes: int, pid: int) -> None:
    """Print a line."""
    seconds = time.perf_counter() - started
    print(f"{label:24}{seconds:9.2f}{megabytes / seconds:8.0f}{peak(pid):9.0f}")


def main() -> None:
    """Start the server, measure, stop it."""
    if sys.argv[1:2] == ["--serve"]:
        asyncio.run(serve(sys.argv[2]))
        return
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    with tempfile.TemporaryDirectory(prefix="cutroom-bench-") as folder:
        program = [sys.executable, __file__, "--serve", folder]
        with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdin
            assert server.stdout
            port = int(server.stdout.readline())
            try:
                asyncio.run(measure(port, server.pid, megabytes))
            finally:
                server.stdin.close()
                server.wait(60)


if __name__ == "__main__":
    main()
