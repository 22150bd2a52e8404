"""A program that becomes another one, which then ends when its parent does. Imports no Cutroom.

It runs by its path before the real program (`python launch.py PARENT SIGNAL UID GID PROGRAM ...`)
because the death signal must be set in the child itself, and Python code between fork and exec
is unsafe while the parent has threads.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>, prctl(2); survives exec, is cleared by a change of user


def main() -> None:
    """Give up root where a user is named, ask for the death signal, and become the program."""
    parent, number, uid, gid = map(int, sys.argv[1:5])
    program = sys.argv[5:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)  # the parent ended before the signal was asked for
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
