"""API keys: made, listed, deleted; the key itself is shown once."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ConfigDict, Field

from cutroom.accounts import keys
from cutroom.accounts.secret import derive_key
from cutroom.api.model import Answer, Body, Id, Moment, Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.base.clock import to_iso
from cutroom.base.ids import new_id, parse_id
from cutroom.database import Connection, Row
from cutroom.gate import Caller, Once, Router, Single, accounts_of, platform_of, success

router = Router(prefix="/api/keys", tags=["keys"])


class NewKey(Body):
    """What a key is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "render farm"}]})

    name: str = Field("", max_length=100, description="For your own list.")


class Key(Answer):
    """A key, without its secret."""

    key_id: UUID
    name: str
    prefix: str = Field(description="The first characters, to recognise it by.", examples=["cut_0aB3dE7g"])
    created_at: Moment
    last_used_at: Moment | None = Field(None, description="To the minute; left out when never used.")


class MadeKey(Answer):
    """A fresh key; `secret` is never shown again."""

    key: Key
    secret: str = Field(description="Keep it: only its hash is stored.")


class KeyList(Answer):
    """A user's keys, newest first."""

    keys: list[Key]
    next_cursor: str | None = None


def key_view(row: Row) -> dict[str, Any]:
    """Return a key as the API shows it; JSON only, so that the answer can be stored."""
    view = {"keyId": str(row["id"]), "name": row["name"], "prefix": row["prefix"]}
    view["createdAt"] = to_iso(row["created_at"])
    if row["last_used_at"]:
        view["lastUsedAt"] = to_iso(row["last_used_at"])
    return view


@router.post("", status_code=201, response_model=Success[MadeKey], responses=errors(409))
async def create_key(new: NewKey, request: Request, user: Caller, once: Single) -> Any:
    """Make an API key for programs. It does all that you can do; the answer shows it once."""
    fresh = keys.random_key()

    async def make(connection: Connection) -> dict[str, Any]:
        key_id = new_id()
        secret = _secret_of(request, once, key_id) or fresh
        row = await keys.add(connection, user, new.name, secret, key_id)
        return success(key=key_view(row))

    answer = await once.run(make)
    shown = answer["data"]["key"]
    secret = _secret_of(request, once, UUID(shown["keyId"])) or fresh
    return success(key=shown, secret=secret)


@router.get("", response_model=Success[KeyList])
async def list_keys(request: Request, user: Caller, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """List your API keys, newest first."""
    before = read_cursor(cursor)
    async with platform_of(request).database.transaction() as connection:
        rows = await keys.list_keys(connection, user, limit=limit + 1, before=before)
    shown, next_cursor = cut_page(rows, limit, key_view)
    return success(keys=shown, nextCursor=next_cursor)


@router.delete("/{keyId}", response_model=Success[Nothing], responses=errors(404))
async def delete_key(keyId: Id, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete an API key; programs that use it are refused at once."""
    await accounts_of(request).keys.delete(user, parse_id(keyId, "keyId"))
    return success()


def _secret_of(request: Request, once: Once, key_id: UUID) -> str | None:
    """Derive the secret of a repeatable request, so that a repetition can show it and nothing stores it.

    Whoever reads the database still lacks the Idempotency-Key, of which only a hash is kept.
    """
    if once.key is None:
        return None
    base = derive_key(platform_of(request).secret, "api-key")
    return keys.key_of(hmac.new(base, f"{key_id} {once.key}".encode(), hashlib.sha256).digest())
