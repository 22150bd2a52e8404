"""API keys: the list, a new one that is shown once, delete."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from cutroom.accounts import User, keys
from cutroom.base.errors import CutroomError, Refused
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, accounts_of, platform_of
from cutroom.web.render import read_form, redirect, render

_LONGEST_NAME = 100
router = Router()


@router.get("/keys")
async def show_keys(request: Request, user: Caller) -> Response:
    """List the keys."""
    return await _list(request, user)


@router.post("/keys")
async def create_key(request: Request, user: Caller) -> Response:
    """Make a key and show it, this once: the answer is the page itself, which nothing keeps."""
    name = (await read_form(request)).get("name", "").strip()
    key = keys.random_key()
    try:
        if len(name) > _LONGEST_NAME:
            raise Refused(f"The name may have {_LONGEST_NAME} characters; this has {len(name)}.")
        async with platform_of(request).database.transaction() as connection:
            await keys.add(connection, user, name, key)
    except CutroomError as error:
        return await _list(request, user, error=error, name=name)
    return await _list(request, user, fresh=key)


@router.post("/keys/{key_id}/delete")
async def delete_key(key_id: str, request: Request, user: Caller) -> Response:
    """Delete a key."""
    await accounts_of(request).keys.delete(user, parse_id(key_id, "keyId"))
    return redirect("/keys", "key-deleted")


async def _list(
    request: Request,
    user: User,
    *,
    error: CutroomError | None = None,
    name: str = "",
    fresh: str | None = None,
) -> Response:
    async with platform_of(request).database.transaction() as connection:
        rows = await keys.list_keys(connection, user, limit=keys.MOST_KEYS)
    status = error.status if error else 200
    return render(request, "keys.html", status=status, keys=rows, error=error, name=name, fresh=fresh)
