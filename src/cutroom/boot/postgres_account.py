"""Who runs PostgreSQL: it refuses root, so root lends it a user and the way to its folders."""

from __future__ import annotations

import contextlib
import logging
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from cutroom.base.errors import Unsupported
from cutroom.boot.processes import Account

_NAMES = ("cutroom", "postgres", "pgserver", "nobody")
_log = logging.getLogger(__name__)


def postgres_account() -> Account | None:
    """Return the user that PostgreSQL runs as: None for the present one, which is not root.

    As root: the first of `cutroom` (made as a system user where `useradd` exists), `postgres`,
    `pgserver`, `nobody`.

    Raises:
        Unsupported: When there is no such user.
    """
    if os.geteuid() != 0:
        return None
    _make_user(_NAMES[0])
    for name in _NAMES:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    message = (
        "PostgreSQL refuses to run as root and there is no other user for it; run "
        "`useradd --system cutroom`, run Cutroom as an ordinary user, or set CUTROOM_DATABASE_URL."
    )
    raise Unsupported(message, code="no_database_user")


def _make_user(name: str) -> None:
    with contextlib.suppress(KeyError):
        pwd.getpwnam(name)
        return
    useradd = shutil.which("useradd")
    if useradd is None:
        return
    command = [useradd, "--system", "--no-create-home", "--shell", "/bin/false", name]
    made = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - fixed words
    if made.returncode == 0:
        _log.info("Made the system user %s for PostgreSQL, which refuses to run as root.", name)


def open_way(path: Path) -> None:
    """Let other users walk through the folders above `path`; never lets them list or read.

    Raises:
        Unsupported: When a folder's mode cannot be changed.
    """
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if mode & stat.S_IXOTH:
            continue
        try:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
        except OSError as error:
            message = (
                f"PostgreSQL refuses to run as root, and its user cannot enter {folder}; set CUTROOM_DATA "
                "to a folder outside, or run Cutroom as an ordinary user."
            )
            raise Unsupported(message, code="no_way_for_database") from error
        _log.info("Let other users pass through %s (not read it), for PostgreSQL's user.", folder)
