"""Floor 1: tables, queries by name, migrations. The only room that speaks SQL to PostgreSQL."""

from cutroom.database.pool import Connection, Database, DatabaseUnavailable, Row
from cutroom.database.query import execute, fetch_all, fetch_one, fetch_row

__all__ = [
    "Connection",
    "Database",
    "DatabaseUnavailable",
    "Row",
    "execute",
    "fetch_all",
    "fetch_one",
    "fetch_row",
]
