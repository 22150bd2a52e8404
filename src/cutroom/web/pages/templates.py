"""Templates: the list with the gallery, the page that edits one, and its plain forms."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError, NotFound, Refused
from cutroom.base.ids import parse_id
from cutroom.database import Connection, Row, fetch_row
from cutroom.gate import Caller, Router, platform_of
from cutroom.jobs import find
from cutroom.jobs.kind import kinds
from cutroom.jobs.previews import Wish
from cutroom.jobs.submit import submit
from cutroom.library import assets, projects, template_check, templates
from cutroom.render.document.gallery import gallery
from cutroom.web import template_form
from cutroom.web.render import read_form, redirect, render, resources_of
from cutroom.web.template_page import FORMATS, SEE_THROUGH, SIZES, TemplatePage, Typed, parse, size_of, write
from cutroom.web.template_pictures import previews_of, send_picture
from cutroom.web.template_samples import BLANK, starting_document

KIND = "video"
MOST_TEMPLATES = 100
MOST_ASSETS = 500
MOST_PROJECTS = 100
_FILES = ("image", "video", "audio")
_FRAME_WIDTH = 640
router = Router()


@router.get("/templates")
async def show_templates(request: Request, user: Caller, before: str | None = None) -> Response:
    """List the caller's templates and the gallery."""
    cursor = parse_id(before, "before") if before else None
    async with platform_of(request).database.transaction() as connection:
        rows = await templates.list_all(connection, user.user_id, limit=MOST_TEMPLATES + 1, before=cursor)
    return render(
        request,
        "templates.html",
        templates=rows[:MOST_TEMPLATES],
        older=str(rows[MOST_TEMPLATES - 1]["id"]) if len(rows) > MOST_TEMPLATES else None,
        gallery=gallery(),
    )


@router.get("/templates/new")
async def show_new(request: Request, user: Caller, gallery: str = BLANK, job: str | None = None) -> Response:
    """Show a template that is not saved yet: from the gallery, or as a job was given it."""
    typed = _begin(gallery)
    if job is not None:
        typed = await _rendered(request, user, job)
    return await _show(request, user, typed, source=gallery)


@router.post("/templates/new")
async def edit_new(request: Request, user: Caller, gallery: str = BLANK) -> Response:
    """Do what a button of the plain form asks for; saving makes a template."""
    _begin(gallery)
    return await _edit(request, user, None, gallery)


@router.get("/templates/gallery/{name}/picture")
async def draw_gallery_picture(name: str, request: Request, user: Caller) -> Response:
    """Draw a template of the gallery."""
    document = starting_document(name)
    if document is None:
        raise _unknown_gallery()
    return await send_picture(request, user.user_id, document, key="gallery")


@router.get("/templates/{template_id}")
async def show_template(
    template_id: str,
    request: Request,
    user: Caller,
    version: str | None = None,
    job: str | None = None,
) -> Response:
    """Show a saved template: in its newest version or another, or as a job was given it."""
    row = await _find(request, user, template_id, version)
    typed = _saved(row) if job is None else await _rendered(request, user, job)
    return await _show(request, user, typed, row=row)


@router.post("/templates/{template_id}")
async def edit_template(template_id: str, request: Request, user: Caller) -> Response:
    """Do what a button of the plain form asks for; saving makes the next version."""
    return await _edit(request, user, await _find(request, user, template_id), "")


@router.get("/templates/{template_id}/picture")
async def draw_picture(
    template_id: str, request: Request, user: Caller, version: str | None = None
) -> Response:
    """Draw a saved template."""
    row = await _find(request, user, template_id, version)
    return await send_picture(request, user.user_id, row["document"], key=str(user.user_id))


def _begin(name: str) -> Typed:
    document = starting_document(name)
    if document is None:
        raise _unknown_gallery()
    values = template_form.first_values(template_form.definitions_of(document))
    return Typed(write(document), values, name=document.get("name", ""))


def _saved(row: Row) -> Typed:
    document: dict[str, Any] = row["document"]
    return Typed(write(document), template_form.first_values(template_form.definitions_of(document)))


async def _rendered(request: Request, user: User, job_id: str) -> Typed:
    """Return the document and the values that a job was given."""
    async with platform_of(request).database.transaction() as connection:
        await find.one(connection, user.user_id, parse_id(job_id, "job"))
        wanted = parse_id(job_id, "job")
        row = await fetch_row(connection, "jobs.find", job_id=wanted, owner_id=user.user_id)
    document: dict[str, Any] | None = row["input"].get("document")
    if row["kind"] != KIND or document is None:
        raise NotFound("This job was given no template.", code="template_not_found")
    return Typed(write(document), row["input"].get("values") or {}, name=str(document.get("name") or ""))


def _unknown_gallery() -> NotFound:
    return NotFound("There is no such template in the gallery.", code="unknown_template")


async def _find(request: Request, user: User, template_id: str, version: str | None = None) -> Row:
    number = None
    if version is not None:
        if not (version.isascii() and version.isdigit() and len(version) < 9):  # noqa: PLR2004 - no template has more
            raise NotFound("There is no such version.", code="template_not_found")
        number = int(version)
    async with platform_of(request).database.transaction() as connection:
        return await templates.find(connection, user.user_id, parse_id(template_id, "templateId"), number)


async def _edit(request: Request, user: User, row: Row | None, source: str) -> Response:
    form = await read_form(request)
    typed, error = _read(form)
    deed = form.get("do", "preview")
    try:
        if error is not None:
            raise error
        document = parse(typed.text)
        match deed:
            case "save":
                saved = await _save(request, user, row, typed, document)
                return redirect(f"/templates/{saved['id']}", "template-saved")
            case "render":
                job = await _start(request, user, typed, document, form)
                return redirect(f"/jobs/{job['id']}")
            case "preview":
                width = max(16, min(_FRAME_WIDTH, size_of(document)[0]))
                wish = Wish(document, typed.values, typed.time, width, "jpg")
                frame = await previews_of(request).draw(user.user_id, wish)
                return await _show(request, user, typed, row=row, source=source, frame=frame)
            case _:
                template_form.change_list(template_form.definitions_of(document), typed.values, deed)
                return await _show(request, user, typed, row=row, source=source)
    except CutroomError as failed:
        return await _show(request, user, typed, row=row, source=source, error=failed)


def _read(form: dict[str, str]) -> tuple[Typed, CutroomError | None]:
    """Return what a plain form holds, and what is wrong with the document as a text."""
    text = form.get("document", "").replace("\r\n", "\n")
    time = _seconds(form.get("time", ""))
    name = form.get("name", "").strip()
    try:
        definitions = template_form.definitions_of(parse(text))
    except Refused as error:
        return Typed(text, time=time, name=name), error
    return Typed(text, template_form.read_values(definitions, form), time, name), None


def _seconds(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and 0 <= number < 1e6 else 0.0  # noqa: PLR2004 - longer than any film


async def _save(request: Request, user: User, row: Row | None, typed: Typed, document: dict[str, Any]) -> Row:
    template_check.check(document)
    async with platform_of(request).database.transaction() as connection:
        if row is None:
            name = typed.name or document.get("name") or "Template"
            return await templates.create(connection, user.user_id, str(name)[:200], document)
        return await templates.change(connection, user.user_id, row["id"], document=document)


async def _start(
    request: Request, user: User, typed: Typed, document: dict[str, Any], form: dict[str, str]
) -> Row:
    kind, resources = kinds.load(KIND), resources_of(request)
    body: dict[str, Any] = {
        "template": document,
        "input": typed.values,
        "outputs": [_output(document, typed, form)],
        "name": (typed.name or str(document.get("name") or ""))[:150] or None,
        "projectId": form.get("project") or None,
    }
    wanted = kind.request.model_validate({name: value for name, value in body.items() if value is not None})
    async with resources.database.transaction() as connection:
        return await submit(connection, resources, kind, user.user_id, wanted)


def _output(document: dict[str, Any], typed: Typed, form: dict[str, str]) -> dict[str, Any]:
    """Return which file is wanted; a format that nobody offers is an mp4."""
    form_name = form.get("format", "")
    output: dict[str, Any] = {"format": form_name if form_name in dict(FORMATS) else "mp4"}
    size = form.get("size", "")
    if size in dict(SIZES) and size != "1" and output["format"] != "mp3":
        output["width"] = max(16, round(size_of(document)[0] * float(size) / 2) * 2)
    if "alpha" in form and output["format"] in SEE_THROUGH:
        output["alpha"] = True
    if output["format"] == "png":
        output["time"] = typed.time
    return output


async def _show(
    request: Request,
    user: User,
    typed: Typed,
    *,
    row: Row | None = None,
    source: str = "",
    **more: Any,
) -> Response:
    async with platform_of(request).database.transaction() as connection:
        page = TemplatePage(
            typed,
            row,
            source,
            await templates.versions(connection, user.user_id, row["id"]) if row else (),
            await assets.list_owned(connection, user.user_id, _FILES, limit=MOST_ASSETS),
            await _projects(connection, user.user_id),
            **more,
        )
    status = page.error.status if page.error else 200
    return render(request, "template.html", status=status, page=page, formats=FORMATS, sizes=SIZES)


async def _projects(connection: Connection, owner_id: UUID) -> list[Row]:
    return await projects.list_all(connection, owner_id, limit=MOST_PROJECTS)
