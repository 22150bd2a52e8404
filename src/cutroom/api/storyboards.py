"""The storyboard of a finished film: WebVTT cues that name parts of one sheet of small pictures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from cutroom.api.assets import Expires, Signature
from cutroom.api.jobs import resources_of
from cutroom.api.openapi import errors
from cutroom.api.serving import Served, serve
from cutroom.base.errors import NotFound, Unauthenticated
from cutroom.base.ids import parse_id
from cutroom.database import Row, fetch_one
from cutroom.gate import Router, Visitor, platform_of
from cutroom.jobs.film_work import SHEET
from cutroom.jobs.kinds.video import storyboard_path
from cutroom.jobs.run import FileRef
from cutroom.library.links import Links
from cutroom.storage import file_key

router = Router(prefix="/api/video/storyboard", tags=["video"])
_WHOEVER: dict[str, Any] = {"security": [{}, {"cookie": []}, {"bearer": []}]}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller has it already."},
    **errors(401, 403, 404, _404="No such film, it has no storyboard, or it is somebody else's."),
}


@router.get(
    "/{jobId}",
    response_class=Response,
    responses={200: {"description": "The cues.", "content": {"text/vtt": {}}}, **_ANSWERS},
    openapi_extra=_WHOEVER,
)
async def get_storyboard(
    jobId: str,  # noqa: N803 - the path's name
    request: Request,
    visitor: Visitor,
    expires: Expires = None,  # noqa: ARG001 - for the document; `Links` reads them
    signature: Signature = None,  # noqa: ARG001 - as expires
) -> Response:
    """Read the cues of a storyboard; their pictures are links that need no sign-in."""
    row, board = await _open(request, parse_id(jobId, "jobId"), visitor)
    file = FileRef.from_json(board["cues"])
    blocks = resources_of(request).storage.read(file_key(row["owner_id"], file.sha256))
    text = b"".join([block async for block in blocks]).decode("utf-8")
    sheet = Links(platform_of(request).secret).sign(f"{storyboard_path(row['id'])}/sheet")
    headers = {"Cache-Control": "private, max-age=600"}
    return Response(text.replace(SHEET, sheet), media_type="text/vtt", headers=headers)


@router.get(
    "/{jobId}/sheet",
    response_class=Response,
    responses={
        200: {"description": "The pictures.", "content": {"image/jpeg": {}}},
        206: {"description": "A range of it."},
        **_ANSWERS,
        **errors(416),
    },
    openapi_extra=_WHOEVER,
)
async def get_storyboard_sheet(
    jobId: str,  # noqa: N803 - the path's name
    request: Request,
    visitor: Visitor,
    expires: Expires = None,  # noqa: ARG001 - for the document; `Links` reads them
    signature: Signature = None,  # noqa: ARG001 - as expires
) -> Response:
    """Read the sheet of a storyboard, a JPEG."""
    row, board = await _open(request, parse_id(jobId, "jobId"), visitor)
    file = FileRef.from_json(board["picture"])
    key = file_key(row["owner_id"], file.sha256)
    served = Served(key, file.sha256, file.bytes, file.mime_type, file.name, row["created_at"])
    return await serve(request, resources_of(request).storage, served, is_cacheable=True)


async def _open(request: Request, job_id: UUID, visitor: Any) -> tuple[Row, dict[str, Any]]:
    """Return the job and the storyboard that the visitor may see.

    Raises:
        Forbidden: For a signature that does not hold.
        Unauthenticated: Without identity, whether or not there is such a film.
        NotFound: With an identity that does not own it.
    """
    is_signed = Links(platform_of(request).secret).check(request.url.path, request.query_params)
    if not is_signed and visitor is None:
        raise Unauthenticated
    async with platform_of(request).database.transaction() as connection:
        row = await fetch_one(connection, "jobs.get", job_id=job_id)
    is_seen = row is not None and (is_signed or row["owner_id"] == visitor.user_id)
    output: dict[str, Any] = (row["output"] or {}) if row is not None and is_seen else {}
    board: dict[str, Any] | None = output.get("storyboard")
    if row is None or board is None:
        raise NotFound("Storyboard not found", code="storyboard_not_found")
    return row, board
