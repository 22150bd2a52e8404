"""Folders that PostgreSQL's own user can reach when the tests run as root, and the command line."""

import tempfile
from pathlib import Path

import pytest

from commands import cutroom

__all__ = ["cutroom", "tmp_path"]


@pytest.fixture
def tmp_path():
    # pytest closes its own folder to other users, again at the start of every further session.
    with tempfile.TemporaryDirectory(prefix="cutroom-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
