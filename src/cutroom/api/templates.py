"""Saved templates: made, listed, changed version by version, duplicated; and the gallery."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from pydantic import ConfigDict, Field
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from cutroom.api.model import Answer, Body, Moment, Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.base.clock import to_iso
from cutroom.base.errors import NotFound
from cutroom.base.ids import parse_id
from cutroom.database import Connection
from cutroom.gate import Caller, Router, Single, platform_of, success
from cutroom.library import template_check, templates
from cutroom.library.names import LONGEST_NAME, VISIBLE
from cutroom.render.document.schema import template_schema


class _Id(StringConvertor):
    """What stands in a path for a template's id: anything but the words that have their own routes."""

    regex = "(?!(?:gallery|schema)$)[^/]+"


register_url_convertor("template_id", _Id())
router = Router(prefix="/api/templates", tags=["templates"])
_ONE = "/{templateId:template_id}"

_MISSING = "No such template, or it is somebody else's."
EXAMPLE_TEMPLATE: dict[str, Any] = {
    "version": 1,
    "width": 1080,
    "height": 1920,
    "rate": 30,
    "inputs": {"headline": {"type": "text", "default": "Hello"}},
    "tracks": [{"clips": [{"type": "text", "text": "{{headline}}", "start": 0, "length": 3}]}],
}
Title = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        description="For people; need not be unique.",
        json_schema_extra={"pattern": VISIBLE},
    ),
]
Document = Annotated[
    dict[str, Any], Field(description="The template; its own schema is at /api/templates/schema.")
]
AnyVersion = Annotated[
    int | None, Query(ge=1, le=templates.MOST_VERSIONS, description="Left out: the newest.")
]


class NewTemplate(Body):
    """A template to keep."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Promo", "template": EXAMPLE_TEMPLATE}]}
    )

    name: Title
    template: Document


class TemplateChange(Body):
    """What is to change; another document is the next version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"template": EXAMPLE_TEMPLATE, "version": 1}]})

    name: Title | None = None
    template: Document | None = None
    version: templates.VersionNumber | None = Field(
        None, description="The version that was changed: a 409 says that another one came meanwhile."
    )


class Copying(Body):
    """What the copy is called, and what it is made of."""

    name: Title | None = None
    version: templates.VersionNumber | None = Field(None, description="Left out: the newest.")


class SavedTemplate(Answer):
    """A saved template."""

    template_id: UUID
    name: str
    version: int = Field(description="Of `template`; in lists the newest.")
    newest_version: int
    created_at: Moment
    updated_at: Moment
    saved_at: Moment | None = Field(None, description="When this version was saved.")
    template: dict[str, Any] | None = Field(None, description="The document; left out in lists.")


class OneTemplate(Answer):
    """One template under its noun."""

    template: SavedTemplate


class TemplateList(Answer):
    """Your templates, newest first."""

    templates: list[SavedTemplate]
    next_cursor: str | None = None


class TemplateVersion(Answer):
    """When a version was saved."""

    version: int
    created_at: Moment


class VersionList(Answer):
    """The versions of a template, newest first."""

    versions: list[TemplateVersion]


class GalleryTemplate(Answer):
    """A template to begin with."""

    name: str = Field(description="What to ask for; stable.")
    title: str
    width: int
    height: int
    template: dict[str, Any]


class Gallery(Answer):
    """Templates that come with the platform."""

    templates: list[GalleryTemplate]


class OneGalleryTemplate(Answer):
    """One of them."""

    template: GalleryTemplate


@router.post("", status_code=201, response_model=Success[OneTemplate], responses=errors(409, 429))
async def create_template(new: NewTemplate, user: Caller, once: Single) -> Any:
    """Save a template; what is wrong with it is said at once, with a JSON path for each fault."""
    await asyncio.to_thread(template_check.check, new.template)

    async def make(connection: Connection) -> dict[str, Any]:
        row = await templates.create(connection, user.user_id, new.name, new.template)
        return success(template=templates.template_view(row))

    return await once.run(make)


@router.get("", response_model=Success[TemplateList])
async def list_templates(request: Request, user: Caller, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """List your templates without their documents, newest first."""
    before = read_cursor(cursor)
    async with platform_of(request).database.transaction() as connection:
        rows = await templates.list_all(connection, user.user_id, limit=limit + 1, before=before)
    shown, next_cursor = cut_page(rows, limit, templates.template_view)
    return success(templates=shown, nextCursor=next_cursor)


@router.get("/gallery", response_model=Success[Gallery])
async def list_gallery(user: Caller) -> Any:  # noqa: ARG001 - who is signed in may see it
    """List the templates that come with the platform."""
    found = await asyncio.to_thread(templates.gallery)
    return success(templates=[_gallery_view(name, document) for name, document in found.items()])


@router.get(
    "/gallery/{name}", response_model=Success[OneGalleryTemplate], responses=errors(404, _404="No such name.")
)
async def get_gallery_template(name: str, user: Caller) -> Any:  # noqa: ARG001 - as the list
    """Look at one template of the gallery."""
    found = await asyncio.to_thread(templates.gallery)
    if name not in found:
        known = ", ".join(found)
        raise NotFound(f"There is no such template in the gallery; known: {known}.", code="unknown_template")
    return success(template=_gallery_view(name, found[name]))


@router.get(
    "/schema",
    response_class=Response,
    responses={200: {"description": "JSON Schema 2020-12.", "content": {"application/schema+json": {}}}},
)
async def get_template_schema(user: Caller) -> Response:  # noqa: ARG001 - as the gallery
    """Read the JSON Schema of templates as they are written: for editors that complete and check them."""
    return Response(await asyncio.to_thread(_schema), media_type="application/schema+json")


@router.get(_ONE, response_model=Success[OneTemplate], responses=errors(404, _404=_MISSING))
async def get_template(
    templateId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    version: AnyVersion = None,
) -> Any:
    """Look at a template, in its newest version or another."""
    template_id = parse_id(templateId, "templateId")
    async with platform_of(request).database.transaction() as connection:
        row = await templates.find(connection, user.user_id, template_id, version)
    return success(template=templates.template_view(row))


@router.patch(_ONE, response_model=Success[OneTemplate], responses=errors(404, 409, 429, _404=_MISSING))
async def change_template(
    templateId: str,  # noqa: N803 - the path's name
    change: TemplateChange,
    request: Request,
    user: Caller,
) -> Any:
    """Rename a template, or save its next version; jobs keep the version they were made with."""
    template_id = parse_id(templateId, "templateId")
    if change.template is not None:
        await asyncio.to_thread(template_check.check, change.template)
    async with platform_of(request).database.transaction() as connection:
        row = await templates.change(
            connection,
            user.user_id,
            template_id,
            name=change.name,
            document=change.template,
            version=change.version,
        )
    return success(template=templates.template_view(row))


@router.get(_ONE + "/versions", response_model=Success[VersionList], responses=errors(404, _404=_MISSING))
async def list_versions(templateId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """List the versions of a template, newest first."""
    template_id = parse_id(templateId, "templateId")
    async with platform_of(request).database.transaction() as connection:
        rows = await templates.versions(connection, user.user_id, template_id)
    return success(
        versions=[{"version": row["version"], "createdAt": to_iso(row["created_at"])} for row in rows]
    )


@router.post(
    _ONE + "/duplicate",
    status_code=201,
    response_model=Success[OneTemplate],
    responses=errors(404, 409, 429, _404=_MISSING),
)
async def duplicate_template(
    templateId: str,  # noqa: N803 - the path's name
    user: Caller,
    once: Single,
    body: Copying | None = None,
) -> Any:
    """Make a template of your own from one version of another."""
    template_id = parse_id(templateId, "templateId")
    wanted = body or Copying(name=None, version=None)

    async def make(connection: Connection) -> dict[str, Any]:
        row = await templates.duplicate(
            connection, user.user_id, template_id, name=wanted.name, version=wanted.version
        )
        return success(template=templates.template_view(row))

    return await once.run(make)


@router.delete(_ONE, response_model=Success[Nothing], responses=errors(404, _404=_MISSING))
async def delete_template(templateId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete a template with its versions; videos and jobs made from it stay."""
    async with platform_of(request).database.transaction() as connection:
        await templates.delete(connection, user.user_id, parse_id(templateId, "templateId"))
    return success()


@cache
def _schema() -> bytes:
    return json.dumps(template_schema(), ensure_ascii=False).encode()


def _gallery_view(name: str, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "title": document.get("name") or name.replace("-", " ").capitalize(),
        "width": document.get("width", 1080),
        "height": document.get("height", 1920),
        "template": document,
    }
