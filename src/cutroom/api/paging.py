"""Cursor paging: `limit` and `cursor` in the query, `nextCursor` in the answer where there is more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query

from cutroom.api.model import Id
from cutroom.base.errors import Refused
from cutroom.base.ids import parse_id
from cutroom.database import Row

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=1000, description="The most entries of one answer.")]
Cursor = Annotated[Id | None, Query(description="The `nextCursor` of the answer before.")]


def read_cursor(cursor: str | None) -> UUID | None:
    """Return the id after which a page begins.

    Raises:
        Refused: With code `invalid_cursor`.
    """
    if cursor is None:
        return None
    try:
        return parse_id(cursor, "cursor")
    except Refused:
        message = "cursor must be the nextCursor of an earlier answer; leave it out to begin again."
        raise Refused(message, code="invalid_cursor", details={"field": "cursor"}) from None


def cut_page(rows: Sequence[Row], limit: int, view: Callable[[Row], Item]) -> tuple[list[Item], str | None]:
    """Return the entries of a page and its `nextCursor`.

    Args:
        rows: One more than `limit` where there is more, newest first, each with its `id`.
        limit: Entries of a page.
        view: Makes an entry of a row.
    """
    shown = rows[:limit]
    has_more = len(rows) > limit
    return [view(row) for row in shown], str(shown[-1]["id"]) if has_more else None
