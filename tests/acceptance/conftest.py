"""One platform of real processes for the tests that only ask it; started once, ended by its pid."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path.append(str(BENCH))  # the benches start platforms in the same way

from customers import ALLOWED_ORIGIN, Customer, Elsewhere  # noqa: E402 - after the path

from running import Running, platform  # noqa: E402 - after the path


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """Run a server on loopback that the platform may fetch files from, by the name localhost only."""
    with Elsewhere.started() as server:
        yield server


@pytest.fixture(scope="session")
def running(elsewhere: Elsewhere) -> Iterator[Running]:
    """Run the platform of this session."""
    settings = {
        "CUTROOM_ALLOWED_ORIGINS": ALLOWED_ORIGIN,
        "CUTROOM_ALLOWED_HOSTS": f"localhost:{elsewhere.port}",
        "CUTROOM_DRAIN_SECONDS": "1",
        "CUTROOM_MAX_UPLOAD_BYTES": "4000000",
        "CUTROOM_MAX_MEDIA_HOURS": "12",
        "ELEVENLABS_API_KEY": "",  # nobody's own key is used by a test
        "CUTROOM_FETCH_MODELS": "false",  # nor is a model hub asked
    }
    with platform(**settings) as started:
        yield started


@pytest.fixture
def person(running: Running) -> Iterator[object]:
    """Return a maker of new accounts, each a signed-in client."""
    made: list[Customer] = []

    def make() -> Customer:
        made.append(Customer(running))
        return made[-1]

    yield make
    for customer in made:
        customer.leave()
