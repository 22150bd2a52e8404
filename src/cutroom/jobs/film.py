"""The steps of a film: files fetched and looked at, sound, segments, the finished files.

Segments are kept under keys that say all that they show, so a film that was rendered before is only
joined, and whoever draws a segment makes the same bytes: this worker, or others as children of the job.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from cutroom.base.errors import CutroomError, Unavailable
from cutroom.base.settings import Settings
from cutroom.jobs import film_work
from cutroom.jobs.film_work import Film, Missing
from cutroom.jobs.run import FileRef, Output, Part, Run, Step
from cutroom.network import NetworkLimits
from cutroom.render.film.versions import engine_version
from cutroom.render.output import format_of

_CODE_VERSION = 1  # of what this file does with the renderer's results
_MOST_PROCESSES = 8
_SEGMENTS_PER_PROCESS = 4
"""Drawn before any of them is kept: at most 16 seconds of film per process are lost with a worker."""
_WORTH_SHARING = 8
"""Missing segments, 32 seconds at 30 frames per second, from which on other workers help."""
_ROUNDS = 3
"""Children per worker: a slow one does not hold up the rest for long."""
_FETCH_SECONDS = 900.0


@dataclass(frozen=True)
class Prepared:
    """What is known of a film before anything is drawn; `facts` is the step's output."""

    facts: Output
    files: dict[str, Output]

    @property
    def groups(self) -> list[list[Output]]:
        """The segments that children draw; empty: this worker draws what is missing."""
        return self.facts["groups"]


async def fetch(run: Run) -> dict[str, Output]:
    """Fetch what has an address; return every file of the film, as `FileRef` in JSON, by its `src`."""
    media: dict[str, Output] = run.input["media"]
    files = {src: source["file"] for src, source in media.items() if "file" in source}
    remote = [(src, source["url"]) for src, source in media.items() if "url" in source]
    for number, (src, url) in enumerate(remote, 1):
        answer = await run.step(
            "fetch",
            partial(_fetch, run.settings, src, url),
            inputs={"url": url, "codeVersion": _CODE_VERSION},
            part=Part(number, len(remote)),
        )
        files[src] = answer["file"]
    return files


async def _fetch(settings: Settings, src: str, url: str, step: Step) -> Output:
    step.progress(0.0, f"Fetch {src[:100]}")
    target = step.scratch / "fetched"
    limits = NetworkLimits(
        seconds=_FETCH_SECONDS,
        max_bytes=settings.max_upload_bytes,
        allowed_hosts=settings.allowed_hosts,
    )
    try:
        name = await step.isolate(film_work.fetch, url, target, limits)
    except CutroomError as error:
        raise film_work.of_source(error, src) from error
    file = await step.keep(target, name=name or "file", mime_type="application/octet-stream")
    return {"file": file.to_json()}


async def prepare(run: Run, files: dict[str, Output]) -> Prepared:
    """Look at the files and plan the film: everything that can be wrong is found here."""
    inputs = await _inputs(run, files)
    facts = await run.step("prepare", partial(_prepare, run, files), inputs=inputs)
    return Prepared(facts, files)


async def _inputs(run: Run, files: dict[str, Output]) -> Output:
    """Return everything that decides what a film shows."""
    return {name: run.input[name] for name in ("document", "values", "outputs")} | {
        "files": {src: file["sha256"] for src, file in files.items()},
        "engine": await asyncio.to_thread(engine_version),
        "codeVersion": _CODE_VERSION,
    }


async def _prepare(run: Run, files: dict[str, Output], step: Step) -> Output:
    paths = await _open(step, files)
    kinds = {src: source["kind"] for src, source in run.input["media"].items()}
    items = await step.isolate(film_work.look, [(src, kinds[src], path) for src, path in paths.items()])
    target = step.scratch / "plan.json"
    planned = await step.isolate(film_work.plan, _film(run, items, paths), target)
    segments: list[Output] = json.loads(await asyncio.to_thread(target.read_text, "utf-8"))
    plan = await step.keep(target, name="plan.json", mime_type="application/json")
    groups = await _share_out(step, segments)
    engine = await asyncio.to_thread(engine_version)
    return planned | {"items": items, "plan": plan.to_json(), "groups": groups, "engine": engine}


async def _share_out(step: Step, segments: Sequence[Output]) -> list[list[Output]]:
    """Cut what is missing into groups for children, where others could help and it is worth it."""
    others = await step.count_other_workers()
    if not others or len(segments) < _WORTH_SHARING:
        return []
    found = await step.find_segments([key for segment in segments for key in segment["keys"]])
    missing = _missing(segments, found)
    if len(missing) < _WORTH_SHARING:
        return []
    size = -(-len(missing) // ((others + 1) * _ROUNDS))
    rest = iter(missing)
    return list(iter(lambda: list(islice(rest, size)), []))


def _missing(segments: Sequence[Output], found: Mapping[str, FileRef]) -> list[Output]:
    """Return the segments of which a part is not kept, each content once: stills repeat themselves."""
    known = set(found)
    missing: list[Output] = []
    for segment in segments:
        if not known.issuperset(segment["keys"]):
            known.update(segment["keys"])
            missing.append(segment)
    return missing


async def mix(run: Run, prepared: Prepared) -> Output:
    """Mix the sound; return its `file`, where anything is heard, and what was measured."""
    inputs: Output = {"soundKey": prepared.facts["soundKey"], "codeVersion": _CODE_VERSION}
    return await run.step("sound", partial(_mix, run, prepared), inputs=inputs)


async def _mix(run: Run, prepared: Prepared, step: Step) -> Output:
    if prepared.facts["soundKey"] is None:
        return {}
    keys = [f"{what}:{prepared.facts['soundKey']}" for what in ("sound", "measured")]
    found = await step.find_segments(keys)
    if found.keys() >= set(keys):
        report = await step.open(found[keys[1]])
        measured: Output = json.loads(await asyncio.to_thread(report.read_text, "utf-8"))
        return measured | {"file": found[keys[0]].to_json()}
    target, report = step.scratch / "sound.flac", step.scratch / "measured.json"
    film = await _open_film(run, prepared, step)
    measured = await step.isolate(film_work.sound, film, target)
    await asyncio.to_thread(report.write_text, json.dumps(measured), "utf-8")
    await step.keep_segment(keys[1], report)
    return measured | {"file": (await step.keep_segment(keys[0], target)).to_json()}


async def draw(run: Run, prepared: Prepared) -> Output:
    """Draw and encode what is missing, here or as children; return `parts` and what was done."""
    if prepared.groups:
        asked = [("video", _child(run, prepared, group)) for group in prepared.groups]
        children = await run.children("frames", asked, step="frames")
    else:
        children = []
    inputs = {"plan": prepared.facts["plan"]["sha256"], "codeVersion": _CODE_VERSION}
    drawn = await run.step("frames", partial(_draw_all, run, prepared), inputs=inputs)
    rendered = drawn["rendered"] + sum(child["rendered"] for child in children)
    wanted = prepared.facts["segments"] if prepared.facts["filmed"] else 0
    return drawn | {"rendered": rendered, "reused": wanted - rendered}


def _child(run: Run, prepared: Prepared, segments: list[Output]) -> Output:
    names = ("document", "values", "outputs", "title")
    return {name: run.input[name] for name in names} | {
        "engine": prepared.facts["engine"],
        "media": {src: {"file": file} for src, file in prepared.files.items()},
        "items": prepared.facts["items"],
        "filmed": prepared.facts["filmed"],
        "segments": segments,
    }


async def _draw_all(run: Run, prepared: Prepared, step: Step) -> Output:
    plan = await step.open(FileRef.from_json(prepared.facts["plan"]))
    segments: list[Output] = json.loads(await asyncio.to_thread(plan.read_text, "utf-8"))
    if not prepared.facts["filmed"]:
        return {"rendered": 0}
    drawn, found = await _draw(run, prepared, segments, step)
    target = step.scratch / "parts.json"
    parts = [[found[key].to_json() for key in segment["keys"]] for segment in segments]
    await asyncio.to_thread(target.write_text, json.dumps(parts), "utf-8")
    kept = await step.keep(target, name="parts.json", mime_type="application/json")
    return drawn | {"parts": kept.to_json()}


async def draw_part(run: Run) -> Output:
    """Draw the segments of a child's input; they are found by their keys.

    Raises:
        Unavailable: With code `other_engine`: another worker must do it.
    """
    if await asyncio.to_thread(engine_version) != run.input["engine"]:
        message = "This worker has another version of the renderer than the one that began the film."
        raise Unavailable(message, code="other_engine", hint="Run one version of Cutroom on all workers.")
    files = {src: source["file"] for src, source in run.input["media"].items()}
    prepared = Prepared({"items": run.input["items"], "filmed": run.input["filmed"]}, files)
    segments: list[Output] = run.input["segments"]

    async def work(step: Step) -> Output:
        drawn, _ = await _draw(run, prepared, segments, step)
        return drawn

    keys = [segment["keys"] for segment in segments]
    return await run.step("frames", work, inputs={"keys": keys, "codeVersion": _CODE_VERSION})


async def _draw(
    run: Run, prepared: Prepared, segments: Sequence[Output], step: Step
) -> tuple[Output, dict[str, FileRef]]:
    found = await step.find_segments([key for segment in segments for key in segment["keys"]])
    missing = _missing(segments, found)
    spent: dict[str, float] = {}
    if missing:
        film = await _open_film(run, prepared, step)
        processes = run.settings.render_processes or min(_MOST_PROCESSES, len(os.sched_getaffinity(0)))
        rest, done = iter(missing), 0
        while batch := list(islice(rest, processes * _SEGMENTS_PER_PROCESS)):
            share = (done / len(missing), (done + len(batch)) / len(missing))
            cost = await _draw_batch(film, batch, found, processes, share, step)
            spent = {stage: round(spent.get(stage, 0.0) + seconds, 3) for stage, seconds in cost.items()}
            done += len(batch)
    return {"rendered": len(missing)} | ({"cpuSeconds": spent} if spent else {}), found


async def _draw_batch(
    film: Film,
    batch: Sequence[Output],
    found: dict[str, FileRef],
    processes: int,
    share: tuple[float, float],
    step: Step,
) -> dict[str, float]:
    """Draw some segments at once and keep each part under its key; `found` then has them."""
    filmed = [number for number, output in enumerate(film.outputs) if _is_filmed(output)]
    lacking: dict[str, Path] = {}
    orders: list[Missing] = []
    for segment in batch:
        keys = zip(filmed, segment["keys"], strict=True)
        # Once each: outputs that differ in sound alone share their parts, and stills repeat themselves.
        lacked = {key: number for number, key in keys if key not in found and key not in lacking}
        targets = {key: step.scratch / f"{key}.part" for key in lacked}
        lacking |= targets
        numbers = tuple(lacked.values())
        orders.append(Missing(segment["start"], segment["stop"], numbers, tuple(targets.values())))
    cost = await step.isolate(film_work.draw, film, orders, processes, share)
    for key, path in lacking.items():
        found[key] = await step.keep_segment(key, path)
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return cost


async def join(run: Run, prepared: Prepared, drawn: Output, sound: Output) -> list[Output]:
    """Make the files; return for each output its `file`, and of the first film the `storyboard`."""
    outputs: list[Output] = run.input["outputs"]
    made: list[Output] = []
    for number, output in enumerate(outputs, 1):
        inputs: Output = {
            "output": output,
            "plan": prepared.facts["plan"]["sha256"],
            "sound": sound["file"]["sha256"] if "file" in sound else None,
            "soundFrom": run.input.get("soundFrom"),
            "title": run.input["title"],
            "codeVersion": _CODE_VERSION,
        }
        work = partial(_join, run, prepared, drawn, sound, number - 1)
        answer = await run.step("join", work, inputs=inputs, part=Part(number, len(outputs)))
        made.append(answer)
    return made


async def _join(
    run: Run, prepared: Prepared, drawn: Output, sound: Output, number: int, step: Step
) -> Output:
    output: Output = run.input["outputs"][number]
    form = format_of(film_work.read_output(output))
    target = step.scratch / f"result{form.suffix}"
    if form.kind == "still":
        film = await _open_film(run, prepared, step)
        await step.isolate(film_work.make_still, film, output, target)
    else:
        parts = await _open_parts(run, drawn, number, step) if _is_filmed(output) else []
        mixed = await step.open(FileRef.from_json(sound["file"])) if "file" in sound else None
        rate = prepared.facts["rate"]
        await step.isolate(film_work.make_file, output, rate, parts, mixed, target)
    mime_type, suffix = form.mime_type, form.suffix
    if "soundFrom" in run.input and form.kind == "film":
        source = await step.open(FileRef.from_json(run.input["soundFrom"]))
        silent, target = target, step.scratch / "with-sound"
        mime_type, suffix = await step.isolate(film_work.copy_sound, silent, source, target)
    films = [index for index, other in enumerate(run.input["outputs"]) if _kind(other) == "film"]
    drawn_sheet = await _sheet(target, step) if films[:1] == [number] else {}
    kept = await step.keep(target, name=f"{run.input['title']}{suffix}", mime_type=mime_type)
    return {"file": kept.to_json()} | drawn_sheet


async def _sheet(target: Path, step: Step) -> Output:
    """Make the storyboard of a film; a film without one is still a film."""
    picture, cues = step.scratch / "sheet.jpg", step.scratch / "sheet.vtt"
    try:
        await step.isolate(film_work.make_sheet, target, picture, cues)
    except CutroomError as error:
        await step.log(f"The film has no storyboard: {error.message}", "warning")
        return {}
    sheet = await step.keep(picture, name=film_work.SHEET, mime_type="image/jpeg")
    times = await step.keep(cues, name="storyboard.vtt", mime_type="text/vtt")
    return {"storyboard": {"picture": sheet.to_json(), "cues": times.to_json()}}


async def _open_parts(run: Run, drawn: Output, number: int, step: Step) -> list[Path]:
    """Open the segments of one output."""
    listing = await step.open(FileRef.from_json(drawn["parts"]))
    parts: list[list[Output]] = json.loads(await asyncio.to_thread(listing.read_text, "utf-8"))
    place = sum(_is_filmed(output) for output in run.input["outputs"][:number])
    return [await step.open(FileRef.from_json(part[place])) for part in parts]


async def store(run: Run, made: Sequence[Output]) -> list[str]:
    """Make the files assets of the project; return their ids."""
    inputs: Output = {"files": [each["file"] for each in made], "codeVersion": _CODE_VERSION}

    async def work(step: Step) -> Output:
        ids: list[str] = []
        for number, each in enumerate(made, 1):
            ids.append(str(await step.add_asset(FileRef.from_json(each["file"]))))
            step.progress(number / len(made))
        return {"assets": ids}

    return (await run.step("store", work, inputs=inputs))["assets"]


def _kind(output: Output) -> str:
    return format_of(film_work.read_output(output)).kind


def _is_filmed(output: Output) -> bool:
    return _kind(output) in {"film", "animation"}


async def _open_film(run: Run, prepared: Prepared, step: Step) -> Film:
    return _film(run, prepared.facts["items"], await _open(step, prepared.files))


async def _open(step: Step, files: dict[str, Output]) -> dict[str, Path]:
    return {src: await step.open(FileRef.from_json(file)) for src, file in files.items()}


def _film(run: Run, items: dict[str, Any], paths: dict[str, Path]) -> Film:
    media = {src: film_work.item_from_json(items[src], path) for src, path in paths.items()}
    return Film(run.input["document"], run.input["values"], media, tuple(run.input["outputs"]))
