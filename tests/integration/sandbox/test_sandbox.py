"""Children that behave, crash, explode, hang and lose their parents."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import sandbox_work as work

from cutroom.base import log
from cutroom.base.errors import BrokenMedia, Failed
from cutroom.base.units import GIBIBYTE, MEBIBYTE
from cutroom.sandbox import ChildCrashed, ChildLost, Limits, MemoryLimit, Sandbox, TimeLimit

LIMITS = Limits(memory_bytes=GIBIBYTE, seconds=30)


@pytest.fixture
async def sandbox():
    made = Sandbox()
    yield made
    await made.close()


async def eventually(check, seconds=2.0):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.005)


def is_alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def pids_in(path):
    await eventually(lambda: path.exists() and path.read_text(), 5)
    return [int(word) for word in path.read_text().split()]


async def test_returns_what_the_function_returns(sandbox):
    assert await sandbox.call(work.add, 2, b=3, limits=LIMITS) == 5


async def test_child_leads_its_own_group_under_the_fork_server(sandbox):
    pid, group, parent = await sandbox.call(work.whoami, limits=LIMITS)
    assert pid == group != os.getpgid(0)
    assert parent != os.getpid()
    assert not is_alive(pid)


async def test_cancel_kills_the_group_and_what_escaped_it(sandbox, tmp_path):
    task = asyncio.create_task(sandbox.call(work.sleep_with_grandchild, tmp_path / "pids", limits=LIMITS))
    pids = await pids_in(tmp_path / "pids")
    assert all(is_alive(pid) for pid in pids)
    started = time.perf_counter()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    seconds = time.perf_counter() - started
    assert not is_alive(pids[0])
    await eventually(lambda: not any(is_alive(pid) for pid in pids))
    assert seconds < 30, "how fast it is, bench/jobs.py measures"


async def test_cancel_ends_a_child_that_holds_the_gil(sandbox, tmp_path):
    task = asyncio.create_task(sandbox.call(work.hold_the_gil, tmp_path / "pid", limits=LIMITS))
    (pid,) = await pids_in(tmp_path / "pid")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(pid)


async def test_cancel_before_the_fork_leaves_nothing(sandbox):
    tasks = [asyncio.create_task(sandbox.call(work.whoami, limits=LIMITS)) for _ in range(8)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    server = psutil.Process(sandbox._server.pid)
    await eventually(lambda: not server.children())


async def test_segfault_is_an_error_that_names_the_signal(sandbox, caplog):
    with pytest.raises(ChildCrashed, match="SIGSEGV") as caught:
        await sandbox.call(work.crash, limits=LIMITS)
    assert caught.value.code_word == "child_crashed"
    assert "in crash" in caplog.text  # the Python stack of the fault
    assert await sandbox.call(work.add, 1, limits=LIMITS) == 1


async def test_leaving_without_an_answer_is_an_error(sandbox):
    with pytest.raises(ChildCrashed, match="code 3"):
        await sandbox.call(work.leave, 3, limits=LIMITS)
    with pytest.raises(Failed, match="SystemExit"):
        await sandbox.call(work.leave_politely, limits=LIMITS)


async def test_kill_from_outside_may_be_tried_again(sandbox):
    with pytest.raises(ChildLost, match="SIGKILL") as caught:
        await sandbox.call(work.end_by, signal.SIGKILL, limits=LIMITS)
    assert caught.value.retryable


@pytest.mark.parametrize("chunk", [4 * MEBIBYTE, 400 * MEBIBYTE])
async def test_memory_explosion_is_stopped(sandbox, chunk):
    with pytest.raises(MemoryLimit, match="256 MB") as caught:
        await sandbox.call(work.explode, chunk, limits=Limits(256 * MEBIBYTE, 30))
    assert caught.value.code_word == "memory_limit"


async def test_memory_of_grandchildren_counts(sandbox):
    with pytest.raises(MemoryLimit):
        await sandbox.call(work.explode_in_grandchild, limits=Limits(256 * MEBIBYTE, 30))


async def test_memory_error_is_the_memory_limit(sandbox):
    with pytest.raises(MemoryLimit):
        await sandbox.call(work.ask_for_too_much, limits=LIMITS)


async def test_deadline(sandbox, tmp_path):
    started = time.monotonic()
    with pytest.raises(TimeLimit, match=r"0\.3 seconds"):
        await sandbox.call(work.hold_the_gil, tmp_path / "pid", limits=Limits(GIBIBYTE, 0.3))
    assert time.monotonic() - started < 30


async def test_progress_is_in_order_thinned_and_ends_with_the_last(sandbox):
    heard = []
    count = await sandbox.call(
        work.report, 300, 0.002, limits=LIMITS, progress=lambda fraction, text: heard.append((fraction, text))
    )
    assert count == 300
    assert heard == sorted(heard)
    assert heard[-1] == (1.0, "step 0")
    assert 5 <= len(heard) <= 16  # 0.6 s and what the machine adds, at ten per second


async def test_failing_progress_callback_ends_the_call(sandbox):
    def refuse(fraction, text):
        raise KeyError("no")

    with pytest.raises(KeyError):
        await sandbox.call(work.report, 100, 0.01, limits=LIMITS, progress=refuse)
    server = psutil.Process(sandbox._server.pid)
    await eventually(lambda: not server.children())


async def test_log_records_come_back_with_the_callers_context(sandbox, capsys):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        log.set_up("INFO", "json", "worker")
        with log.context(job="j1"):
            await sandbox.call(work.speak, limits=LIMITS)
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
    lines = [line for line in capsys.readouterr().err.splitlines() if "spoken" in line]
    assert len(lines) == 1
    assert '"message": "spoken in a child"' in lines[0]
    assert '"job": "j1"' in lines[0]
    assert '"stream": 3' in lines[0]


async def test_a_flood_of_records_is_cut(sandbox, caplog):
    await sandbox.call(work.chatter, 3000, limits=LIMITS)
    assert len(caplog.records) == 1001
    assert "dropped" in caplog.records[-1].message


async def test_our_errors_travel_whole(sandbox):
    with pytest.raises(BrokenMedia) as caught:
        await sandbox.call(work.refuse, limits=LIMITS)
    assert caught.value.message == "The file is empty."
    assert caught.value.code_word == "empty_file"
    assert caught.value.hint == "Choose another."
    assert caught.value.details == {"bytes": 0}


@pytest.mark.parametrize(
    "function", [work.fail, work.fail_unpicklable, work.answer_unpicklable, work.refuse_unpicklable]
)
async def test_other_errors_are_ours_with_the_trace_in_the_log(sandbox, caplog, function):
    with pytest.raises(Failed) as caught:
        await sandbox.call(function, limits=LIMITS)
    assert caught.value.code_word == "internal_error"
    assert "secret detail" not in caught.value.message
    assert "Traceback" in caplog.text


async def test_large_answers_pass(sandbox):
    assert len(await sandbox.call(work.answer_large, 50 * MEBIBYTE, limits=LIMITS)) == 50 * MEBIBYTE


async def test_local_functions_are_refused_before_the_start(sandbox):
    with pytest.raises(TypeError, match="importable by name"):
        await sandbox.call(lambda: 1, limits=LIMITS)


async def test_child_has_no_secrets_no_input_and_no_core(sandbox, monkeypatch):
    monkeypatch.setenv("ELEVENLABS_API_KEY", "k")
    monkeypatch.setenv("CUTROOM_DATABASE_URL", "postgresql://u:p@h/d")
    monkeypatch.setenv("HARMLESS", "1")
    monkeypatch.setenv("SOME_PROXY", "http://me:word@proxy")
    seen = await sandbox.call(work.environment, limits=LIMITS)
    assert "HARMLESS" in seen
    assert not {"ELEVENLABS_API_KEY", "CUTROOM_DATABASE_URL", "SOME_PROXY"} & set(seen)
    assert await sandbox.call(work.read_stdin, limits=LIMITS) == ""
    assert await sandbox.call(work.core_limit, limits=LIMITS) == (0, 0)


async def test_preloaded_modules_are_there():
    sandbox = Sandbox(["colorsys", "no_such_module_at_all"])
    try:
        assert "colorsys" in await sandbox.call(work.modules, limits=LIMITS)
    finally:
        await sandbox.close()


async def test_fifty_calls_at_once_and_the_loop_stays_free(sandbox):
    await sandbox.start()
    late = []

    async def beat():
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append(time.perf_counter() - before - 0.01)

    heart = asyncio.create_task(beat())
    answers = await asyncio.gather(*(sandbox.call(work.add, n, 1, limits=LIMITS) for n in range(50)))
    heart.cancel()
    assert answers == list(range(1, 51))
    assert max(late) < 0.25


async def test_dead_fork_server_is_replaced(sandbox, tmp_path):
    task = asyncio.create_task(sandbox.call(work.sleep_with_grandchild, tmp_path / "pids", limits=LIMITS))
    pids = await pids_in(tmp_path / "pids")
    os.kill(sandbox._server.pid, signal.SIGKILL)
    with pytest.raises(ChildLost):
        await task
    await eventually(lambda: not any(is_alive(pid) for pid in pids[:2]))
    os.kill(pids[2], signal.SIGKILL)  # the one that left the group on purpose has lost its keeper
    assert await sandbox.call(work.add, 1, limits=LIMITS) == 1


async def test_close_leaves_no_orphan(tmp_path):
    sandbox = Sandbox()
    task = asyncio.create_task(sandbox.call(work.sleep_with_grandchild, tmp_path / "pids", limits=LIMITS))
    pids = await pids_in(tmp_path / "pids")
    server = sandbox._server.pid
    await sandbox.close()
    with pytest.raises(ChildLost):
        await task
    await eventually(lambda: not any(is_alive(pid) for pid in [*pids, server]))
    with pytest.raises(ChildLost, match="shutting down"):
        await sandbox.call(work.add, 1, limits=LIMITS)


PARENT = """
import asyncio, sys
sys.path.insert(0, {folder!r})
import sandbox_work
from cutroom.sandbox import Limits, Sandbox

async def main():
    box = Sandbox()
    await asyncio.gather(
        box.call(sandbox_work.sleep_with_grandchild, {one!r}, limits=Limits(1 << 30, 60)),
        box.call(sandbox_work.hold_the_gil, {two!r}, limits=Limits(1 << 30, 60)),
    )

asyncio.run(main())  # without a main guard: nothing of this file may run in a child
open({two!r} + ".twice", "a").close()
"""


async def test_kill_9_of_the_worker_leaves_no_orphan(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    program = tmp_path / "parent.py"
    program.write_text(PARENT.format(folder=str(Path(__file__).parent), one=str(one), two=str(two)))
    parent = subprocess.Popen([sys.executable, str(program)])  # noqa: ASYNC220 - starts in a millisecond
    pids = [*await pids_in(one), *await pids_in(two)]
    pids += [process.pid for process in psutil.Process(parent.pid).children()]
    parent.kill()
    parent.wait()
    await eventually(lambda: not any(is_alive(pid) for pid in pids), 2)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".twice"] == []
