"""Functions that the sandbox's tests run in children."""

import ctypes
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from cutroom.base.errors import BrokenMedia


def add(a, b=0):
    return a + b


def whoami():
    return os.getpid(), os.getpgid(0), os.getppid()


def sleep_with_grandchild(path, seconds=60):
    grandchild = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds})"])
    escaped = subprocess.Popen(
        [sys.executable, "-c", f"import time; time.sleep({seconds})"], start_new_session=True
    )
    Path(path).write_text(f"{os.getpid()} {grandchild.pid} {escaped.pid}")
    time.sleep(seconds)


def crash():
    ctypes.string_at(0)


def leave(code):
    os._exit(code)


def leave_politely():
    sys.exit(4)


def end_by(number):
    os.kill(os.getpid(), number)
    time.sleep(60)


def explode(chunk):
    held = []
    while True:
        held.append(bytearray(os.urandom(1) * chunk))


def explode_in_grandchild():
    program = "h=[]\nwhile True: h.append(bytearray(b'x' * 10_000_000))"
    subprocess.run([sys.executable, "-c", program], check=False)


def ask_for_too_much():
    return bytearray(1 << 60)


def hold_the_gil(path):
    Path(path).write_text(str(os.getpid()))
    return pow(7, 10**9)  # one call in C that never lets go


def report(steps, pause, *, progress):
    for step in range(steps + 1):
        progress(step / steps, f"step {step // 1000}")
        time.sleep(pause)
    return steps


def speak():
    logging.getLogger("cutroom.test").warning("spoken in %s", "a child", extra={"stream": 3})
    logging.getLogger("cutroom.test").debug("not heard")
    return True


def chatter(count):
    for number in range(count):
        logging.getLogger("cutroom.test").warning("%d", number)


def refuse():
    raise BrokenMedia("The file is empty.", code="empty_file", hint="Choose another.", details={"bytes": 0})


def fail():
    raise ValueError("secret detail")


class Unpicklable(Exception):
    def __init__(self, a, b):
        super().__init__(a)


class OddRefusal(BrokenMedia):
    def __reduce__(self):
        return (Unpicklable, (1,))


def fail_unpicklable():
    raise Unpicklable(1, 2)


def refuse_unpicklable():
    raise OddRefusal("odd")


def answer_unpicklable():
    return lambda: 1


def answer_large(count):
    return b"x" * count


def environment():
    return dict(os.environ)


def read_stdin():
    return sys.stdin.read()


def core_limit():
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)


def modules():
    return sorted(sys.modules)
