"""The command line in this process, since most of a command's second is its start."""

import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from cutroom.cli.main import main

ENVIRONMENT = {
    "CUTROOM_FETCH_MODELS": "false",
    "CUTROOM_MODEL_HUB": "http://127.0.0.1:9",
    "COLUMNS": "200",
}


def _leave_code():
    """Run the command of `sys.argv`; return its exit code."""
    with pytest.raises(SystemExit) as left:
        main()
    return left.value.code or 0


@pytest.fixture
def cutroom(tmp_path, monkeypatch, capsys):
    """Return the command line, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logging.root, "handlers", list(logging.root.handlers))
    for name, value in (ENVIRONMENT | {"HOME": str(tmp_path / "home")}).items():
        monkeypatch.setenv(name, value)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["cutroom", *map(str, words)])
        # In a thread: browser tests leave a loop in this one, and a command brings its own.
        with ThreadPoolExecutor(1) as pool:
            code = pool.submit(_leave_code).result()
        told = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=told.out, stderr=told.err)

    level = logging.root.level
    yield run
    logging.root.setLevel(level)
