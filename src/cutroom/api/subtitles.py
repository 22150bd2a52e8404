"""Subtitles: imported, listed, edited with undo, checked against rules, and written as files."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Query, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from cutroom.api.model import Id, Nothing, Success
from cutroom.api.openapi import errors
from cutroom.api.paging import Cursor, Limit, cut_page, read_cursor
from cutroom.api.ranges import is_unchanged
from cutroom.api.serving import POLICY, disposition
from cutroom.api.subtitle_edits import Edits, Revision
from cutroom.api.subtitle_models import (
    EditedSubtitles,
    ImportedSubtitles,
    NewSubtitles,
    OneSubtitles,
    PresetList,
    SubtitlesChange,
    SubtitlesList,
    ViolationList,
    WholeSubtitles,
)
from cutroom.base.ids import parse_id
from cutroom.gate import Caller, Router, Single, platform_of, success
from cutroom.library import subtitle_edits, subtitle_import, subtitle_tracks, subtitles
from cutroom.library.rooms import Rooms
from cutroom.library.subtitle_edits import Edited
from cutroom.library.subtitle_text import joined, written
from cutroom.library.subtitle_tracks import Whole
from cutroom.library.subtitle_view import presets_view, subtitles_view, violations_view
from cutroom.subtitles import preset_names
from cutroom.subtitles.exporting import write_subtitles
from cutroom.subtitles.format import FORMATS
from cutroom.subtitles.frame_grid import read_rate
from cutroom.subtitles.splice import Splice


class _Id(StringConvertor):
    """What stands in a path for the id of subtitles: anything but the other address of one part.

    Else PATCH of `presets`, which knows GET alone, would be answered as that of an id.
    """

    regex = "(?!presets$)[^/]+"


register_url_convertor("subtitles_id", _Id())
router = Router(prefix="/api/subtitles", tags=["subtitles"])
_ONE = "/{subtitlesId:subtitles_id}"

_MISSING = "No such subtitles, or they are somebody else's."
_STALE = "Somebody else changed them meanwhile, or there is nothing to undo or redo."
_INLINE = frozenset({"text/plain", "text/vtt", "application/json"})
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The caller has it already."},
    **errors(404, _404=_MISSING),
}
Words = Annotated[bool, Query(description="Whether cues come with the times of their words.")]
AnyPreset = Annotated[
    str | None,
    Query(
        max_length=40,
        description="Other rules than their own.",
        json_schema_extra={"enum": list(preset_names())},
    ),
]
FormatName = Annotated[
    str,
    Query(
        max_length=40,
        description="What kind of file.",
        json_schema_extra={"enum": list(FORMATS.names())},
    ),
]


@router.post("", status_code=201, response_model=Success[ImportedSubtitles], responses=errors(404, 409))
async def create_subtitles(new: NewSubtitles, request: Request, user: Caller, once: Single) -> Any:
    """Import a subtitle file that is an asset, or begin without cues for a recording."""
    wish = subtitle_import.Wish(
        new.project_id,
        new.asset_id,
        new.media_asset_id,
        new.name,
        new.language,
        new.preset,
        None if new.frame_rate is None else read_rate(new.frame_rate),
    )
    claim = await once.claim()
    if claim.answer is not None:
        return claim.answer
    async with claim:
        source = await subtitle_import.read(_rooms(request), user.user_id, wish)
        async with _rooms(request).database.transaction() as connection:
            row = await subtitle_import.keep(connection, user.user_id, wish, source)
            answer = success(subtitles=subtitles_view(row), faults=subtitle_import.faults_view(source.faults))
            return await claim.store(connection, answer)


@router.get("", response_model=Success[SubtitlesList])
async def list_subtitles(
    request: Request,
    user: Caller,
    limit: Limit = 100,
    cursor: Cursor = None,
    projectId: Id | None = None,  # noqa: N803 - the query's name
    assetId: Id | None = None,  # noqa: N803 - as projectId
    jobId: Id | None = None,  # noqa: N803 - as projectId
) -> Any:
    """List your subtitles without their cues, newest first; filters combine."""
    before = read_cursor(cursor)
    wanted = {
        "project_id": _optional(projectId, "projectId"),
        "asset_id": _optional(assetId, "assetId"),
        "job_id": _optional(jobId, "jobId"),
    }
    async with platform_of(request).database.transaction() as connection:
        rows = await subtitles.list_all(connection, user.user_id, limit=limit + 1, before=before, **wanted)
    shown, next_cursor = cut_page(rows, limit, subtitles_view)
    return success(subtitles=shown, nextCursor=next_cursor)


@router.get("/presets", response_model=Success[PresetList])
async def list_presets(user: Caller) -> Any:  # noqa: ARG001 - who is signed in may see them
    """List the rules that can be kept, and the formats that can be read and written."""
    return success(**presets_view())


@router.get(_ONE, response_model=Success[WholeSubtitles], responses=errors(404, _404=_MISSING))
async def get_subtitles(
    subtitlesId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    words: Words = True,
) -> Response:
    """Look at subtitles with their cues and violations."""
    whole = await _load(request, subtitlesId, user.user_id)
    return await asyncio.to_thread(_whole_answer, whole, words=words)


@router.patch(_ONE, response_model=Success[OneSubtitles], responses=errors(404, _404=_MISSING))
async def change_subtitles(
    subtitlesId: str,  # noqa: N803 - the path's name
    change: SubtitlesChange,
    request: Request,
    user: Caller,
) -> Any:
    """Rename subtitles, or check and read them in another way."""
    subtitles_id = parse_id(subtitlesId, "subtitlesId")
    rate = None if change.frame_rate is None else read_rate(change.frame_rate)
    recording: subtitles.Recording | None = None
    async with platform_of(request).database.transaction() as connection:
        if change.media_asset_id is not None:
            recording = await subtitle_import.hold_recording(
                connection, user.user_id, subtitles_id, change.media_asset_id
            )
            rate = rate or recording.rate
        row = await subtitles.change(
            connection,
            subtitles_id,
            user.user_id,
            name=change.name,
            language=change.language,
            preset=change.preset,
            rate=rate,
            recording=recording,
        )
    if row is None:
        raise subtitles.unknown_subtitles()
    return success(subtitles=subtitles_view(row))


@router.delete(_ONE, response_model=Success[Nothing], responses=errors(404, _404=_MISSING))
async def delete_subtitles(subtitlesId: str, request: Request, user: Caller) -> Any:  # noqa: N803 - the path's name
    """Delete subtitles with their history; files that were written of them stay."""
    subtitles_id = parse_id(subtitlesId, "subtitlesId")
    async with platform_of(request).database.transaction() as connection:
        if not await subtitles.delete(connection, subtitles_id, user.user_id):
            raise subtitles.unknown_subtitles()
    return success()


@router.post(
    "/{subtitlesId}/edits",
    response_model=Success[EditedSubtitles],
    responses=errors(404, 409, _404=_MISSING, _409=_STALE),
)
async def edit_subtitles(
    subtitlesId: str,  # noqa: N803 - the path's name
    changes: Edits,
    request: Request,
    user: Caller,
    words: Words = True,
) -> Response:
    """Edit cues: all edits together are one step that undo takes back."""
    subtitles_id = parse_id(subtitlesId, "subtitlesId")
    edits = [one.value() for one in changes.edits]
    async with platform_of(request).database.transaction() as connection:
        edited = await subtitle_edits.edit(connection, subtitles_id, user.user_id, changes.revision, edits)
    return await asyncio.to_thread(_edited_answer, edited, words=words)


@router.post(
    "/{subtitlesId}/undo",
    response_model=Success[EditedSubtitles],
    responses=errors(404, 409, _404=_MISSING, _409=_STALE),
)
async def undo_subtitles(
    subtitlesId: str,  # noqa: N803 - the path's name
    seen: Revision,
    request: Request,
    user: Caller,
    words: Words = True,
) -> Response:
    """Take the last step back."""
    return await _step(request, user.user_id, subtitlesId, seen.revision, words=words, is_undo=True)


@router.post(
    "/{subtitlesId}/redo",
    response_model=Success[EditedSubtitles],
    responses=errors(404, 409, _404=_MISSING, _409=_STALE),
)
async def redo_subtitles(
    subtitlesId: str,  # noqa: N803 - the path's name
    seen: Revision,
    request: Request,
    user: Caller,
    words: Words = True,
) -> Response:
    """Do the step again that was undone last."""
    return await _step(request, user.user_id, subtitlesId, seen.revision, words=words, is_undo=False)


@router.get(
    "/{subtitlesId}/violations",
    response_model=Success[ViolationList],
    responses=errors(404, _404=_MISSING),
)
async def list_violations(
    subtitlesId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    preset: AnyPreset = None,
) -> Response:
    """Check subtitles against their own or other rules."""
    whole = await _load(request, subtitlesId, user.user_id)
    found = await asyncio.to_thread(lambda: violations_view(whole.violations(preset)))
    return _json(_dump(success(preset=preset or whole.row["preset"], violations=found)))


@router.get("/{subtitlesId}/export", response_class=Response, responses=_FILE)
async def export_subtitles(
    subtitlesId: str,  # noqa: N803 - the path's name
    request: Request,
    user: Caller,
    format: FormatName = "srt",  # noqa: A002 - the query's name
    download: Annotated[bool, Query(description="Save the file instead of showing it.")] = False,
) -> Response:
    """Write subtitles as a file of any format."""
    chosen = FORMATS.load(format)
    whole = await _load(request, subtitlesId, user.user_id)
    name = f"{whole.row['name']}{chosen.suffixes[0]}"
    kind = chosen.mime_type
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition(name, inline=kind in _INLINE and not download),
        "Content-Security-Policy": POLICY,
        "ETag": f'"{whole.row["content_id"]}-{whole.row["revision"]}-{format}"',
        "X-Content-Type-Options": "nosniff",
    }
    if is_unchanged(request.headers, headers["ETag"], whole.row["updated_at"]):
        return Response(status_code=304, headers=headers)
    content = await asyncio.to_thread(write_subtitles, whole.track, format, title=whole.row["name"])
    headers["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Response(content, headers=headers)


async def _step(
    request: Request, owner_id: UUID, subtitles_id: str, revision: int, *, words: bool, is_undo: bool
) -> Response:
    move = subtitle_edits.undo if is_undo else subtitle_edits.redo
    async with platform_of(request).database.transaction() as connection:
        edited = await move(connection, parse_id(subtitles_id, "subtitlesId"), owner_id, revision)
    return await asyncio.to_thread(_edited_answer, edited, words=words)


async def _load(request: Request, subtitles_id: str, owner_id: UUID) -> Whole:
    wanted = parse_id(subtitles_id, "subtitlesId")
    async with platform_of(request).database.transaction() as connection:
        whole = await subtitle_tracks.load(connection, wanted, owner_id)
    if whole is None:
        raise subtitles.unknown_subtitles()
    return whole


def _whole_answer(whole: Whole, *, words: bool) -> Response:
    """Put the answer together from cues that are JSON already: 6 hours of speech are 5 MB."""
    cues = joined(whole.texts if words else written(whole.track.cues, words=False))
    head = _dump(subtitles_view(whole.row) | {"violations": violations_view(whole.violations())})
    return _json(f'{{"success":true,"data":{{"subtitles":{head[:-1]},"cues":{cues}}}}}}}')


def _edited_answer(edited: Edited, *, words: bool) -> Response:
    head = _dump(subtitles_view(edited.whole.row))
    found = _dump(violations_view(edited.violations()))
    splices = ",".join(_splice(splice, words=words) for splice in edited.splices)
    done = _dump([asdict(change) for change in edited.changes])
    data = f'{{"subtitles":{head},"splices":[{splices}],"violations":{found},"changes":{done}}}'
    return _json(f'{{"success":true,"data":{data}}}')


def _splice(splice: Splice, *, words: bool) -> str:
    removed, inserted = (joined(written(cues, words=words)) for cues in (splice.removed, splice.inserted))
    return f'{{"at":{splice.at},"removed":{removed},"inserted":{inserted}}}'


def _dump(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")


def _rooms(request: Request) -> Rooms:
    return cast("Rooms", platform_of(request))


def _optional(text: str | None, field: str) -> UUID | None:
    return None if text is None else parse_id(text, field)
