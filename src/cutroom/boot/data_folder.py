"""The folder of everything local: made, checked, and used by one `cutroom up` at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cutroom.base.errors import Conflict, Refused

_LOCK = "supervisor.lock"


def make_data_folder(folder: Path) -> None:
    """Make the folder where it is missing, and prove that it can be written.

    Raises:
        Refused: With code `data_folder`, saying what the system answered.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # media of users: nobody else's to list
        probe = folder / f".write-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"The data folder {folder} cannot be written ({reason}); set CUTROOM_DATA to another."
        raise Refused(message, code="data_folder") from error


@contextmanager
def claim(folder: Path) -> Generator[None]:
    """Hold the folder for this process; the kernel gives it free however the process ends.

    Raises:
        Conflict: With code `data_folder_in_use`, when another supervisor holds it.
        Refused: When the folder cannot be written.
    """
    make_data_folder(folder)
    with (folder / _LOCK).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            message = (
                f"Another `cutroom up` (process {holder}) already uses {folder}; stop it, or set "
                "CUTROOM_DATA and CUTROOM_PORT to run a second one beside it."
            )
            raise Conflict(message, code="data_folder_in_use") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
