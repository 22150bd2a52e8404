"""The steps of subtitles that several kinds share: cuts, cues, translation, files, embedding."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from cutroom.base.errors import BrokenMedia, CutroomError
from cutroom.base.settings import Settings
from cutroom.engines.access import access_of_translators
from cutroom.engines.subtitling import (
    CueReport,
    Cutting,
    cut_cues,
    embed_tracks,
    read_track,
    translate_track,
    write_files,
    write_track,
)
from cutroom.engines.translator import TRANSLATORS
from cutroom.jobs.hosted import raise_explained
from cutroom.jobs.run import WHOLE, FileRef, NewSubtitles, Output, Part, Run, Step
from cutroom.library.subtitle_tracks import Whole
from cutroom.media.shots import find_shots as find_shots_of
from cutroom.subtitles import DEFAULT_RATE, Track
from cutroom.subtitles.codec import cue_from_json, cue_to_json
from cutroom.subtitles.format import FORMATS

_CODE_VERSION = 1  # of what this file does with the engines' results
FILES = ("srt", "vtt", "ass", "ttml")
"""The formats that become assets of the project; the rest is written when it is asked for."""
TRANSLATOR = "openai"
_ADVICE = "Try again later; what is finished is kept."


async def find_shots(run: Run) -> Output:
    """Return `shots` (seconds as fractions) and `rate` of the picture, and `notes`.

    Words need no picture: where it cannot be decoded there are no shots, and a note says why.
    """
    source = run.input["source"]
    inputs = {"source": source, "codeVersion": _CODE_VERSION}
    return await run.step("shots", partial(_find_shots, source), inputs=inputs)


async def _find_shots(source: Output, step: Step) -> Output:
    path = await step.open(FileRef.from_json(source))
    try:
        found = await step.isolate(find_shots_of, path)
    except BrokenMedia as error:
        note = (
            "The cuts of the picture could not be looked for, so that cues do not keep to them and are timed "
            f"for {DEFAULT_RATE} frames per second: {error.message}"
        )
        await step.log(note, "warning")
        return {"shots": [], "rate": str(DEFAULT_RATE), "notes": [note]}
    return {"shots": [str(change) for change in found.changes], "rate": str(found.rate), "notes": []}


async def cut(run: Run, heard: Output, picture: Output | None) -> Output:
    """Cut words into cues; return the kept track and what became of it."""
    inputs: Output = {
        "files": heard["files"],
        "language": heard["language"],
        "preset": run.input["preset"],
        "seconds": run.input["seconds"],
        "shots": picture["shots"] if picture else [],
        "rate": picture["rate"] if picture else str(DEFAULT_RATE),
        "codeVersion": _CODE_VERSION,
    }
    return await run.step("segment", partial(_cut, inputs), inputs=inputs)


async def _cut(inputs: Output, step: Step) -> Output:
    sources = [await step.open(FileRef.from_json(file)) for file in inputs["files"]]
    target = step.scratch / "track.json"
    report = await step.isolate(cut_cues, sources, target, _cutting(inputs))
    return await _kept(step, target, report, inputs)


async def translate(run: Run, source: Output, language: str, part: Part = WHOLE) -> Output:
    """Translate a track that `cut` returned."""
    names = ("track", "rate", "shots", "seconds", "preset")
    inputs: Output = {name: source[name] for name in names} | {
        "language": language,
        "glossary": run.input.get("glossary", []),
        "engine": TRANSLATOR,
        "engineVersion": TRANSLATORS.load(TRANSLATOR).version,
        "model": access_of_translators(run.settings)[TRANSLATOR].model,
        "codeVersion": _CODE_VERSION,
    }
    return await run.step("translate", partial(_translate, run.settings, inputs), inputs=inputs, part=part)


async def _translate(settings: Settings, inputs: Output, step: Step) -> Output:
    step.set_engine(inputs["engine"])
    path = await step.open(FileRef.from_json(inputs["track"]))
    target = step.scratch / "translated.json"
    access = access_of_translators(settings)[inputs["engine"]]
    try:
        report = await step.isolate(
            translate_track, path, target, _cutting(inputs), inputs["engine"], access, inputs["glossary"]
        )
    except CutroomError as error:
        raise_explained(error, _ADVICE)
    return await _kept(step, target, report, inputs)


async def _kept(step: Step, target: Path, report: CueReport, inputs: Output) -> Output:
    track = await step.keep(target, name="track.json", mime_type="application/json")
    names = ("language", "rate", "shots", "seconds", "preset")
    return {name: inputs[name] for name in names} | {
        "track": track.to_json(),
        "cues": report.cues,
        "violations": report.violations,
    }


async def export(run: Run, made: Output, origin: Output, part: Part = WHOLE) -> Output:
    """Write a track's files as assets and make it one that people can edit."""
    inputs: Output = {"title": run.input["title"], "codeVersion": _CODE_VERSION}
    inputs |= {name: value for name, value in made.items() if name != "cues"}
    stored = await run.step("export", partial(_export, inputs, _origin(origin)), inputs=inputs, part=part)
    return stored | {"cues": made["cues"], "language": made["language"], "track": made["track"]}


def _origin(heard: Output) -> Output:
    names = ("engine", "engineReason", "trust", "languageConfidence", "notes", "reason")
    return {name: heard[name] for name in names if heard.get(name) is not None}


async def _export(inputs: Output, origin: Output, step: Step) -> Output:
    path = await step.open(FileRef.from_json(inputs["track"]))
    track = await asyncio.to_thread(read_track, path)
    name = f"{inputs['title']} ({inputs['language']})"
    files: dict[str, str] = {}
    if track.cues:
        folder = step.scratch / "out"
        folder.mkdir()
        for written, form in zip(
            await step.isolate(write_files, path, folder, name, FILES), FILES, strict=True
        ):
            kept = await step.keep(
                written, name=f"{name}{written.suffix}", mime_type=FORMATS.load(form).mime_type
            )
            files[form] = str(await step.add_asset(kept))
    subtitles_id = await step.add_subtitles(
        NewSubtitles(
            name=name,
            track=track,
            preset=inputs["preset"],
            shots=tuple(Fraction(change) for change in inputs["shots"]),
            seconds=inputs["seconds"],
            origin=origin,
        )
    )
    return {"subtitlesId": str(subtitles_id), "files": files}


def snapshot(whole: Whole) -> Output:
    """Return an edited track as a job's input carries it: without the times of its words."""
    row = whole.row
    cues = [replace(cue, words=()) for cue in whole.track.cues]
    return {
        "cues": [cue_to_json(cue) for cue in cues],
        "language": row["language"],
        "rate": row["rate"],
        "shots": row["shots"],
        "seconds": row["seconds"] or 0.0,
        "preset": row["preset"],
    }


async def read(run: Run, source: Output, part: Part = WHOLE) -> Output:
    """Write a track of the input (`snapshot`) to a kept file; return what `cut` returns."""
    return await run.step("read", partial(_read, source), inputs=source, part=part)


async def _read(source: Output, step: Step) -> Output:
    target = step.scratch / "track.json"
    await asyncio.to_thread(_write_snapshot, source, target)
    kept = await step.keep(target, name="track.json", mime_type="application/json")
    names = ("language", "rate", "shots", "seconds", "preset")
    return {name: source[name] for name in names} | {"track": kept.to_json()}


def _write_snapshot(source: Output, target: Path) -> None:
    rate = Fraction(source["rate"])
    cues = tuple(cue_from_json(cue, rate) for cue in source["cues"])
    write_track(Track(cues, source["language"], rate), target)


async def embed(run: Run, made: list[Output]) -> Output:
    """Put tracks into the job's video; return the new asset."""
    inputs: Output = {
        "source": run.input["source"],
        "tracks": [each["track"] for each in made],
        "codeVersion": _CODE_VERSION,
    }
    return await run.step("embed", partial(_embed, inputs), inputs=inputs)


async def _embed(inputs: Output, step: Step) -> Output:
    source = FileRef.from_json(inputs["source"])
    video = await step.open(source)
    tracks = [await step.open(FileRef.from_json(track)) for track in inputs["tracks"]]
    target = step.scratch / "with-subtitles"
    made = await step.isolate(embed_tracks, video, tracks, target)
    for sentence in filter(None, [made.reason, *made.dropped]):
        await step.log(sentence, "warning")
    name = f"{Path(source.name).stem} (with subtitles){made.suffix}"
    kept = await step.keep(target, name=name, mime_type=made.mime_type)
    asset_id = await step.add_asset(kept)
    return {"resultVideoAssetId": str(asset_id), "resultAssetPath": f"/api/assets/{asset_id}/content"}


def check_translator(settings: Settings) -> None:
    """Make sure that somebody can translate.

    Raises:
        Unsupported: Saying what to set.
    """
    TRANSLATORS.load(TRANSLATOR).check(access_of_translators(settings)[TRANSLATOR])


def _cutting(inputs: Output) -> Cutting:
    return Cutting(
        preset=inputs["preset"],
        language=inputs["language"],
        rate=Fraction(inputs["rate"]),
        shots=tuple(Fraction(change) for change in inputs["shots"]),
        seconds=Fraction(str(inputs["seconds"])),
    )
