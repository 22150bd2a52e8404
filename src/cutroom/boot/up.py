"""`cutroom up`: database, API and one worker on this machine, under one supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import webbrowser
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

from cutroom.accounts import Accounts
from cutroom.accounts.secret import platform_secret
from cutroom.base.errors import Unavailable
from cutroom.base.settings import Settings
from cutroom.boot import postgres, processes
from cutroom.boot.data_folder import claim
from cutroom.boot.listener import open_listener
from cutroom.boot.postgres import Postgres
from cutroom.boot.supervisor import Service, Supervisor
from cutroom.boot.tables import prepare_tables
from cutroom.database import Database, DatabaseUnavailable, fetch_row

_READY_SECONDS = 60.0
_PROBE_SECONDS = 5.0
_SILENCE_SECONDS = 5.0  # a worker writes its sign of life every second
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_log = logging.getLogger(__name__)


async def run_up(settings: Settings, announce: Callable[[str], None], *, opens_browser: bool = False) -> None:
    """Run the whole platform until a signal; a second signal stops it without draining.

    Args:
        settings: The settings; those of the children come from the same environment.
        announce: Gets the lines for the person at the terminal: address and sign-in link.
        opens_browser: Whether the link is opened in the browser of this machine.

    Raises:
        Conflict: When the port or the data folder is in use.
        CutroomError: When a part did not start; everything is stopped by then.
    """
    with claim(settings.data), contextlib.closing(open_listener(settings.host, settings.port)) as listener:
        supervisor = Supervisor()
        stop = _catch_signals(supervisor)
        platform = _Platform(settings, supervisor, listener)
        starting = asyncio.create_task(platform.start())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                link = starting.result()
                announce(f"Cutroom runs at {settings.base_url}")
                announce(f"Sign in, once and within 15 minutes: {link}")
                announce("Ctrl-C stops it; `cutroom sign-in` makes another link.")
                if opens_browser:
                    await asyncio.to_thread(webbrowser.open, link)
                await stop.wait()
        finally:
            stopping.cancel()
            starting.cancel()
            await asyncio.gather(starting, stopping, return_exceptions=True)
            await platform.stop()


def _catch_signals(supervisor: Supervisor) -> asyncio.Event:
    stop = asyncio.Event()

    def hear() -> None:
        if stop.is_set():
            _log.warning("Stopping at once; unfinished steps run again at the next start.")
            supervisor.kill()
        else:
            _log.info("Stopping; once more stops at once.")
            stop.set()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, hear)
    return stop


class _Platform:
    """The services and the supervisor's own small pool, which hears the worker's signs of life."""

    def __init__(self, settings: Settings, supervisor: Supervisor, listener: socket.socket) -> None:
        self._settings = settings
        self._supervisor = supervisor
        self._listener = listener
        self._database: Database | None = None

    async def start(self) -> str:
        """Start everything; return a sign-in link."""
        settings = self._settings
        if settings.database_url is not None:
            url = settings.database_url.get_secret_value()
        else:
            server = Postgres(settings.data)
            url = server.url
            await self._supervisor.start([_database_service(server)])
        await prepare_tables(url)
        database = self._database = Database(url, size=1)
        await database.open()
        api = _api_service(settings, url, self._listener)
        await self._supervisor.start([api, _worker_service(settings, url, database)])
        accounts = Accounts(database, settings, await platform_secret(database, settings))
        return await accounts.make_link()

    async def stop(self) -> None:
        """Stop everything, the database last."""
        await self._supervisor.stop()
        if self._database is not None:
            await self._database.close()


def _database_service(server: Postgres) -> Service:
    return Service(
        "database",
        server.launch,
        server.wait_ready,
        stop_steps=postgres.STOP_STEPS,
        kill_signal=signal.SIGQUIT,
    )


def _api_service(settings: Settings, url: str, listener: socket.socket) -> Service:
    host, port = listener.getsockname()[:2]
    address = str({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host))  # noqa: S104 - compared, not bound

    async def launch() -> Process:
        fd = listener.fileno()
        return await processes.spawn(
            _command("serve", "--fd", str(fd)), environment=_environment(url), pass_fds=[fd]
        )

    async def wait_ready(_: Process) -> None:
        await _until(lambda: _answers(address, port), f"The API does not answer on port {port}")

    async def check(_: Process) -> bool:
        return await _answers(address, port)

    patience = settings.drain_seconds + 5
    return Service("api", launch, wait_ready, check, stop_steps=((signal.SIGTERM, patience),))


def _worker_service(settings: Settings, url: str, database: Database) -> Service:
    async def launch() -> Process:
        return await processes.spawn(_command("worker"), environment=_environment(url))

    async def check(process: Process) -> bool | None:
        try:
            async with database.transaction() as connection:
                row = await fetch_row(
                    connection, "supervisor.worker_silence", host=socket.gethostname(), pid=process.pid
                )
        except DatabaseUnavailable:
            return None
        return row["seconds"] is not None and row["seconds"] < _SILENCE_SECONDS

    async def wait_ready(process: Process) -> None:
        await _until(lambda: check(process), "The worker does not report to the database")

    patience = settings.drain_seconds + 5
    return Service("worker", launch, wait_ready, check, stop_steps=((signal.SIGTERM, patience),))


def _command(*words: str) -> list[str]:
    # -P: a file of the working folder must not shadow a module.
    return [sys.executable, "-P", "-m", "cutroom.cli.main", *words]


def _environment(url: str) -> dict[str, str]:
    return {**os.environ, "CUTROOM_DATABASE_URL": url}


async def _until(check: Callable[[], Awaitable[bool | None]], complaint: str) -> None:
    """Wait for a check to hold.

    Raises:
        Unavailable: After a minute, starting with `complaint`.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_READY_SECONDS):
            while not await check():  # noqa: ASYNC110 - what is waited for is another process
                await asyncio.sleep(0.05)
            return
    raise Unavailable(f"{complaint} after {_READY_SECONDS:.0f} s.", code="service_start")


async def _answers(host: str, port: int) -> bool:
    """Tell whether an HTTP server answers, with whatever status, within five seconds."""
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"HEAD /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return (await reader.readline()).startswith(b"HTTP/1.")
            finally:
                writer.close()
    except OSError:  # TimeoutError is one
        return False
