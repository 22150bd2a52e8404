"""Subtitles drawn into the picture of their video: a film of two layers, whose sound is the video's own."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from cutroom.base.errors import Refused
from cutroom.engines.subtitling import read_track
from cutroom.jobs import film_work
from cutroom.jobs.run import FileRef, Output, Run, Step
from cutroom.library.view import content_path
from cutroom.render.caption_style import CAPTION_STYLES
from cutroom.render.film.burning import VIDEO, burning_document
from cutroom.subtitles.codec import cue_to_json

_CODE_VERSION = 1  # of what this file does with the renderer's results
_CRF = 18  # what was seen once is encoded once more: nobody should see it


def check_style(style: str) -> None:
    """Make sure that there is a style of captions.

    Raises:
        Refused: With code `unknown_style`.
    """
    if style not in CAPTION_STYLES.names():
        known = ", ".join(CAPTION_STYLES.names())
        raise Refused(f"burnIn is {style[:40]!r}; known: {known}.", code="unknown_style")


async def burn(run: Run, track: Output, language: str) -> Output:
    """Draw a kept track into the job's video; return the new asset.

    Args:
        run: Its input holds `source`, `title` and the style `burnIn`.
        track: The track, as `FileRef` in JSON.
        language: Of its text.
    """
    inputs: Output = {
        "source": run.input["source"],
        "track": track,
        "style": run.input["burnIn"],
        "language": language,
        "codeVersion": _CODE_VERSION,
    }
    order = await run.step("caption", partial(_order, run, inputs), inputs=inputs)
    (film,) = await run.children("burn", [("video", order)], step="burn")

    async def note(step: Step) -> Output:
        step.progress(1.0)
        asset_id = film["resultAssetId"]
        return {"burnedVideoAssetId": asset_id, "burnedVideoAssetPath": content_path(asset_id)}

    return await run.step("burn", note, inputs={"assetId": film["resultAssetId"]})


async def _order(run: Run, inputs: Output, step: Step) -> Output:
    """Return the input of the job that renders the film."""
    source = FileRef.from_json(inputs["source"])
    path = await step.open(source)
    found = (await step.isolate(film_work.look, [(VIDEO, "video", path)]))[VIDEO]
    track = await asyncio.to_thread(read_track, await step.open(FileRef.from_json(inputs["track"])))
    captions: Output = {
        "style": inputs["style"],
        "language": inputs["language"],
        "cues": [cue_to_json(cue) for cue in track.cues],
    }
    return {
        "document": burning_document(film_work.item_from_json(found, path), captions),
        "values": {},
        "media": {VIDEO: {"kind": "video", "file": inputs["source"]}},
        "outputs": [{"format": "mp4", "crf": _CRF, "mute": True}],
        "title": f"{Path(run.input['title']).name} (captioned)",
        "soundFrom": inputs["source"],
    }
