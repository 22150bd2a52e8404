"""Dark or light: a cookie, so that the page comes in its colours without a script."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from cutroom.gate import Router
from cutroom.web.render import THEME_COOKIE, THEMES, read_form, redirect, safe_address

_YEAR = 365 * 24 * 3600
router = Router()


@router.post("/theme")
async def choose_theme(request: Request) -> Response:
    """Keep the choice; an empty one follows the system."""
    form = await read_form(request)
    response = redirect(safe_address(form.get("next")))
    theme = form.get("theme", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, httponly=True, samesite="lax")
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
