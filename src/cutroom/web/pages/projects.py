"""Projects: the list, one project with its files and jobs, make, rename, delete."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError, NotFound
from cutroom.base.ids import parse_id
from cutroom.base.units import human_bytes
from cutroom.database import Connection, Row
from cutroom.gate import Caller, Router, platform_of
from cutroom.jobs import find as jobs
from cutroom.library import assets, projects, subtitles
from cutroom.web.file_shelf import arrange
from cutroom.web.render import read_form, redirect, render

MOST_PROJECTS = 100
MOST_ASSETS = 200
MOST_JOBS = 20
MOST_SUBTITLES = 50
router = Router()


@router.get("/projects")
async def show_projects(request: Request, user: Caller, before: str | None = None) -> Response:
    """List the projects."""
    return await _list(request, user, before=before)


@router.post("/projects")
async def create_project(request: Request, user: Caller) -> Response:
    """Make a project and show it."""
    name = (await read_form(request)).get("name", "")
    try:
        async with platform_of(request).database.transaction() as connection:
            row = await projects.create(connection, owner_id=user.user_id, name=name)
    except CutroomError as error:
        return await _list(request, user, error=error, name=name)
    return redirect(f"/projects/{row['id']}", "project-created")


@router.get("/projects/{project_id}")
async def show_project(project_id: str, request: Request, user: Caller) -> Response:
    """Show a project: upload, files, jobs."""
    return await show(request, user, project_id)


@router.get("/projects/{project_id}/assets")
async def show_assets(project_id: str, request: Request, user: Caller) -> Response:
    """Show the files alone, for the page that is open."""
    return await show(request, user, project_id, template="_assets.html")


@router.get("/projects/{project_id}/jobs")
async def show_jobs(project_id: str, request: Request, user: Caller) -> Response:
    """Show the jobs alone, for the page that is open."""
    return await show(request, user, project_id, template="_project_jobs.html")


@router.post("/projects/{project_id}/name")
async def rename_project(project_id: str, request: Request, user: Caller) -> Response:
    """Give a project another name."""
    name = (await read_form(request)).get("name", "")
    try:
        async with platform_of(request).database.transaction() as connection:
            row = await projects.update(connection, _id(project_id), user.user_id, name=name)
    except CutroomError as error:
        return await show(request, user, project_id, error=error, name=name)
    if row is None:
        raise unknown_project()
    return redirect(f"/projects/{project_id}", "project-renamed")


@router.post("/projects/{project_id}/delete")
async def delete_project(project_id: str, request: Request, user: Caller) -> Response:
    """Delete a project with its files."""
    try:
        async with platform_of(request).database.transaction() as connection:
            if not await projects.delete(connection, _id(project_id), user.user_id):
                raise unknown_project()
    except NotFound:
        raise
    except CutroomError as error:
        return await show(request, user, project_id, error=error)
    return redirect("/projects", "project-deleted")


async def show(
    request: Request,
    user: User,
    project_id: str,
    *,
    template: str = "project.html",
    error: CutroomError | None = None,
    upload_error: CutroomError | None = None,
    name: str | None = None,
) -> Response:
    """Show a project, or a part of its page, with an error where it happened."""
    settings = platform_of(request).settings
    async with platform_of(request).database.transaction() as connection:
        project = await find_project(connection, project_id, user)
        content = await _content(connection, project, user)
    failed = error or upload_error
    return render(
        request,
        template,
        status=failed.status if failed else 200,
        project=project,
        error=error,
        upload_error=upload_error,
        name=project["name"] if name is None else name,
        most_bytes=settings.max_upload_bytes,
        most_text=human_bytes(settings.max_upload_bytes),
        **content,
    )


async def find_project(connection: Connection, project_id: str, user: User) -> Row:
    """Return a project of the caller.

    Raises:
        NotFound: When the caller has none of that id.
    """
    project = await projects.find(connection, _id(project_id), user.user_id)
    if project is None:
        raise unknown_project()
    return project


def unknown_project() -> NotFound:
    """Make the error of a project that is missing or somebody else's."""
    return NotFound("There is no such project; it may have been deleted.", code="project_not_found")


def _id(text: str) -> Any:
    return parse_id(text, "projectId")


async def _content(connection: Connection, project: Row, user: User) -> dict[str, Any]:
    found = await assets.list_all(connection, project["id"], user.user_id, limit=MOST_ASSETS + 1)
    editable = await subtitles.list_all(
        connection, user.user_id, limit=MOST_SUBTITLES, project_id=project["id"]
    )
    which = jobs.Filter(project_id=project["id"])
    listed, _ = await jobs.many(connection, user.user_id, which, MOST_JOBS)
    names = {str(asset["id"]): asset["name"] for asset in found}
    return {
        "assets": found[:MOST_ASSETS],
        "shelf": arrange(found[:MOST_ASSETS]),
        "has_more": len(found) > MOST_ASSETS,
        "jobs": listed,
        "names": names,
        "subtitles": editable,
    }


async def _list(
    request: Request,
    user: User,
    *,
    before: str | None = None,
    error: CutroomError | None = None,
    name: str = "",
) -> Response:
    cursor = parse_id(before, "before") if before else None
    async with platform_of(request).database.transaction() as connection:
        rows = await projects.list_all(connection, user.user_id, limit=MOST_PROJECTS + 1, before=cursor)
    return render(
        request,
        "projects.html",
        status=error.status if error else 200,
        projects=rows[:MOST_PROJECTS],
        older=str(rows[MOST_PROJECTS - 1]["id"]) if len(rows) > MOST_PROJECTS else None,
        error=error,
        name=name,
    )
