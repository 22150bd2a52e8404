"""Bring a database to the newest version of the tables, once, whoever asks at the same time."""

from __future__ import annotations

import importlib.resources

import psycopg
from psycopg import sql

_LOCK = 0x637574726F6F6D  # "cutroom" as a number: the advisory lock of migrations


def migrate(url: str) -> None:
    """Apply what is missing. Blocking; idempotent; several processes may call it at once.

    Args:
        url: A libpq URI.
    """
    # Here, because half the time of importing a client of the platform goes into these three.
    import sqlalchemy
    from alembic import command
    from alembic.config import Config

    with psycopg.connect(url, autocommit=True) as lock:
        lock.execute(sql.SQL("select pg_advisory_lock({})").format(_LOCK))
        # The creator is psycopg's own connect: SQLAlchemy's URLs know no socket folders.
        engine = sqlalchemy.create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=sqlalchemy.NullPool
        )
        config = Config()
        folder = importlib.resources.files("cutroom.database").joinpath("migrations")
        config.set_main_option("script_location", str(folder))
        config.attributes["engine"] = engine
        command.upgrade(config, "head")
