"""One folder of scratch files per worker; what a dead worker left goes when the next one starts."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from cutroom.base.settings import Settings


def folder_of(settings: Settings, worker_id: UUID) -> Path:
    """Return the folder of a worker's steps."""
    return settings.scratch / "steps" / str(worker_id)


@contextmanager
def held(settings: Settings, worker_id: UUID) -> Generator[Path]:
    """Hold a worker's folder, and remove those that nobody holds. Blocking.

    The kernel gives a lock back when its process ends, however it ends: a folder without a lock
    belongs to a worker that is dead.
    """
    folder = folder_of(settings, worker_id)
    lock = _make(folder)
    try:
        clear_dead(folder.parent)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_dead(root: Path) -> int:
    """Remove the folders that no living worker holds; return how many."""
    removed = 0
    for folder in root.iterdir():
        with suppress(OSError):  # held by a worker, or removed by another one meanwhile
            lock = _lock(folder)
            try:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
            finally:
                os.close(lock)
    return removed


def _make(folder: Path) -> int:
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        # Another worker's clearing may come between the folder and its lock.
        with suppress(OSError):
            lock = _lock(folder)
            if folder.exists() and os.fstat(lock).st_ino == folder.stat().st_ino:
                return lock
            os.close(lock)


def _lock(folder: Path) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
