"""What the page of a template asks for while it is open, and what its small forms do."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import Body, Request
from starlette.responses import JSONResponse, Response

from cutroom.base.errors import CutroomError
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, platform_of
from cutroom.jobs.film_sources import ASSET
from cutroom.jobs.previews import Wish
from cutroom.library import assets, templates
from cutroom.render.document.schema import template_schema
from cutroom.render.layer import LAYERS
from cutroom.web.pages.templates import MOST_ASSETS
from cutroom.web.render import read_form, redirect, render
from cutroom.web.template_form import definitions_of, fields_of, first_values
from cutroom.web.template_page import faults_by_place
from cutroom.web.template_pictures import previews_of

Json = dict[str, Any]
_FILES = ("image", "video", "audio")
router = Router()


@router.get("/templates/editor/schema.json")
async def send_schema(user: Caller) -> Response:  # noqa: ARG001 - who is signed in may see it
    """Send the schema of templates and an example of every layer, for completion while writing."""
    examples: dict[str, Any] = {}
    for name in LAYERS.names():
        try:
            layer = LAYERS.load(name)
        except CutroomError:  # a layer whose library is missing cannot be used here
            continue
        examples[name] = {"title": layer.title, "summary": layer.summary, "example": layer.example}
    content = {"schema": template_schema(), "layers": examples}
    return JSONResponse(content, headers={"Cache-Control": "private, max-age=300"})


@router.post("/templates/editor/timeline")
async def lay_out(body: Annotated[Json, Body()], request: Request, user: Caller) -> Response:
    """Say when every clip plays; those of uploads by the names of these."""
    wish = Wish(_object(body, "template"), _object(body, "input"))
    timeline = await previews_of(request).timeline(user.user_id, wish)
    clips = [clip for track in timeline["tracks"] for clip in track["clips"]]
    if any(clip["name"].startswith(ASSET) for clip in clips):
        async with platform_of(request).database.transaction() as connection:
            owned = await assets.list_owned(connection, user.user_id, _FILES, limit=MOST_ASSETS)
        names = {f"{ASSET}{asset['id']}": asset["name"] for asset in owned}
        for clip in clips:
            clip["name"] = names.get(clip["name"], clip["name"])
    return JSONResponse(timeline)


@router.post("/templates/editor/fields")
async def write_fields(body: Annotated[Json, Body()], request: Request, user: Caller) -> Response:
    """Write the form of a document's inputs with the values that were typed until now."""
    definitions = definitions_of(_object(body, "template"))
    values = first_values(definitions) | _object(body, "input")
    async with platform_of(request).database.transaction() as connection:
        choices = await assets.list_owned(connection, user.user_id, _FILES, limit=MOST_ASSETS)
    fields = fields_of(definitions, values)
    return render(
        request, "_template_fields.html", fields=fields, choices=choices, faults=faults_by_place([])
    )


@router.post("/templates/{template_id}/duplicate")
async def duplicate_template(template_id: str, request: Request, user: Caller) -> Response:
    """Make a template of one's own from another, and show it."""
    async with platform_of(request).database.transaction() as connection:
        row = await templates.duplicate(connection, user.user_id, parse_id(template_id, "templateId"))
    return redirect(f"/templates/{row['id']}", "template-duplicated")


@router.post("/templates/{template_id}/name")
async def rename_template(template_id: str, request: Request, user: Caller) -> Response:
    """Give a template another name."""
    name = (await read_form(request)).get("name", "")
    wanted = parse_id(template_id, "templateId")
    async with platform_of(request).database.transaction() as connection:
        await templates.change(connection, user.user_id, wanted, name=name)
    return redirect(f"/templates/{wanted}", "template-renamed")


@router.post("/templates/{template_id}/restore")
async def restore_version(template_id: str, request: Request, user: Caller) -> Response:
    """Save an earlier version as the newest one."""
    number = (await read_form(request)).get("version", "")
    wanted = parse_id(template_id, "templateId")
    version = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0  # noqa: PLR2004 - no template has more
    async with platform_of(request).database.transaction() as connection:
        row = await templates.find(connection, user.user_id, wanted, version)
        await templates.change(connection, user.user_id, wanted, document=row["document"])
    return redirect(f"/templates/{wanted}", "template-restored")


@router.post("/templates/{template_id}/delete")
async def delete_template(template_id: str, request: Request, user: Caller) -> Response:
    """Delete a template with its versions."""
    async with platform_of(request).database.transaction() as connection:
        await templates.delete(connection, user.user_id, parse_id(template_id, "templateId"))
    return redirect("/templates", "template-deleted")


def _object(body: Json, name: str) -> Json:
    """Return an object of a body; what is none is empty, and refused by what reads it."""
    value = body.get(name)
    return cast("Json", value) if isinstance(value, dict) else {}
