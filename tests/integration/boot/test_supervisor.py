"""The supervisor over small real programs that die, hang, refuse to stop and leave orphans."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from cutroom.base.errors import Failed
from cutroom.boot import processes
from cutroom.boot.supervisor import Service, Supervisor

ENVIRONMENT = {"PATH": os.defpath}
SLEEP = "import time; time.sleep(60)"


def service(name, program, *, seconds=1.0, check=None, started=None):
    async def launch():
        process = await processes.spawn([sys.executable, "-c", program], environment=ENVIRONMENT)
        if started is not None:
            started.append(process.pid)
        return process

    async def wait_ready(process):
        await asyncio.sleep(0.1)

    return Service(name, launch, wait_ready, check, stop_steps=((signal.SIGTERM, seconds),))


@pytest.fixture
async def supervisor():
    made = Supervisor(hang_seconds=0.6)
    yield made
    await made.stop()


async def eventually(check, seconds=3.0):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.01)


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_what_dies_is_started_again_at_once(supervisor):
    started = []
    await supervisor.start([service("one", SLEEP, started=started)])
    os.kill(started[0], signal.SIGKILL)
    await eventually(lambda: len(started) == 2, 1.0)
    assert is_alive(started[1])
    assert supervisor.process_of("one").pid == started[1]


async def test_what_dies_again_and_again_is_started_ever_later(supervisor):
    started = []
    await supervisor.start([service("one", "import time; time.sleep(0.2)", started=started)])
    await asyncio.sleep(3)
    assert 3 <= len(started) <= 7


async def test_a_failing_first_start_is_an_error_and_the_rest_can_be_stopped(supervisor):
    started = []
    with pytest.raises(Failed, match="broken ended with code 7") as caught:
        await supervisor.start(
            [service("good", SLEEP, started=started), service("broken", "raise SystemExit(7)")]
        )
    assert caught.value.code_word == "service_start"
    await supervisor.stop()
    assert not is_alive(started[0])


async def test_what_hangs_is_killed_and_started_again(supervisor):
    started, silent = [], set()

    async def check(process):
        return process.pid not in silent

    await supervisor.start([service("one", SLEEP, check=check, started=started)])
    silent.add(started[0])
    await eventually(lambda: len(started) == 2)
    assert not is_alive(started[0])
    await asyncio.sleep(1)
    assert len(started) == 2


async def test_not_knowing_is_no_hang(supervisor):
    started = []

    async def check(process):
        return None

    await supervisor.start([service("one", SLEEP, check=check, started=started)])
    await asyncio.sleep(1.5)
    assert len(started) == 1


async def test_stages_stop_in_reverse_and_the_stubborn_are_killed(supervisor, tmp_path):
    journal = tmp_path / "journal"
    polite = (
        "import signal, sys, time\n"
        "def leave(*_):\n"
        f"    open({str(journal)!r}, 'a').write('NAME ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\ntime.sleep(60)"
    )
    stubborn = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    started = []
    await supervisor.start([service("first", polite.replace("NAME", "first"))])
    await supervisor.start(
        [
            service("second", polite.replace("NAME", "second")),
            service("stubborn", stubborn, seconds=0.5, started=started),
        ]
    )
    await asyncio.sleep(0.3)
    await supervisor.stop()
    assert journal.read_text().split() == ["second", "first"]
    assert not is_alive(started[0])


async def test_orphans_of_services_are_ended_and_others_are_not(supervisor, tmp_path):
    pids = tmp_path / "pids"
    program = (
        "import os, subprocess, sys, time\n"
        f"child = [sys.executable, '-c', {SLEEP!r}]\n"
        "ours = subprocess.Popen(child, start_new_session=True)\n"
        "theirs = subprocess.Popen(child, start_new_session=True, env={})\n"
        f"open({str(pids)!r}, 'w').write(f'{{ours.pid}} {{theirs.pid}}')\n"
        "time.sleep(60)"
    )
    started = []
    await supervisor.start([service("parent", program, started=started)])
    await eventually(lambda: pids.exists() and pids.read_text())
    ours, theirs = map(int, pids.read_text().split())
    os.kill(started[0], signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert psutil.Process(ours).ppid() == os.getpid()
    await supervisor.stop()
    try:
        assert not is_alive(ours)
        assert is_alive(theirs)
    finally:
        os.kill(theirs, signal.SIGKILL)


PROGRAM = """
import asyncio, sys
sys.path.insert(0, {folder!r})
from test_supervisor import SLEEP, service
from cutroom.boot.supervisor import Supervisor

async def main():
    started = []
    await Supervisor().start([service("one", SLEEP, started=started), service("two", SLEEP, started=started)])
    print(*started, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_kill_9_of_the_supervisor_ends_its_services():
    folder = os.path.dirname(__file__)  # noqa: PTH120 - a string for the program
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(folder=folder)], stdout=subprocess.PIPE, text=True
    ) as parent:
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
    end = time.monotonic() + 2
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.01)
