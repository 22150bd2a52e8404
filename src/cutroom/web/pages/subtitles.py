"""Subtitles: the editor's page, and its plain forms for browsers without scripts."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, platform_of
from cutroom.library import assets, subtitle_edits, subtitle_tracks, subtitles
from cutroom.library.subtitle_edits import Edited
from cutroom.library.subtitle_tracks import Whole
from cutroom.subtitles.format import FORMATS
from cutroom.web import languages
from cutroom.web.cue_forms import edits_of, read_number
from cutroom.web.render import own_address, read_form, redirect, render, safe_address
from cutroom.web.subtitle_page import SubtitlePage, View, cut_rows

_FROM_THE_START = View()
router = Router()


@router.get("/subtitles/{subtitles_id}")
async def show_subtitles(
    subtitles_id: str, request: Request, user: Caller, page: str = "1", problems: str = ""
) -> Response:
    """Show the editor; `page` and `problems` choose the part of the list that the server writes."""
    return await show(request, user, subtitles_id, _view(page, problems))


@router.post("/subtitles/{subtitles_id}/edit")
async def edit_subtitles(subtitles_id: str, request: Request, user: Caller) -> Response:
    """Do what a button of a plain form asks for."""
    form = await read_form(request)
    back = safe_address(form.get("back"), f"/subtitles/{subtitles_id}")
    wanted = parse_id(subtitles_id, "subtitlesId")
    try:
        revision = read_number(form, "revision")
        async with platform_of(request).database.transaction() as connection:
            if form.get("do") == "undo":
                done = await subtitle_edits.undo(connection, wanted, user.user_id, revision)
            elif form.get("do") == "redo":
                done = await subtitle_edits.redo(connection, wanted, user.user_id, revision)
            else:
                whole = await subtitle_tracks.load(connection, wanted, user.user_id)
                if whole is None:
                    raise subtitles.unknown_subtitles()
                edits = edits_of(form, whole.track)
                if not edits:
                    return redirect(back, "subtitles-unchanged")
                done = await subtitle_edits.edit(connection, wanted, user.user_id, revision, edits)
    except CutroomError as error:
        return await show(request, user, subtitles_id, error=error)
    return redirect(_place(back, done), _said(form, done))


@router.post("/subtitles/{subtitles_id}/preset")
async def choose_preset(subtitles_id: str, request: Request, user: Caller) -> Response:
    """Check against other rules."""
    form = await read_form(request)
    return await _change(request, user, subtitles_id, "subtitles-saved", preset=form.get("preset", ""))


@router.post("/subtitles/{subtitles_id}/name")
async def rename_subtitles(subtitles_id: str, request: Request, user: Caller) -> Response:
    """Give them another name."""
    form = await read_form(request)
    return await _change(request, user, subtitles_id, "subtitles-renamed", name=form.get("name", ""))


@router.post("/subtitles/{subtitles_id}/delete")
async def delete_subtitles(subtitles_id: str, request: Request, user: Caller) -> Response:
    """Delete them and show their project."""
    wanted = parse_id(subtitles_id, "subtitlesId")
    async with platform_of(request).database.transaction() as connection:
        row = await subtitles.find(connection, wanted, user.user_id)
        if row is None:
            raise subtitles.unknown_subtitles()
        await subtitles.delete(connection, wanted, user.user_id)
    return redirect(f"/projects/{row['project_id']}", "subtitles-deleted")


async def _change(request: Request, user: User, subtitles_id: str, notice: str, **changes: str) -> Response:
    try:
        async with platform_of(request).database.transaction() as connection:
            wanted = parse_id(subtitles_id, "subtitlesId")
            row = await subtitles.change(
                connection,
                wanted,
                user.user_id,
                name=changes.get("name"),
                preset=changes.get("preset"),
            )
    except CutroomError as error:
        return await show(request, user, subtitles_id, error=error)
    if row is None:
        raise subtitles.unknown_subtitles()
    return redirect(f"/subtitles/{subtitles_id}", notice)


async def _load(request: Request, user: User, subtitles_id: str) -> Whole:
    wanted = parse_id(subtitles_id, "subtitlesId")
    async with platform_of(request).database.transaction() as connection:
        whole = await subtitle_tracks.load(connection, wanted, user.user_id)
    if whole is None:
        raise subtitles.unknown_subtitles()
    return whole


async def show(
    request: Request,
    user: User,
    subtitles_id: str,
    view: View = _FROM_THE_START,
    *,
    error: CutroomError | None = None,
) -> Response:
    """Show the editor, with an error where it happened.

    Raises:
        NotFound: When there are no such subtitles.
    """
    if error is not None and error.status == 404:  # noqa: PLR2004 - there is no page to show it on
        raise error
    whole = await _load(request, user, subtitles_id)
    violations = await asyncio.to_thread(whole.violations)
    async with platform_of(request).database.transaction() as connection:
        asset_id = whole.row["asset_id"]
        media = await assets.find(connection, asset_id, user.user_id) if asset_id else None
    here = own_address(request) if request.method == "GET" else f"/subtitles/{subtitles_id}"
    page = SubtitlePage(whole, violations, media, view, here)
    settings = platform_of(request).settings
    written = [FORMATS.load(name) for name in FORMATS.names()]
    return render(
        request,
        "subtitles.html",
        status=error.status if error else 200,
        page=page,
        part=await asyncio.to_thread(cut_rows, page),
        formats=[each for each in written if each.can_write],
        languages=languages.choices(),
        can_translate=settings.translation_url is not None or settings.openai_api_key is not None,
        error=error,
    )


def _view(page: str, problems: str) -> View:
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1  # noqa: PLR2004 - no list has more pages
    return View(number, problems == "1")


def _place(back: str, done: Edited) -> str:
    """Come back to the cue that was changed, where the browser finds it on the page."""
    if not done.splices:
        return back
    return f"{back}#cue-{done.splices[-1].at + 1}"


def _said(form: dict[str, str], done: Edited) -> str:
    if not done.splices:
        return "subtitles-unchanged"
    return {"undo": "subtitles-undone", "redo": "subtitles-redone"}.get(form.get("do", ""), "subtitles-saved")
