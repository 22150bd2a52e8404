"""Files of a project: upload without a script, delete, and their waveform as a picture."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from cutroom.base.errors import CutroomError, NotFound
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, platform_of, streams_body
from cutroom.library import assets, ingest, upload
from cutroom.web import waveform
from cutroom.web.pages import projects
from cutroom.web.render import redirect, resources_of

_CARD_COLUMNS = 200
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
    '<path fill="#2f9e8a" d="{path}"/></svg>'
)
router = Router()


@router.post("/projects/{project_id}/assets")
@streams_body
async def add_assets(project_id: str, request: Request, user: Caller) -> Response:
    """Take the files of a plain form; with its island the page sends them to the API itself."""
    rooms = resources_of(request)
    owner_id = user.user_id
    async with rooms.database.transaction() as connection:
        project = await projects.find_project(connection, project_id, user)
    try:
        async with upload.staging(rooms.settings) as folder:
            rules = upload.Rules.of(rooms.settings)
            upload.check_announced(request.headers.get("content-length"), folder, rules)
            kind = request.headers.get("content-type", "")
            staged = await upload.receive(request.stream(), kind, folder, rules)
            async with (
                ingest.prepared(rooms, owner_id, staged, folder) as items,
                rooms.database.transaction() as connection,
            ):
                await ingest.add(connection, project["id"], owner_id, items)
    except CutroomError as error:
        return await projects.show(request, user, project_id, upload_error=error)
    return redirect(f"/projects/{project_id}", "uploaded")


@router.post("/assets/{asset_id}/delete")
async def delete_asset(asset_id: str, request: Request, user: Caller) -> Response:
    """Delete a file and show its project."""
    wanted = parse_id(asset_id, "assetId")
    async with platform_of(request).database.transaction() as connection:
        asset = await assets.find(connection, wanted, user.user_id)
    if asset is None:
        raise unknown_asset()
    project_id = str(asset["project_id"])
    try:
        async with platform_of(request).database.transaction() as connection:
            await assets.delete(connection, wanted, user.user_id)
    except CutroomError as error:
        return await projects.show(request, user, project_id, error=error)
    return redirect(f"/projects/{project_id}", "asset-deleted")


@router.get("/assets/{asset_id}/waveform.svg")
async def draw_waveform(asset_id: str, request: Request, user: Caller) -> Response:
    """Draw a file's waveform for its card."""
    rooms = resources_of(request)
    async with rooms.database.transaction() as connection:
        asset = await assets.find_served(connection, parse_id(asset_id, "assetId"))
    if asset is None or asset["owner_id"] != user.user_id:
        raise unknown_asset()
    peaks, _ = await waveform.read_peaks(rooms.storage, asset)
    path = waveform.outline(peaks, waveform.loudest(peaks), _CARD_COLUMNS)
    content = _SVG.format(width=waveform.WIDTH, height=waveform.HEIGHT, path=path)
    return Response(content, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


def unknown_asset() -> NotFound:
    """Make the error of a file that is missing or somebody else's."""
    return NotFound("There is no such file; it may have been deleted.", code="asset_not_found")
