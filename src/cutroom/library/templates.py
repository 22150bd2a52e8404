"""Saved templates: documents of films under a name, every change a version that stays.

The gallery are templates that come with the package: nobody's, and everybody may begin with one.
"""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from cutroom.base.clock import to_iso
from cutroom.base.errors import Conflict, Limited, NotFound
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.library.names import check_title
from cutroom.render.document.gallery import gallery as packaged

Json = dict[str, Any]

MOST = 1000
"""Templates of one owner."""
MOST_VERSIONS = 1000
VersionNumber = Annotated[int, Field(ge=1, le=MOST_VERSIONS)]
"""A version of a template, as requests name it."""
_COPY = " (copy)"


async def create(connection: Connection, owner_id: UUID, name: str, document: Json) -> Row:
    """Save a document as the first version of a template and return its row, as `find` does.

    Args:
        connection: An open transaction.
        owner_id: Whose it is.
        name: For people.
        document: As it was written; the caller has read it.

    Raises:
        Refused: With code `invalid_name`.
        Limited: With code `too_many_templates`.
    """
    count = await fetch_row(connection, "templates.count", owner_id=owner_id)
    if count["templates"] >= MOST:
        message = f"You have {MOST} templates, the most there can be; delete one."
        raise Limited(message, code="too_many_templates")
    template_id = new_id()
    title = check_title(name)
    await execute(connection, "templates.insert", template_id=template_id, owner_id=owner_id, title=title)
    await _add_version(connection, template_id, 1, document)
    return await find(connection, owner_id, template_id)


async def find(connection: Connection, owner_id: UUID, template_id: UUID, version: int | None = None) -> Row:
    """Return a template with one version of its document.

    The row holds the table's columns and `shown_version`, `document`, `saved_at`.

    Args:
        connection: An open transaction.
        owner_id: Who asks.
        template_id: The template.
        version: From 1; None: the newest.

    Raises:
        NotFound: When the owner has no such template, or it has no such version.
    """
    row = await fetch_one(
        connection, "templates.find", template_id=template_id, owner_id=owner_id, version=version
    )
    if row is None:
        raise _unknown()
    return row


async def list_all(
    connection: Connection, owner_id: UUID, *, limit: int, before: UUID | None = None
) -> list[Row]:
    """Return an owner's templates without their documents, newest first."""
    return await fetch_all(connection, "templates.list", owner_id=owner_id, limit=limit, before=before)


async def change(
    connection: Connection,
    owner_id: UUID,
    template_id: UUID,
    *,
    name: str | None = None,
    document: Json | None = None,
    version: int | None = None,
) -> Row:
    """Give a template another name, or a document that becomes its next version.

    Args:
        connection: An open transaction.
        owner_id: Whose it is.
        template_id: The template.
        name: The new name; None: as it is.
        document: The new document; None: as it is. One that equals the newest makes no version.
        version: Which one the caller has changed; None: whatever is newest.

    Raises:
        NotFound: When the owner has no such template.
        Conflict: With code `template_changed` when another version has come meanwhile.
        Refused: With code `invalid_name`.
        Limited: With code `too_many_versions`.
    """
    title = None if name is None else check_title(name)
    locked = await fetch_one(connection, "templates.lock", template_id=template_id, owner_id=owner_id)
    if locked is None:
        raise _unknown()
    newest: int = locked["version"]
    if version is not None and version != newest:
        message = f"The template has version {newest} by now, yours is made from {version}; look at it first."
        raise Conflict(message, code="template_changed", details={"version": newest})
    if document is not None:
        before = await find(connection, owner_id, template_id)
        if before["document"] != document:
            newest += 1
            await _add_version(connection, template_id, newest, document)
    await execute(connection, "templates.change", template_id=template_id, title=title, version=newest)
    return await find(connection, owner_id, template_id)


async def versions(connection: Connection, owner_id: UUID, template_id: UUID) -> list[Row]:
    """Return the versions of a template, newest first, each with `version` and `created_at`.

    Raises:
        NotFound: When the owner has no such template.
    """
    await find(connection, owner_id, template_id)
    return await fetch_all(connection, "templates.versions", template_id=template_id)


async def duplicate(
    connection: Connection,
    owner_id: UUID,
    template_id: UUID,
    *,
    name: str | None = None,
    version: int | None = None,
) -> Row:
    """Save one version of a template as a template of its own.

    Raises:
        NotFound: When the owner has no such template or version.
        Refused: With code `invalid_name`.
        Limited: As `create`.
    """
    row = await find(connection, owner_id, template_id, version)
    copied = row["name"][: 200 - len(_COPY)] + _COPY
    return await create(connection, owner_id, name or copied, row["document"])


async def delete(connection: Connection, owner_id: UUID, template_id: UUID) -> None:
    """Delete a template with its versions; jobs that were made from it have their own copy.

    Raises:
        NotFound: When the owner has no such template.
    """
    if not await execute(connection, "templates.delete", template_id=template_id, owner_id=owner_id):
        raise _unknown()


def gallery() -> dict[str, Json]:
    """Return the documents that come with the package, by name, in the order of their names. Blocking."""
    return {template.name: template.document for template in packaged()}


def template_view(row: Row) -> Json:
    """Return a template as JSON, with its document where the row has one."""
    view: Json = {
        "templateId": str(row["id"]),
        "name": row["name"],
        "version": row.get("shown_version", row["version"]),
        "newestVersion": row["version"],
        "createdAt": to_iso(row["created_at"]),
        "updatedAt": to_iso(row["updated_at"]),
    }
    if "document" in row:
        view["savedAt"] = to_iso(row["saved_at"])
        view["template"] = row["document"]
    return view


async def _add_version(connection: Connection, template_id: UUID, version: int, document: Json) -> None:
    if version > MOST_VERSIONS:
        message = f"A template has {MOST_VERSIONS} versions at most; duplicate it and go on with the copy."
        raise Limited(message, code="too_many_versions")
    await execute(
        connection,
        "templates.insert_version",
        template_id=template_id,
        version=version,
        document=json.dumps(document, ensure_ascii=False, allow_nan=False),
    )


def _unknown() -> NotFound:
    return NotFound("Template not found", code="template_not_found")
