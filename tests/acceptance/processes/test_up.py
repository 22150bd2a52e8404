"""`cutroom up` as its users run it: it answers, survives deaths, and leaves nothing behind."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

COMMAND = [sys.executable, "-P", "-m", "cutroom.cli.main"]
PARTS = ("serve", "worker", "postgres")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(check, seconds, what):
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return found


class Up:
    """One running `cutroom up`."""

    def __init__(self, folder):
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "nobody-made-this"),
            "CUTROOM_DATA": str(folder / "data"),
            "CUTROOM_PORT": str(self.port),
            "CUTROOM_DRAIN_SECONDS": "2",
        }
        self.folder = folder
        self.process = None
        self.seen = set()

    def start(self):
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [*COMMAND, "up"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        log.close()
        lines = [self.process.stdout.readline() for _ in range(2)]
        assert f"http://localhost:{self.port}" in lines[0], self.log()
        self.family()
        return lines[1].split()[-1]

    def log(self):
        return (self.folder / "log").read_text()

    def family(self):
        processes = psutil.Process(self.process.pid).children(recursive=True)
        self.seen |= set(processes)
        return processes

    def part(self, name):
        """Return the direct child that runs a part; None while there is none."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                words = child.cmdline()
                if words and is_alive(child) and (name in words or os.path.basename(words[0]) == name):  # noqa: PTH119 - text
                    return child
        return None

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)
        except OSError:
            return None

    def is_well(self):
        health = self.health()
        return bool(health) and health["success"] and all(self.part(name) for name in PARTS)

    def command(self, *words):
        return subprocess.run(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def all_gone(self):
        return not any(is_alive(process) for process in self.seen)


@pytest.fixture
def up(tmp_path):
    started = Up(tmp_path)
    yield started
    if started.process is not None:
        if started.process.poll() is None:
            started.family()
            started.process.kill()
            started.process.wait()
        started.process.stdout.close()
        until(started.all_gone, 10, "the end of everything")


def test_up_answers_and_ctrl_c_leaves_nothing(up):
    link = up.start()
    assert re.fullmatch(rf"http://localhost:{up.port}/sign-in\?token=\S+", link)
    assert up.is_well()

    again = up.command("sign-in")
    assert again.returncode == 0, again.stderr
    assert again.stdout.strip() != link
    assert f"localhost:{up.port}/sign-in?token=" in again.stdout

    second = up.command("up")
    assert second.returncode == 1
    assert "data_folder_in_use" in second.stderr
    up.environment["CUTROOM_DATA"] = str(up.folder / "other")
    third = up.command("up")
    assert third.returncode == 1
    assert "port_in_use" in third.stderr
    assert len(third.stderr.strip().splitlines()) == 1

    up.family()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(15) == 0
    until(up.all_gone, 1, "the end of everything")
    assert up.health() is None


def test_each_part_comes_back_after_kill_9(up):
    up.start()
    for name in PARTS:
        before = up.part(name)
        before.kill()
        # The dead one may be seen for a moment more on a busy machine.
        until(lambda name=name, old=before: up.part(name) not in {None, old}, 3, f"a new {name}")
        until(up.is_well, 15, f"health after the death of {name}")
    up.family()
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(15) == 0
    until(up.all_gone, 1, "the end of everything")


def test_kill_9_of_the_supervisor_ends_all_and_the_next_up_works(up):
    up.start()
    up.family()
    up.process.kill()
    up.process.wait()
    up.process.stdout.close()
    up.start()
    assert up.is_well()
    first = {process for process in up.seen if process not in set(up.family())}
    assert not any(is_alive(process) for process in first)


def test_a_worker_that_hangs_is_replaced(up):
    up.start()
    hung = up.part("worker")
    hung.suspend()
    until(lambda: not is_alive(hung), 40, "the end of the hung worker")
    until(up.is_well, 15, "health")


def test_the_second_ctrl_c_stops_at_once(up):
    up.environment["CUTROOM_DRAIN_SECONDS"] = "60"
    up.start()
    worker = up.part("worker")
    worker.suspend()  # it will not answer the first signal
    up.family()
    up.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert up.process.poll() is None
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(5) == 0
    until(up.all_gone, 1, "the end of everything")


def test_serve_and_worker_without_a_database_say_so(up):
    for name in ("serve", "worker", "migrate", "sign-in"):
        answer = up.command(name)
        assert answer.returncode == 1
        assert "no_database" in answer.stderr
        assert "Traceback" not in answer.stderr
