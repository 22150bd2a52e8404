"""Noise removal: a recording in, the same recording with clean sound out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field
from pydantic.alias_generators import to_camel

from cutroom.base.errors import BrokenMedia, CutroomError, NotFound, Refused
from cutroom.base.ids import parse_id
from cutroom.base.settings import Settings
from cutroom.database import Connection
from cutroom.engines.access import credentials_of
from cutroom.engines.cleaning import CleanReport, CleanRequest, clean
from cutroom.engines.denoiser import DENOISERS, Credentials, Denoiser
from cutroom.jobs.hosted import raise_explained
from cutroom.jobs.kind import Admission, Kind, Request, StepPlan
from cutroom.jobs.run import FileRef, Output, Run, Step
from cutroom.library import assets

PREVIEW_SECONDS = 30.0
LOCAL = "rnnoise"
"""The engine that always works."""
_CODE_VERSION = 1  # of what this file does with the engines' results

AssetId = Annotated[UUID, BeforeValidator(partial(parse_id, field="assetId"))]
ProjectId = Annotated[UUID, BeforeValidator(partial(parse_id, field="projectId"))]


class NoiseRemovalOptions(Request):
    """How to clean."""

    strength: float = Field(
        default=1.0, ge=0, le=1, description="0 leaves the sound as it is, 1 removes the most."
    )
    keep_music: bool = Field(default=False, description="Remove less, so that music survives.")
    loudness: float | None = Field(
        default=None, ge=-30, le=-8, description="Bring the result to this loudness in LUFS, for example -16."
    )
    engine: str = Field(
        default="auto",
        max_length=40,
        description="auto: a vendor whose key the operator has set, else local; or one of "
        f"{', '.join(DENOISERS.names())}.",
    )
    preview: bool = Field(
        default=False, description=f"Clean only {PREVIEW_SECONDS:.0f} seconds, to listen first."
    )
    preview_start: float = Field(default=0, ge=0, description="Where the preview begins, in seconds.")


class NoiseRemovalRequest(NoiseRemovalOptions):
    """What to clean, and how."""

    asset_id: AssetId = Field(description="A video or audio asset with sound.")
    project_id: ProjectId = Field(description="The project of the asset; the results go there.")


class NoiseRemoval(Kind[NoiseRemovalRequest]):
    """The job kind `noise-removal`; its door is fixed by contract."""

    name = "noise-removal"
    title = "Remove noise"
    summary = "Cleans the sound of a recording; the picture of a video stays as it is."
    path = "/api/ai/noise-removal"
    request = NoiseRemovalRequest
    example: ClassVar = {
        "assetId": "0199aa00-0000-7000-8000-000000000003",
        "projectId": "0199aa00-0000-7000-8000-000000000002",
    }
    is_ai = True
    first_estimate = 120.0
    steps = (
        StepPlan("clean", "Clean the sound", 0.92),
        StepPlan("store", "Store the result", 0.08),
    )
    vendor_steps: ClassVar[Sequence[StepPlan]] = (
        StepPlan("isolate", "Clean the sound at the vendor", 0.5),
        StepPlan("clean", "Fit it to the recording", 0.42),
        StepPlan("store", "Store the result", 0.08),
    )

    def plan(self, job_input: Output) -> Sequence[StepPlan]:
        """Return the steps of a job: one more when a vendor does the work."""
        return self.steps if job_input.get("isLocal", True) else self.vendor_steps

    def missing_message(self) -> str:
        """Return the contract's sentence for absent fields."""
        return "Asset ID and Project ID are required"

    async def admit(
        self, connection: Connection, owner_id: UUID, request: NoiseRemovalRequest, settings: Settings
    ) -> Admission:
        """Check the asset, choose the engine; see `Kind.admit`."""
        asset = await assets.find(connection, request.asset_id, owner_id, for_share=True)
        if asset is None or asset["project_id"] != request.project_id:
            raise NotFound("Source asset not found", code="asset_not_found")
        source = FileRef.of_asset(asset)
        media: dict[str, Any] = asset["media"]
        duration = float(media.get("duration") or 0)
        return Admission(
            input=job_input(source, asset["kind"], media, request, settings),
            project_id=request.project_id,
            asset_id=request.asset_id,
            work_seconds=min(duration, PREVIEW_SECONDS) if request.preview else duration,
        )

    async def run(self, run: Run) -> Output:
        """Clean, then store; see `Kind.run`."""
        engine, reason, isolated = run.input["engine"], run.input["engineReason"], None
        if not run.input["isLocal"]:
            answer = await run.step("isolate", partial(_isolate, run), inputs=_isolate_inputs(run))
            isolated = answer.get("file")
            if isolated is None:
                engine, reason = LOCAL, answer["fellBack"]
        try:
            cleaned = await _cleaned(run, engine, isolated)
        except BrokenMedia as error:
            # The vendor's answer may be no sound, or another one; if the source is broken, so is this.
            if isolated is None or not run.input["mayFallBack"]:
                raise
            reason, engine = _fell_back(DENOISERS.load(engine), error), LOCAL
            cleaned = await _cleaned(run, engine, None)
        stored = await run.step("store", partial(_store, cleaned), inputs=cleaned)
        return stored | {"engine": engine, "engineReason": reason} | cleaned["report"]


def job_input(
    source: FileRef, source_kind: str, media: dict[str, Any], options: NoiseRemovalOptions, settings: Settings
) -> Output:
    """Return everything a run needs, without secrets.

    Raises:
        Refused: With code `no_audio`, `preview_outside` or `unknown_engine`.
        Unsupported: When the engine that is asked for cannot work here.
    """
    if not media.get("hasAudio"):
        raise Refused("Cannot remove noise from assets without audio", code="no_audio")
    duration = float(media.get("duration") or 0)
    if options.preview and options.preview_start >= duration:
        raise Refused(
            f"previewStart is {options.preview_start:g} s, but the recording lasts {duration:.1f} s.",
            code="preview_outside",
        )
    engine, reason = choose_engine(options.engine, settings)
    return {
        "source": source.to_json(),
        "strength": options.strength,
        "keepMusic": options.keep_music,
        "loudness": options.loudness,
        "engine": engine.name,
        "isLocal": engine.is_local,
        "engineReason": reason,
        "mayFallBack": options.engine == "auto",
        "makeVideo": source_kind == "video" and not options.preview,
        "start": options.preview_start if options.preview else None,
        "seconds": PREVIEW_SECONDS if options.preview else None,
    }


def choose_engine(wanted: str, settings: Settings) -> tuple[Denoiser, str]:
    """Return the engine that a request means, and why in one sentence.

    Raises:
        Refused: With code `unknown_engine`.
        Unsupported: When the engine that is asked for cannot work here.
    """
    keys = credentials_of(settings)
    if wanted == "auto":
        for name in DENOISERS.names():
            if name in keys and keys[name].api_key:
                vendor = DENOISERS.load(name)
                return vendor, f"The operator has set a key of {vendor.title}. {vendor.destination}"
        return DENOISERS.load(LOCAL), "No vendor's key is set; the sound stays on this machine."
    name = LOCAL if wanted == "local" else wanted
    if name not in DENOISERS.names():
        known = ", ".join(["auto", "local", *DENOISERS.names()])
        raise Refused(f"engine is {wanted!r}; known: {known}.", code="unknown_engine")
    engine = DENOISERS.load(name)
    engine.check(keys.get(name, Credentials()))
    return engine, f"{engine.title} was asked for. {engine.destination}"


async def _cleaned(run: Run, engine: str, isolated: Output | None) -> Output:
    names = ("source", "strength", "keepMusic", "loudness", "makeVideo", "start", "seconds")
    wanted = {name: run.input[name] for name in names} | {"engine": engine, "isolated": isolated}
    versions = {"engineVersion": DENOISERS.load(engine).version, "codeVersion": _CODE_VERSION}
    return await run.step("clean", partial(_clean, wanted), inputs=wanted | versions)


def _fell_back(engine: Denoiser, error: CutroomError) -> str:
    return f"{engine.title} could not do it ({error.message}) The local engine did."


def _isolate_inputs(run: Run) -> Output:
    version = DENOISERS.load(run.input["engine"]).version
    return {name: run.input[name] for name in ("engine", "source", "start", "seconds")} | {"version": version}


async def _isolate(run: Run, step: Step) -> Output:
    """Let the vendor clean the sound; where the request allows it, fall back with the reason."""
    engine = DENOISERS.load(run.input["engine"])
    step.set_engine(engine.name)
    source = await step.open(FileRef.from_json(run.input["source"]))
    try:
        path = await step.isolate(
            engine.isolate,
            source,
            step.scratch / "isolated.mp3",
            credentials_of(run.settings)[engine.name],
            start=run.input["start"],
            seconds=run.input["seconds"],
        )
    except CutroomError as error:
        if run.input["mayFallBack"]:
            await step.log(
                f"{engine.title} could not do it, the local engine does: {error.message}", "warning"
            )
            return {"fellBack": _fell_back(engine, error)}
        raise_explained(error, "Try again later, or choose the local engine.")
    file = await step.keep(path, name=path.name, mime_type="audio/mpeg")
    return {"file": file.to_json()}


async def _clean(wanted: Output, step: Step) -> Output:
    """Decode, denoise, set the loudness and encode: one step, for its parts are hours of samples."""
    step.set_engine(wanted["engine"])
    source = await step.open(FileRef.from_json(wanted["source"]))
    isolated = await step.open(FileRef.from_json(wanted["isolated"])) if wanted["isolated"] else None
    request = CleanRequest(
        strength=wanted["strength"],
        keep_music=wanted["keepMusic"],
        loudness=wanted["loudness"],
        start=wanted["start"],
        seconds=wanted["seconds"],
        engine=wanted["engine"],
        isolated=isolated,
        make_video=wanted["makeVideo"],
    )
    folder = step.scratch / "out"
    folder.mkdir()
    report = await step.isolate(clean, source, folder, request)
    output: Output = {"report": _report(report)}
    results = {"audio": (report.audio, "audio/flac"), "video": (report.video, report.video_mime_type)}
    for part, (path, mime_type) in results.items():
        if path is not None:
            name = f"{_result_name(wanted)}{path.suffix}"
            kept = await step.keep(path, name=name, mime_type=mime_type or "application/octet-stream")
            output[part] = kept.to_json()
    return output


def _report(report: CleanReport) -> Output:
    """Return what was measured before and after, and what the user should know."""
    measured = {"before": report.before, "after": report.after}
    return {
        "measured": {
            when: {to_camel(name): _rounded(value) for name, value in asdict(levels).items()}
            for when, levels in measured.items()
        },
        "limitDecibels": _rounded(report.limit),
        "engineTitle": report.engine_title,
        "engineVersion": report.engine_version,
        "seconds": round(report.seconds, 3),
        "warnings": [asdict(advice) for advice in report.warnings],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


async def _store(cleaned: Output, step: Step) -> Output:
    """Make the results assets of the project."""
    audio_id = await step.add_asset(FileRef.from_json(cleaned["audio"]))
    output = {"resultAssetId": str(audio_id), "resultAssetPath": f"/api/assets/{audio_id}/content"}
    if "video" in cleaned:
        step.progress(0.5)
        output["resultVideoAssetId"] = str(await step.add_asset(FileRef.from_json(cleaned["video"])))
    return output


def _result_name(wanted: Output) -> str:
    suffix = "cleaned preview" if wanted["seconds"] else "cleaned"
    return f"{Path(wanted['source']['name']).stem} ({suffix})"


kind = NoiseRemoval()
