"""The form of a noise removal: says before the start where the sound will go."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError, Refused
from cutroom.base.ids import parse_id
from cutroom.database import Row
from cutroom.gate import Caller, Router, platform_of
from cutroom.jobs.kind import kinds
from cutroom.jobs.submit import submit
from cutroom.library import assets
from cutroom.web.pages.assets import unknown_asset
from cutroom.web.render import read_form, redirect, render, resources_of

KIND = "noise-removal"
PREVIEW_SECONDS = 30
LOUDNESS = (
    ("", "Leave it as it is"),
    ("-16", "\N{MINUS SIGN}16 LUFS: podcasts, web video"),
    ("-14", "\N{MINUS SIGN}14 LUFS: music services"),
    ("-23", "\N{MINUS SIGN}23 LUFS: European television (EBU R 128)"),
)
router = Router()


@router.get("/assets/{asset_id}/remove-noise")
async def show_form(asset_id: str, request: Request, user: Caller) -> Response:
    """Show the form."""
    return await _form(request, user, asset_id, {})


@router.post("/assets/{asset_id}/remove-noise")
async def start(asset_id: str, request: Request, user: Caller) -> Response:
    """Start the job, whole or as a preview, and show it."""
    typed = await read_form(request)
    kind, resources = kinds.load(KIND), resources_of(request)
    try:
        async with resources.database.transaction() as connection:
            asset = await assets.find(connection, parse_id(asset_id, "assetId"), user.user_id)
            if asset is None:
                raise unknown_asset()
            wanted = kind.request.model_validate(_body(typed, asset))
            row = await submit(connection, resources, kind, user.user_id, wanted)
    except ValidationError as error:
        problem = error.errors()[0]
        refused = Refused(f"{problem['loc'][0] if problem['loc'] else 'The form'}: {problem['msg']}.")
        return await _form(request, user, asset_id, typed, refused)
    except CutroomError as error:
        return await _form(request, user, asset_id, typed, error)
    return redirect(f"/jobs/{row['id']}")


def _body(typed: dict[str, str], asset: Row) -> dict[str, Any]:
    """Return what the API would be sent."""
    body: dict[str, Any] = {
        "assetId": str(asset["id"]),
        "projectId": str(asset["project_id"]),
        "strength": typed.get("strength") or None,
        "keepMusic": "keepMusic" in typed,
        "loudness": typed.get("loudness") or None,
        "engine": typed.get("engine") or None,
        "preview": True if "preview" in typed else None,
        "previewStart": typed.get("previewStart") or None if "preview" in typed else None,
    }
    return {name: value for name, value in body.items() if value is not None}


async def _form(
    request: Request, user: User, asset_id: str, typed: dict[str, str], error: CutroomError | None = None
) -> Response:
    settings = platform_of(request).settings
    async with platform_of(request).database.transaction() as connection:
        asset = await assets.find(connection, parse_id(asset_id, "assetId"), user.user_id)
    if asset is None:
        raise unknown_asset()
    fields = kinds.load(KIND).request.model_fields
    return render(
        request,
        "noise_removal.html",
        status=error.status if error else 200,
        asset=asset,
        typed={"strength": str(fields["strength"].default), "engine": "auto", **typed},
        error=error,
        loudness=LOUDNESS,
        has_vendor=settings.elevenlabs_api_key is not None,
        can_preview=float(asset["media"].get("duration") or 0) > PREVIEW_SECONDS,
        last_start=max(0, int(float(asset["media"].get("duration") or 0)) - 1),
    )
