"""What runs in a child after the fork: the function, its progress, its log, its one answer."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import pickle
import resource
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from cutroom.base.errors import CutroomError
from cutroom.sandbox import frames
from cutroom.sandbox.kernel import die_with_parent, kill_group
from cutroom.sandbox.limits import Limits, memory_limit

_NICENESS = 5  # pages and the API come before heavy work
_PROGRESS_PAUSE = 0.01
_MOST_RECORDS = 1000  # per call: a broken file can make a decoder talk for hours
_STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def run(link: socket.socket, crash_file: int, parent: int) -> NoReturn:
    """Serve one request, then end the process without any clean-up that could hang.

    Args:
        link: This end of the socket to the worker; its closing at the other end kills this process.
        crash_file: A file descriptor that gets the Python stacks when a signal crashes the process.
        parent: The pid of the fork server.
    """
    code = 1
    try:
        _settle(parent)
        faulthandler.enable(crash_file)
        request = frames.receive_request(link)
        if request is not None:
            threading.Thread(target=_die_with_worker, args=(link,), daemon=True).start()
            _serve(request, _Line(link))
            code = 0
    except BaseException:  # noqa: BLE001 - the worker sees a child that ended without an answer
        traceback.print_exc()
    finally:
        # Buffers of the standard streams only: exit handlers of libraries may hang or crash.
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _settle(parent: int) -> None:
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    die_with_parent(parent)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    with contextlib.suppress(OSError):
        # Out of memory, the kernel takes this process, not the database or the worker (proc(5)).
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _die_with_worker(link: socket.socket) -> None:
    # The worker sends nothing after the request: this returns when its end is closed.
    with contextlib.suppress(OSError):
        while link.recv(1):
            pass
    kill_group(os.getpid())


class _Line:
    """The way back to the worker, for any thread."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._lock = threading.Lock()

    def send(self, frame: frames.Frame) -> None:
        packed = frames.pack(frame)
        with self._lock:
            self._link.sendall(packed)


class _Reporter:
    """The `progress` that the function calls: sends what is new, at most 100 times a second."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self._sent_at = 0.0
        self._sent_text: str | None = None
        self._held: frames.Progress | None = None

    def __call__(self, fraction: float, text: str = "") -> None:
        report = frames.Progress(min(1.0, max(0.0, float(fraction))), text)
        moment = time.monotonic()
        if text == self._sent_text and moment < self._sent_at + _PROGRESS_PAUSE:
            self._held = report
            return
        self._sent_at, self._sent_text, self._held = moment, text, None
        self._line.send(report)

    def flush(self) -> None:
        if self._held is not None:
            self._line.send(self._held)
            self._held = None


class _LogSender(logging.Handler):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line
        self._left = _MOST_RECORDS

    def emit(self, record: logging.LogRecord) -> None:
        if self._left < 0:
            return
        self._left -= 1
        message, fields = record.getMessage(), _extra_fields(record)
        if self._left < 0:
            message, fields = f"further records are dropped after {_MOST_RECORDS}", {}
        if record.exc_info:
            fields["trace"] = "".join(traceback.format_exception(*record.exc_info))
        with contextlib.suppress(OSError):
            self._line.send(frames.LogRecord(record.name, record.levelno, message, fields))


def _extra_fields(record: logging.LogRecord) -> dict[str, Any]:
    simple = (str, int, float, bool, type(None))
    return {
        name: value if isinstance(value, simple) else str(value)
        for name, value in record.__dict__.items()
        if name not in _STANDARD_FIELDS
    }


def _serve(request: frames.Request, line: _Line) -> None:
    logging.root.handlers[:] = [_LogSender(line)]
    logging.root.setLevel(request.log_level)
    sys.path[:] = request.path
    reporter = _Reporter(line)
    try:
        function, args, kwargs = pickle.loads(request.call)  # noqa: S301 - from our own worker
        if request.wants_progress:
            kwargs["progress"] = reporter
        answer = _answer(function, args, kwargs)
    except CutroomError as error:
        answer = _raised(error)
    except MemoryError:
        answer = _raised(memory_limit(Limits(request.memory_bytes, 0)))
    except BaseException as error:  # noqa: BLE001 - SystemExit of a library is its bug as well
        answer = _broke(error)
    reporter.flush()
    line.send(answer)


def _answer(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> frames.Answer:
    return frames.Answer(pickle.dumps(function(*args, **kwargs), protocol=pickle.HIGHEST_PROTOCOL))


def _raised(error: CutroomError) -> frames.Raised | frames.Broke:
    try:
        packed = pickle.dumps(error, protocol=pickle.HIGHEST_PROTOCOL)
        pickle.loads(packed)  # noqa: S301 - an error that cannot be read back is told as text
    except Exception:  # noqa: BLE001 - pickle raises anything
        return _broke(error)
    return frames.Raised(packed)


def _broke(error: BaseException) -> frames.Broke:
    return frames.Broke(type(error).__name__, "".join(traceback.format_exception(error)))
