"""The embedded PostgreSQL: its first start, its deaths, and what earlier ones left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from cutroom.base.errors import Conflict, Refused
from cutroom.boot import postgres, processes
from cutroom.boot.data_folder import claim
from cutroom.boot.postgres import Postgres, running_url

KEEP = "select 1 from (select lo_from_bytea(4242, 'seven'))"
BUSY = """
import psycopg, sys
psycopg.connect(sys.argv[1]).execute("select count(*) from generate_series(1, 1000000000000)")
"""
READ = "select convert_from(lo_get(4242), 'UTF8')"


async def start(data):
    data.mkdir(parents=True, exist_ok=True)
    server = Postgres(data)
    process = await server.launch()
    await asyncio.wait_for(server.wait_ready(process), 20)
    return server, process


async def stop(process):
    await processes.stop(process, postgres.STOP_STEPS)


def ask(url, query="select 1"):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_starts_answers_keeps_and_stops(tmp_path):
    server, process = await start(tmp_path / "data")
    assert running_url(tmp_path / "data") == server.url
    assert ask(server.url, "show fsync") == "on"
    assert ask(server.url, "show max_connections") == "100"
    assert ask(server.url, "select lower('ÄÖÜ')") == "äöü"
    ask(server.url, KEEP)
    await stop(process)
    assert process.returncode == 0
    assert running_url(tmp_path / "data") is None
    server, process = await start(tmp_path / "data")
    assert ask(server.url, READ) == "seven"
    await stop(process)


async def test_comes_back_after_kill_9(tmp_path):
    server, process = await start(tmp_path)
    ask(server.url, KEEP)
    process.kill()
    await process.wait()
    began = time.monotonic()
    server, process = await start(tmp_path)
    assert time.monotonic() - began < 60
    assert ask(server.url, READ) == "seven"
    await stop(process)


async def test_busy_backends_of_a_killed_server_do_not_block_the_next(tmp_path):
    server, process = await start(tmp_path)
    backend = subprocess.Popen(  # noqa: ASYNC220 - starts in a millisecond
        [
            sys.executable,
            "-c",
            BUSY,
            server.url,
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        busy = "select count(*) from pg_stat_activity where query like 'select count(*) from generate%'"
        while ask(server.url, busy) < 1:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
        process.kill()
        await process.wait()
        server, process = await start(tmp_path)
        assert ask(server.url) == 1
        await stop(process)
    finally:
        backend.kill()
        backend.wait()


async def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(tmp_path):
    _, process = await start(tmp_path)
    process.kill()
    await process.wait()
    pid_file = tmp_path / "postgres" / postgres.VERSION / "postmaster.pid"
    owner = pid_file.stat()
    lines = pid_file.read_text().splitlines()
    stranger = await processes.spawn(
        [sys.executable, "-S", "-c", "import time; time.sleep(60)"], environment={}
    )
    lines[0] = str(stranger.pid)
    pid_file.write_text("\n".join(lines) + "\n")
    os.chown(pid_file, owner.st_uid, owner.st_gid)
    assert running_url(tmp_path) is None
    server, process = await start(tmp_path)
    assert ask(server.url) == 1
    assert stranger.returncode is None
    await stop(process)
    stranger.kill()
    await stranger.wait()


async def test_a_deep_folder_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    server, process = await start(deep)
    assert str(deep) not in server.url
    assert ask(server.url) == 1
    assert running_url(deep) == server.url
    await stop(process)
    server._socket_folder.rmdir()  # the server has cleared it


async def test_half_a_first_start_is_begun_again(tmp_path):
    half = tmp_path / "postgres" / f"{postgres.VERSION}.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server, process = await start(tmp_path)
    assert ask(server.url) == 1
    await stop(process)


PROGRAM = """
import asyncio, sys
sys.path.insert(0, {folder!r})
from pathlib import Path
from test_postgres import start

async def main():
    server, process = await start(Path({data!r}))
    print(process.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_kill_9_of_its_parent_ends_it_and_the_next_start_works(tmp_path):
    program = PROGRAM.format(folder=str(Path(__file__).parent), data=str(tmp_path))
    with subprocess.Popen(  # noqa: ASYNC220 - starts in a millisecond
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        family = [pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))]
        parent.send_signal(signal.SIGKILL)
    server, process = await start(tmp_path)  # at once: the old one is still going down
    assert ask(server.url) == 1
    assert not any(is_alive(each) for each in family)
    await stop(process)


def test_a_data_folder_belongs_to_one_supervisor(tmp_path):
    with claim(tmp_path / "data"):
        with pytest.raises(Conflict, match=f"process {os.getpid()}") as caught, claim(tmp_path / "data"):
            pass
        assert caught.value.code_word == "data_folder_in_use"
    with claim(tmp_path / "data"):
        pass


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="CUTROOM_DATA"), claim(tmp_path / "file" / "data"):
        pass
