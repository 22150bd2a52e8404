"""Jobs that begin at subtitles: translate them, put them into their video."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError, Refused
from cutroom.gate import Caller, Router
from cutroom.jobs.kind import kinds
from cutroom.jobs.submit import submit
from cutroom.web import languages
from cutroom.web.pages import subtitles
from cutroom.web.render import read_form, redirect, resources_of

router = Router()


@router.post("/subtitles/{subtitles_id}/translate")
async def translate_subtitles(subtitles_id: str, request: Request, user: Caller) -> Response:
    """Start a translation and show its job."""
    form = await read_form(request)
    language = languages.read_tag(form.get("language", ""))
    body = {"subtitlesId": subtitles_id, "language": language}
    return await _start(request, user, subtitles_id, "subtitle-translation", body)


@router.post("/subtitles/{subtitles_id}/embed")
async def embed_subtitles(subtitles_id: str, request: Request, user: Caller) -> Response:
    """Start to put them into their video and show the job."""
    return await _start(request, user, subtitles_id, "subtitle-embedding", {"subtitlesIds": [subtitles_id]})


async def _start(
    request: Request, user: User, subtitles_id: str, name: str, body: dict[str, Any]
) -> Response:
    resources = resources_of(request)
    try:
        kind = kinds.load(name)
        wanted = kind.request.model_validate(body)
        async with resources.database.transaction() as connection:
            row = await submit(connection, resources, kind, user.user_id, wanted)
    except ValidationError:
        refused = Refused(
            "Write the language by its name or its tag: German, pt-BR.", code="invalid_language"
        )
        return await subtitles.show(request, user, subtitles_id, error=refused)
    except CutroomError as error:
        return await subtitles.show(request, user, subtitles_id, error=error)
    return redirect(f"/jobs/{row['id']}")
