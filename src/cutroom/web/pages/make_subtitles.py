"""The form of new subtitles: says before the start where the sound will go."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from cutroom.accounts import User
from cutroom.base.errors import CutroomError, Refused
from cutroom.base.ids import parse_id
from cutroom.base.settings import Settings
from cutroom.database import Row
from cutroom.engines.access import access_of
from cutroom.engines.transcriber import TRANSCRIBERS, Transcriber
from cutroom.engines.transcriber_choice import check_transcriber
from cutroom.gate import Caller, Router, platform_of
from cutroom.jobs.kind import kinds
from cutroom.jobs.submit import submit
from cutroom.library import assets
from cutroom.subtitles import preset_names, read_preset
from cutroom.web import languages
from cutroom.web.pages.assets import unknown_asset
from cutroom.web.render import read_form, redirect, render, resources_of

KIND = "subtitle-generation"
DEFAULT_PRESET = "netflix"
_FIELDS = {
    "language": "The language",
    "preset": "The rules",
    "engine": "The engine",
    "prompt": "What it is about",
    "glossary": "Names and terms",
    "translateTo": "Translate to",
}
router = Router()


@dataclass(frozen=True)
class EngineChoice:
    """One line of the choice of engines.

    Attributes:
        value: What the form sends.
        title: As people read it.
        where: Where the sound goes, or why it cannot be chosen.
        is_ready: Whether it can be chosen.
    """

    value: str
    title: str
    where: str
    is_ready: bool


@router.get("/assets/{asset_id}/make-subtitles")
async def show_form(asset_id: str, request: Request, user: Caller) -> Response:
    """Show the form."""
    return await _form(request, user, asset_id, {})


@router.post("/assets/{asset_id}/make-subtitles")
async def start(asset_id: str, request: Request, user: Caller) -> Response:
    """Start the job and show it."""
    typed = await read_form(request)
    kind, resources = kinds.load(KIND), resources_of(request)
    try:
        async with resources.database.transaction() as connection:
            asset = await assets.find(connection, parse_id(asset_id, "assetId"), user.user_id)
            if asset is None:
                raise unknown_asset()
            wanted = kind.request.model_validate(body_of(typed, asset))
            row = await submit(connection, resources, kind, user.user_id, wanted)
    except ValidationError as error:
        return await _form(request, user, asset_id, typed, _explain(error))
    except CutroomError as error:
        return await _form(request, user, asset_id, typed, error)
    return redirect(f"/jobs/{row['id']}")


def body_of(typed: dict[str, str], asset: Row) -> dict[str, Any]:
    """Return what the API would be sent."""
    body: dict[str, Any] = {
        "assetId": str(asset["id"]),
        "projectId": str(asset["project_id"]),
        "language": languages.read_tag(typed.get("language", "")) or None,
        "preset": typed.get("preset") or None,
        "engine": typed.get("engine") or None,
        "prompt": typed.get("prompt", "").strip() or None,
        "glossary": _split(typed.get("glossary", ""), r"[\n,;]+"),
        "translateTo": [languages.read_tag(each) for each in _split(typed.get("translateTo", ""), r"[,;]+")],
        "speakers": "speakers" in typed,
        "embed": "embed" in typed,
    }
    return {name: value for name, value in body.items() if value not in (None, [])}


def engine_choices(settings: Settings) -> list[EngineChoice]:
    """Return every engine with where it works; imports them, so it belongs into a thread.

    `auto` comes first: who has a key set wants that vendor, and says so here before anything is sent.
    """
    found = sorted(filter(None, (_look_at(name, settings) for name in TRANSCRIBERS.names())), key=_by_rank)
    ready = [(engine, choice) for engine, choice in found if choice.is_ready]
    first = ready[0] if ready else None
    local = next((pair for pair in ready if pair[0].is_local), None)
    return [
        EngineChoice("auto", "Automatic", _where(first, "No engine is ready."), first is not None),
        EngineChoice(
            "local",
            "On this machine",
            _where(local, "No engine of this machine is ready."),
            local is not None,
        ),
        *(choice for _, choice in found),
    ]


def _look_at(name: str, settings: Settings) -> tuple[Transcriber, EngineChoice] | None:
    """Say whether an engine can be chosen, without calling anybody; None for a broken plug-in."""
    access = access_of(settings)
    try:
        engine = TRANSCRIBERS.load(name)
    except CutroomError:
        return None  # `cutroom doctor` says why
    try:
        check_transcriber(name, access, language=None)
    except CutroomError as error:
        return engine, EngineChoice(name, engine.title, f"Not available: {error.message}", is_ready=False)
    where = engine.destination
    try:
        engine.check(access[name])
    except CutroomError as error:
        where = f"{where} {error.message} The job fetches it first, where the model hub can be reached."
    return engine, EngineChoice(name, engine.title, where, is_ready=True)


def _by_rank(pair: tuple[Transcriber, EngineChoice]) -> tuple[int, str]:
    return pair[0].rank, pair[0].name


def _where(pair: tuple[Transcriber, EngineChoice] | None, nobody: str) -> str:
    return f"{pair[1].title}: {pair[1].where[0].lower()}{pair[1].where[1:]}" if pair else nobody


def _split(text: str, pattern: str) -> list[str]:
    return [part.strip() for part in re.split(pattern, text) if part.strip()]


def _explain(error: ValidationError) -> Refused:
    problem = error.errors()[0]
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if name in {"language", "translateTo"}:
        return Refused(f"{_FIELDS[name]}: write a language as its tag, such as en, de or pt-BR.")
    return Refused(f"{_FIELDS.get(name, 'The form')}: {problem['msg']}.")


async def _form(
    request: Request, user: User, asset_id: str, typed: dict[str, str], error: CutroomError | None = None
) -> Response:
    settings = platform_of(request).settings
    async with platform_of(request).database.transaction() as connection:
        asset = await assets.find(connection, parse_id(asset_id, "assetId"), user.user_id)
    if asset is None:
        raise unknown_asset()
    return render(
        request,
        "make_subtitles.html",
        status=error.status if error else 200,
        asset=asset,
        typed={"engine": "auto", "preset": DEFAULT_PRESET, **typed},
        error=error,
        languages=languages.choices(),
        presets=[read_preset(name) for name in preset_names()],
        engines=await asyncio.to_thread(engine_choices, settings),
        can_translate=settings.translation_url is not None or settings.openai_api_key is not None,
    )
