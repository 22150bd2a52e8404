"""What every test gets: a printed seed, marks by folder, closed sockets, the shared folder."""

from __future__ import annotations

import faulthandler
import gc
import os
import random
import secrets
import signal
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pytest_socket import disable_socket, enable_socket

from cutroom.base.settings import Settings, variable_names

TESTS = Path(__file__).parent
FOLDERS = ("unit", "contract", "searches", "pictures", "integration", "acceptance")
CLOSED = {"unit", "searches"}  # tests that need no network get none
SETTINGS = frozenset(name for field in Settings.model_fields for name in variable_names(field))
SEED = int(os.environ.get("CUTROOM_SEED") or secrets.randbelow(2**32))


def pytest_configure(config: pytest.Config) -> None:
    """Name the folders' marks and give hypothesis one seed for the whole run."""
    for folder in FOLDERS:
        config.addinivalue_line("markers", f"{folder}: a test of tests/{folder}")
    if not config.getoption("--hypothesis-seed"):
        config.option.hypothesis_seed = str(SEED)
    # Slow shared machines are no bugs of ours; the run's own time limit catches a hang.
    hypothesis.settings.register_profile(
        "cutroom",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        print_blob=True,
        max_examples=50,  # each state of the files draws others, so that few of them are many
    )
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "cutroom"))


def pytest_report_header() -> str:
    """Print how to repeat this run."""
    return f"seed: CUTROOM_SEED={SEED} repeats the random choices of this run"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by its folder, and run the quick folders first."""
    for item in items:
        item.add_marker(folder_of(item))
    items.sort(key=lambda item: FOLDERS.index(folder_of(item)))


def pytest_collection_finish() -> None:
    """Keep modules and tests, which live as long as the run, out of every later collection of garbage."""
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Seed the global generator per test, so that the order of tests changes nothing, and close the network.

    Event loops keep their own pair of unix sockets.
    """
    random.seed(seed_of(item))
    if folder_of(item) in CLOSED:
        disable_socket(allow_unix_socket=True)
    else:
        enable_socket()


def pytest_sessionfinish() -> None:
    """Leave the sockets as they were found."""
    enable_socket()


def folder_of(item: pytest.Item) -> str:
    """Return which of the six folders a test lies in.

    Raises:
        pytest.UsageError: When it lies elsewhere: then nobody knows what it needs.
    """
    folder = item.path.relative_to(TESTS).parts[0]
    if folder not in FOLDERS:
        raise pytest.UsageError(f"{item.path} must lie in one of tests/{{{','.join(FOLDERS)}}}.")
    return folder


def seed_of(item: pytest.Item) -> int:
    """Return a test's own seed, which follows from the run's."""
    return SEED ^ zlib.crc32(item.nodeid.encode())


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Return a number for a test's own generator; CUTROOM_SEED repeats it."""
    return seed_of(request.node)


@pytest.fixture(scope="session", autouse=True)
def _settings_of_nobody() -> Iterator[None]:
    """Hide the settings of the person who runs the tests: each test names what it needs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS.intersection(os.environ):
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recordings and vendor contracts that is no part of the repository."""
    named = os.environ.get("CUTROOM_SHARED")
    folder = Path(named) if named else TESTS.parent.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"needs recordings that are not in the repository: no {folder}/data (set CUTROOM_SHARED)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _all_stacks() -> Iterator[None]:
    """Let SIGUSR1 print the stack of every thread: for a run that seems to stand still."""
    faulthandler.register(signal.SIGUSR1, file=sys.__stderr__, all_threads=True)
    yield
    faulthandler.unregister(signal.SIGUSR1)
