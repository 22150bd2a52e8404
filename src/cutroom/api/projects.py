"""Projects: made, listed, renamed, opened to the public, deleted."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from pydantic import ConfigDict, Field

from cutroom.api.model import Answer, Body, Moment, Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.base.ids import parse_id
from cutroom.database import Connection
from cutroom.gate import Caller, Router, Single, platform_of, success
from cutroom.library import projects
from cutroom.library.ingest import unknown_project
from cutroom.library.names import LONGEST_NAME, VISIBLE
from cutroom.library.view import project_view

router = Router(prefix="/api/projects", tags=["projects"])

_MISSING = "No such project, or it is somebody else's."
_EXAMPLE: dict[str, Any] = {
    "projectId": "0199aa00-0000-7000-8000-000000000002",
    "name": "Interviews",
    "isPublic": False,
    "createdAt": "2026-11-21T10:30:00.000Z",
    "updatedAt": "2026-11-21T10:30:00.000Z",
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


class NewProject(Body):
    """What a project is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Interviews"}]})

    name: Title
    is_public: bool = Field(False, description="Whether everybody who has an asset's address may see it.")


class ProjectChange(Body):
    """What is to change; the rest stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Talks", "isPublic": True}]})

    name: Title | None = None
    is_public: bool | None = None


class Project(Answer):
    """A place for assets and jobs."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    project_id: UUID
    name: str
    is_public: bool
    created_at: Moment
    updated_at: Moment


class OneProject(Answer):
    """One project under its noun."""

    project: Project


class ProjectList(Answer):
    """Your projects, newest first."""

    projects: list[Project]
    next_cursor: str | None = None


@router.post("", status_code=201, response_model=Success[OneProject], responses=errors(409))
async def create_project(new: NewProject, user: Caller, once: Single) -> Any:
    """Make a project."""

    async def make(connection: Connection) -> dict[str, Any]:
        row = await projects.create(connection, owner_id=user.user_id, name=new.name, is_public=new.is_public)
        return success(project=project_view(row))

    return await once.run(make)


@router.get("", response_model=Success[ProjectList])
async def list_projects(request: Request, user: Caller, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """List your projects, newest first."""
    before = read_cursor(cursor)
    async with platform_of(request).database.transaction() as connection:
        rows = await projects.list_all(connection, user.user_id, limit=limit + 1, before=before)
    shown, next_cursor = cut_page(rows, limit, project_view)
    return success(projects=shown, nextCursor=next_cursor)


@router.get("/{projectId}", response_model=Success[OneProject], responses=errors(404, _404=_MISSING))
async def get_project(projectId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Look at a project."""
    project_id = parse_id(projectId, "projectId")
    async with platform_of(request).database.transaction() as connection:
        row = await projects.find(connection, project_id, user.user_id)
    if row is None:
        raise unknown_project()
    return success(project=project_view(row))


@router.patch("/{projectId}", response_model=Success[OneProject], responses=errors(404, _404=_MISSING))
async def change_project(
    projectId: str,  # noqa: N803 - the path's name
    change: ProjectChange,
    request: Request,
    user: Caller,
) -> Any:
    """Rename a project, or open it to everybody who has an address in it."""
    project_id = parse_id(projectId, "projectId")
    async with platform_of(request).database.transaction() as connection:
        row = await projects.update(
            connection, project_id, user.user_id, name=change.name, is_public=change.is_public
        )
    if row is None:
        raise unknown_project()
    return success(project=project_view(row))


@router.delete("/{projectId}", response_model=Success[Nothing], responses=errors(404, 409, _404=_MISSING))
async def delete_project(projectId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete a project with its assets; refused while an unfinished job needs one of them."""
    project_id = parse_id(projectId, "projectId")
    async with platform_of(request).database.transaction() as connection:
        if not await projects.delete(connection, project_id, user.user_id):
            raise unknown_project()
    return success()
