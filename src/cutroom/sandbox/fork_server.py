"""The fork server: a small process with the libraries loaded and no threads, which forks children.

It is a process of its own, so that a fork never copies the threads, locks and connections of a
worker, and not multiprocessing's forkserver, because that one imports the caller's `__main__`
again in every child: a user's script without a main guard would run twice. It also keeps the
limits, so that they hold while the worker is busy, and it outlives the worker by a moment: when
the worker's end of the control socket closes, it kills every group and leaves.

Messages on the control socket (SOCK_SEQPACKET, JSON):
    worker to server: {call, memory, seconds} with two file descriptors: link, crash file
    server to worker: {call, pid} after the fork; {call, reason, status} after the end
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from cutroom.sandbox import child
from cutroom.sandbox.kernel import (
    adopt_orphans,
    children_of,
    descendants_of,
    die_with_parent,
    kill_group,
    resident_bytes,
)
from cutroom.sandbox.limits import Limits, Reason

_TICK = 0.025  # memory grows by some 2 GB/s at most when pages are touched: 50 MB per tick
_TICKS_PER_TREE = 4  # the children of a child are counted every 100 ms
_MESSAGE = 4096


@dataclass
class _Child:
    call: int
    pid: int
    limits: Limits
    deadline: float
    ticks: int = 0
    below: int = 0
    reason: Reason = "exit"


def main(control_fd: int, worker: int, preload: list[str]) -> None:
    """Serve until the worker closes the control socket or dies."""
    die_with_parent(worker, signal.SIGTERM)
    adopt_orphans()
    control = socket.socket(fileno=control_fd)
    control.setblocking(True)
    _load(preload)
    server = _Server(control)
    try:
        server.serve()
    except BaseException:  # noqa: BLE001 - said here, because nothing above would
        traceback.print_exc()
    finally:
        server.kill_all()
        os._exit(0)


def _load(preload: list[str]) -> None:
    for name in preload:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001 - the call that needs it says so in its own error
            traceback.print_exc()
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1 or threading.active_count() != 1:
        sys.stderr.write(f"sandbox: preloaded modules started {threads - 1} threads; forks are unsafe\n")
    gc.collect()
    gc.freeze()  # keeps the collector of the children from touching, and so copying, shared pages


def _wake(number: int, frame: object) -> None:
    # The signal's byte in the wake-up pipe is what counts.
    del number, frame


class _Server:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_in, False)
        os.set_blocking(self._wake_out, False)
        self._is_over = False

    def serve(self) -> None:
        signal.set_wakeup_fd(self._wake_in, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake)
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wake_out, select.POLLIN)
        while not self._is_over:
            ready = {fd for fd, _ in poll.poll(_TICK * 1000 if self._children else None)}
            if self._wake_out in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_out, _MESSAGE)
            self._reap()
            if self._control.fileno() in ready:
                self._accept()
            self._keep_limits()

    def _end(self, number: int, frame: object) -> None:
        del number, frame
        self._is_over = True

    def _accept(self) -> None:
        try:
            message, fds, _, _ = socket.recv_fds(self._control, _MESSAGE, 2, socket.MSG_CMSG_CLOEXEC)
        except ConnectionError:
            message, fds = b"", []
        if not message:
            self._is_over = True
            return
        order = json.loads(message)
        link, crash_file = fds
        self._fork(order["call"], Limits(order["memory"], order["seconds"]), link, crash_file)

    def _fork(self, call: int, limits: Limits, link: int, crash_file: int) -> None:
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            for fd in (self._control.fileno(), self._wake_in, self._wake_out):
                os.close(fd)
            child.run(socket.socket(fileno=link), crash_file, server)
        # Both sides set the group, so that it exists before either goes on.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        os.close(link)
        os.close(crash_file)
        self._children[pid] = _Child(call, pid, limits, time.monotonic() + limits.seconds)
        self._tell(call=call, pid=pid)

    def _tell(self, **message: object) -> None:
        try:
            self._control.sendall(json.dumps(message).encode())
        except OSError:
            self._is_over = True

    def _reap(self) -> None:
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            known = self._children.pop(ended.si_pid, None)
            # The zombie still holds its number: the group cannot be somebody else's.
            kill_group(ended.si_pid)
            _, status = os.waitpid(ended.si_pid, 0)
            if known:
                self._kill_strays()
                code = os.waitstatus_to_exitcode(status)
                self._tell(call=known.call, reason=known.reason, status=code)

    def _kill_strays(self) -> None:
        """End what left its group: whoever is below here and not a child of ours was orphaned."""
        for pid in children_of(os.getpid()):
            if pid not in self._children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _keep_limits(self) -> None:
        moment = time.monotonic()
        for each in self._children.values():
            if each.reason != "exit":
                continue
            if each.ticks % _TICKS_PER_TREE == 0:
                each.below = sum(resident_bytes(pid) for pid in descendants_of(each.pid))
            each.ticks += 1
            if resident_bytes(each.pid) + each.below > each.limits.memory_bytes:
                each.reason = "memory"
            elif moment > each.deadline:
                each.reason = "time"
            if each.reason != "exit":
                kill_group(each.pid)

    def kill_all(self) -> None:
        for pid in self._children:
            kill_group(pid)
        for _ in range(100):
            self._kill_strays_and_children()
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            time.sleep(0.005)

    def _kill_strays_and_children(self) -> None:
        for pid in list(children_of(os.getpid())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
