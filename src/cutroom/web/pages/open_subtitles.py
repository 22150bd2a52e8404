"""Open a subtitle file in the editor: which recording it belongs to, whose rules, then read it."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError, Refused
from cutroom.base.ids import parse_id
from cutroom.database import Row
from cutroom.gate import Caller, Router, platform_of
from cutroom.library import assets, subtitle_import
from cutroom.subtitles import preset_names, read_preset
from cutroom.web import languages
from cutroom.web.pages.assets import unknown_asset
from cutroom.web.pages.make_subtitles import DEFAULT_PRESET
from cutroom.web.render import read_form, redirect, render, resources_of

MOST_RECORDINGS = 200
router = Router()


@router.get("/assets/{asset_id}/open-subtitles")
async def show_form(asset_id: str, request: Request, user: Caller) -> Response:
    """Show the form."""
    return await _form(request, user, asset_id, {})


@router.post("/assets/{asset_id}/open-subtitles")
async def open_subtitles(asset_id: str, request: Request, user: Caller) -> Response:
    """Read the file and show the editor, which lists what was wrong with it."""
    typed = await read_form(request)
    rooms = resources_of(request)
    file = await _file(request, user, asset_id)
    try:
        wish = _wish(typed, file)
        source = await subtitle_import.read(rooms, user.user_id, wish)
        async with rooms.database.transaction() as connection:
            row = await subtitle_import.keep(connection, user.user_id, wish, source)
    except CutroomError as error:
        return await _form(request, user, asset_id, typed, error)
    return redirect(f"/subtitles/{row['id']}", "subtitles-imported")


def likely_recording(name: str, recordings: list[Row]) -> UUID | None:
    """Return the recording whose name the file's begins with, the longest one; else the only one there is.

    `talk.de.srt` and `talk (de).srt` belong to `talk.mp4`.
    """
    stem = name.casefold()
    fitting = [row for row in recordings if stem.startswith(PurePath(row["name"]).stem.casefold())]
    if fitting:
        return max(fitting, key=lambda row: len(row["name"]))["id"]
    return recordings[0]["id"] if len(recordings) == 1 else None


def _wish(typed: dict[str, str], file: Row) -> subtitle_import.Wish:
    language = languages.read_tag(typed.get("language", "")) or None
    if language is not None and not languages.is_tag(language):
        raise Refused("Write the language as its tag, such as en, de or pt-BR.", code="invalid_language")
    recording = typed.get("recording")
    return subtitle_import.Wish(
        project_id=file["project_id"],
        file_id=file["id"],
        recording_id=parse_id(recording, "recording") if recording else None,
        name=None,
        language=language,
        preset=typed.get("preset") or DEFAULT_PRESET,
        rate=None,
    )


async def _file(request: Request, user: User, asset_id: str) -> Row:
    async with platform_of(request).database.transaction() as connection:
        file = await assets.find(connection, parse_id(asset_id, "assetId"), user.user_id)
    if file is None:
        raise unknown_asset()
    return file


async def _form(
    request: Request, user: User, asset_id: str, typed: dict[str, str], error: CutroomError | None = None
) -> Response:
    file = await _file(request, user, asset_id)
    async with platform_of(request).database.transaction() as connection:
        found = await assets.list_all(connection, file["project_id"], user.user_id, limit=MOST_RECORDINGS)
    recordings = [row for row in found if row["kind"] in {"video", "audio"}]
    likely = likely_recording(file["name"], recordings)
    return render(
        request,
        "open_subtitles.html",
        status=error.status if error else 200,
        asset=file,
        recordings=recordings,
        typed={"preset": DEFAULT_PRESET, "recording": str(likely or ""), **typed},
        presets=[read_preset(name) for name in preset_names()],
        languages=languages.choices(),
        error=error,
    )
