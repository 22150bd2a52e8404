"""Queries by name: `jobs.claim` is the text under `-- name: claim` in queries/jobs.sql."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

from cutroom.base.errors import Conflict
from cutroom.database.pool import Connection, Row

_NAME = re.compile(r"^-- name: *([a-z_]+) *$", re.MULTILINE)


@cache
def _texts(room: str) -> dict[str, LiteralString]:
    """Parse one file of queries; parameters are written `%(name)s`."""
    source = files("cutroom.database").joinpath("queries", f"{room}.sql").read_text("utf-8")
    pieces = _NAME.split(source)[1:]
    # The files are part of this package: their text is as literal as a string in the code.
    return {
        name: cast("LiteralString", text.strip())
        for name, text in zip(pieces[::2], pieces[1::2], strict=True)
    }


def text_of(name: str) -> LiteralString:
    """Return the SQL of a query named `file.query`.

    Raises:
        KeyError: When there is no such query.
    """
    room, _, query = name.partition(".")
    return _texts(room)[query]


async def execute(connection: Connection, name: str, /, **parameters: object) -> int:
    """Run a query for its effect; return how many rows it touched."""
    cursor = await connection.execute(text_of(name), parameters)
    return cursor.rowcount


async def fetch_one(connection: Connection, name: str, /, **parameters: object) -> Row | None:
    """Run a query; return its first row as a dictionary, or None."""
    cursor = await connection.execute(text_of(name), parameters)
    return await cursor.fetchone()


async def fetch_row(connection: Connection, name: str, /, **parameters: object) -> Row:
    """Run a query that must give a row.

    Raises:
        Conflict: When it gave none.
    """
    row = await fetch_one(connection, name, **parameters)
    if row is None:
        raise Conflict(f"The query {name} found nothing.", code="row_missing")
    return row


async def fetch_all(connection: Connection, name: str, /, **parameters: object) -> list[Row]:
    """Run a query; return its rows as dictionaries."""
    cursor = await connection.execute(text_of(name), parameters)
    return await cursor.fetchall()
