"""Assets: uploaded as streams, listed, renamed, deleted, and served so that none can run as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from cutroom.api.asset_models import (
    UPLOAD_BODY,
    AssetChange,
    AssetList,
    Kind,
    OneAsset,
    RemoteFile,
    UploadedAssets,
    read_remote,
)
from cutroom.api.model import Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.api.serving import Served, serve, with_suffix
from cutroom.base.errors import NotFound, Unauthenticated
from cutroom.base.ids import parse_id
from cutroom.database import Database, Row
from cutroom.gate import Caller, Router, Single, Visitor, platform_of, streams_body, success
from cutroom.library import assets, ingest, projects, upload
from cutroom.library.ingest import unknown_project
from cutroom.library.links import Links
from cutroom.library.remote import fetch
from cutroom.library.rooms import Rooms
from cutroom.library.upload import Staged
from cutroom.library.view import asset_view, renew_links

router = Router(prefix="/api", tags=["assets"])

_NO_PROJECT = "No such project, or it is somebody else's."
_NO_ASSET = "No such asset, or it is somebody else's."
_BYTES: dict[str, Any] = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
_SERVED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file.", **_BYTES},
    206: {"description": "The range asked for.", **_BYTES},
    304: {"description": "The caller has it already."},
    **errors(
        401,
        403,
        404,
        416,
        501,
        _401="No signature, and nobody is signed in.",
        _403="The link has expired or was changed.",
        _404=_NO_ASSET,
    ),
}
_WHOEVER: dict[str, Any] = {"security": [{}, {"cookie": []}, {"bearer": []}]}
Download = Annotated[bool, Query(description="Save the file instead of showing it.")]
Expires = Annotated[str | None, Query(max_length=20, description="Part of a signed link.")]
Signature = Annotated[str | None, Query(max_length=100, description="Part of a signed link.")]


def _rooms(request: Request) -> Rooms:
    return cast("Rooms", platform_of(request))


def _links(request: Request) -> Links:
    return Links(platform_of(request).secret)


def _unknown_asset() -> NotFound:
    return NotFound("Asset not found", code="asset_not_found")


@router.post(
    "/projects/{projectId}/assets",
    status_code=201,
    response_model=Success[UploadedAssets],
    responses=errors(404, 501, 507, _404=_NO_PROJECT),
    openapi_extra={"requestBody": UPLOAD_BODY},
)
@streams_body
async def upload_assets(
    projectId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    once: Single,
) -> Any:
    """Upload files of any size, or name a file's address to fetch it. All become assets or none does."""
    project_id, rooms = parse_id(projectId, "projectId"), _rooms(request)
    await _need_project(rooms.database, project_id, user.user_id)
    remote = await read_remote(request)
    claim = await once.claim(remote.model_dump_json() if remote else None)
    if claim.answer is not None:
        return _with_new_links(claim.answer, _links(request))
    async with claim, upload.staging(rooms.settings) as folder:
        staged = await _stage(rooms, request, remote, folder)
        async with (
            ingest.prepared(rooms, user.user_id, staged, folder) as items,
            rooms.database.transaction() as connection,
        ):
            rows = await ingest.add(connection, project_id, user.user_id, items)
            return await claim.store(connection, _uploaded(rows, _links(request)))


async def _stage(rooms: Rooms, request: Request, remote: RemoteFile | None, folder: Path) -> list[Staged]:
    if remote is not None:
        return [await fetch(rooms, remote.url, remote.name, folder)]
    rules = upload.Rules.of(rooms.settings)
    upload.check_announced(request.headers.get("content-length"), folder, rules)
    return await upload.receive(request.stream(), request.headers.get("content-type", ""), folder, rules)


def _uploaded(rows: Sequence[Row], links: Links) -> dict[str, Any]:
    views = [asset_view(row, links) for row in rows]
    return success(asset=views[0], assets=views) if len(views) > 1 else success(asset=views[0])


def _with_new_links(answer: dict[str, Any], links: Links) -> dict[str, Any]:
    """Sign the links of a stored answer anew: the first ones may have expired."""
    content: dict[str, Any] = {"asset": renew_links(answer["data"]["asset"], links)}
    if "assets" in answer["data"]:
        content["assets"] = [renew_links(view, links) for view in answer["data"]["assets"]]
    return success(**content)


async def _need_project(database: Database, project_id: UUID, owner_id: UUID) -> None:
    async with database.transaction() as connection:
        if await projects.find(connection, project_id, owner_id) is None:
            raise unknown_project()


@router.get(
    "/projects/{projectId}/assets",
    response_model=Success[AssetList],
    responses=errors(404, _404=_NO_PROJECT),
)
async def list_assets(
    projectId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    limit: Limit = 100,
    cursor: Cursor = None,
    kind: Kind | None = None,
) -> Any:
    """List a project's assets, newest first."""
    project_id, before = parse_id(projectId, "projectId"), read_cursor(cursor)
    async with platform_of(request).database.transaction() as connection:
        if await projects.find(connection, project_id, user.user_id) is None:
            raise unknown_project()
        rows = await assets.list_all(
            connection, project_id, user.user_id, limit=limit + 1, before=before, kind=kind
        )
    links = _links(request)
    shown, next_cursor = cut_page(rows, limit, lambda row: asset_view(row, links))
    return success(assets=shown, nextCursor=next_cursor)


@router.get("/assets/{assetId}", response_model=Success[OneAsset], responses=errors(404, _404=_NO_ASSET))
async def get_asset(assetId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Look at an asset."""
    asset_id = parse_id(assetId, "assetId")
    async with platform_of(request).database.transaction() as connection:
        row = await assets.find(connection, asset_id, user.user_id)
    if row is None:
        raise _unknown_asset()
    return success(asset=asset_view(row, _links(request)))


@router.patch("/assets/{assetId}", response_model=Success[OneAsset], responses=errors(404, _404=_NO_ASSET))
async def rename_asset(
    assetId: str,  # noqa: N803 - the path's name
    change: AssetChange,
    request: Request,
    user: Caller,
) -> Any:
    """Give an asset another name."""
    asset_id = parse_id(assetId, "assetId")
    async with platform_of(request).database.transaction() as connection:
        row = await assets.rename(connection, asset_id, user.user_id, change.name)
    if row is None:
        raise _unknown_asset()
    return success(asset=asset_view(row, _links(request)))


@router.delete(
    "/assets/{assetId}", response_model=Success[Nothing], responses=errors(404, 409, _404=_NO_ASSET)
)
async def delete_asset(assetId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete an asset; refused while an unfinished job needs it."""
    asset_id = parse_id(assetId, "assetId")
    async with platform_of(request).database.transaction() as connection:
        if not await assets.delete(connection, asset_id, user.user_id):
            raise _unknown_asset()
    return success()


async def _open(request: Request, asset_id: UUID, visitor: Any) -> tuple[Row, bool]:
    """Return an asset that the visitor may see, and whether the address alone grants that.

    Raises:
        Forbidden: For a signature that does not hold.
        Unauthenticated: Without identity, whether or not there is such an asset.
        NotFound: With an identity that does not own it.
    """
    is_signed = _links(request).check(request.url.path, request.query_params)
    async with platform_of(request).database.transaction() as connection:
        row = await assets.find_served(connection, asset_id)
    if row is not None and (is_signed or row["is_public"]):
        return row, True
    if is_signed:
        raise _unknown_asset()
    if visitor is None:
        raise Unauthenticated
    if row is None or row["owner_id"] != visitor.user_id:
        raise _unknown_asset()
    return row, False


@router.get("/assets/{assetId}/content", response_class=Response, responses=_SERVED, openapi_extra=_WHOEVER)
async def get_content(
    assetId: str,  # noqa: N803 - the path's name
    request: Request,
    visitor: Visitor,
    download: Download = False,
    expires: Expires = None,  # noqa: ARG001 - for the document; `Links` reads them
    signature: Signature = None,  # noqa: ARG001 - as expires
) -> Response:
    """Read an asset's bytes, whole or in a range: with a signed link, signed in, or from a public project."""
    row, is_open = await _open(request, parse_id(assetId, "assetId"), visitor)
    served = Served(
        row["storage_key"], row["sha256"], row["bytes"], row["mime_type"], row["name"], row["created_at"]
    )
    return await serve(request, _rooms(request).storage, served, is_cacheable=is_open, download=download)


@router.get("/assets/{assetId}/poster", response_class=Response, responses=_SERVED, openapi_extra=_WHOEVER)
async def get_poster(
    assetId: str,  # noqa: N803 - the path's name
    request: Request,
    visitor: Visitor,
    expires: Expires = None,  # noqa: ARG001 - for the document; `Links` reads them
    signature: Signature = None,  # noqa: ARG001 - as expires
) -> Response:
    """Read an asset's picture, WebP."""
    return await _serve_drawn(request, assetId, visitor, "poster", "image/webp")


@router.get("/assets/{assetId}/waveform", response_class=Response, responses=_SERVED, openapi_extra=_WHOEVER)
async def get_waveform(
    assetId: str,  # noqa: N803 - the path's name
    request: Request,
    visitor: Visitor,
    expires: Expires = None,  # noqa: ARG001 - for the document; `Links` reads them
    signature: Signature = None,  # noqa: ARG001 - as expires
) -> Response:
    """Read the peaks of an asset's sound, JSON."""
    return await _serve_drawn(request, assetId, visitor, "waveform", "application/json")


async def _serve_drawn(request: Request, asset_id: str, visitor: Any, drawn: str, mime_type: str) -> Response:
    row, is_open = await _open(request, parse_id(asset_id, "assetId"), visitor)
    key, sha256, size = (row[f"{drawn}_{name}"] for name in ("key", "sha256", "bytes"))
    if key is None:
        raise NotFound(f"This asset has no {drawn}.", code=f"no_{drawn}")
    stem = row["name"].rpartition(".")[0] or row["name"]
    name = with_suffix(f"{stem.replace('.', ' ')} {drawn}", mime_type)
    served = Served(key, sha256, size, mime_type, name, row["created_at"])
    return await serve(request, _rooms(request).storage, served, is_cacheable=is_open)


for _path, _endpoint in (("content", get_content), ("poster", get_poster), ("waveform", get_waveform)):
    router.add_api_route(
        f"/assets/{{assetId}}/{_path}",
        _endpoint,
        methods=["HEAD"],
        name=f"head_{_path}",
        response_class=Response,
        responses=_SERVED,
        openapi_extra=_WHOEVER,
    )
