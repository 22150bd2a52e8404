"""Noise removal without a platform: a file in, a file out."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cutroom.base.errors import Refused
from cutroom.base.settings import read_settings
from cutroom.boot.local import look_at, read_options, run_now
from cutroom.boot.local_targets import OnProgress, check_free, check_target
from cutroom.jobs.kinds import noise_removal
from cutroom.jobs.memory import MemoryRun
from cutroom.jobs.run import FileRef, Output
from cutroom.media import AudioWriter, MediaFile, read_audio
from cutroom.media.audio_writer import Codec
from cutroom.sandbox import Sandbox

AUDIO_CODECS: dict[str, Codec] = {
    ".flac": "flac",
    ".wav": "wav",
    ".mp3": "mp3",
    ".m4a": "aac",
    ".opus": "opus",
}
"""The sound files that can be asked for, by their ending."""


@dataclass(frozen=True)
class Denoised:
    """What came out.

    Attributes:
        path: The file that was written.
        engine: Which engine did it, and why in `reason`.
        measured: `before` and `after`: loudness (LUFS), truePeak (dBTP), noiseFloor (dBFS),
            speechLevel (dBFS), snr (dB); None where there is nothing to measure.
        warnings: What the caller should know, one sentence each.
    """

    path: Path
    engine: str
    reason: str
    measured: dict[str, dict[str, float | None]]
    warnings: tuple[str, ...]


def denoise(
    source: str | Path,
    target: str | Path | None = None,
    *,
    strength: float = 1.0,
    keep_music: bool = False,
    loudness: float | None = None,
    engine: str = "auto",
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> Denoised:
    """Remove the noise of a recording, here and now, without a server or a database.

    Args:
        source: An audio or video file.
        target: Where the result goes. A video's ending keeps the picture as it is; .flac, .wav,
            .mp3, .m4a and .opus take the sound alone. Default: beside the source, "(cleaned)".
        strength: 0 leaves the sound as it is, 1 removes the most.
        keep_music: Remove less, so that music survives.
        loudness: Bring the result to this many LUFS, for example -16.
        engine: `auto`, `local`, or an engine's name. `auto` takes a vendor whose key is set.
        overwrite: Replace a target that is there already.
        on_progress: Called with percent and a message.

    Raises:
        CutroomError: What is wrong with the source, the target or an option.
    """
    options = read_options(
        noise_removal.NoiseRemovalOptions,
        {"strength": strength, "keep_music": keep_music, "loudness": loudness, "engine": engine},
    )
    goal = Path(target) if target is not None else None
    return run_now(denoise_file(Path(source), goal, options, overwrite=overwrite, on_progress=on_progress))


async def denoise_file(
    source: Path,
    target: Path | None,
    options: noise_removal.NoiseRemovalOptions,
    *,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
    sandbox: Sandbox | None = None,
) -> Denoised:
    """Do what `denoise` says, on a running event loop; with a sandbox, in child processes."""
    settings = read_settings()
    found = await asyncio.to_thread(look_at, source, settings)
    goal = _target(source, target, found, overwrite=overwrite)
    reference = FileRef("source", "", source.stat().st_size, source.name, found.mime_type)  # noqa: ASYNC240 - one call
    body = noise_removal.job_input(reference, found.kind, found.to_json(), options, settings)
    wants_sound = goal.suffix.lower() in AUDIO_CODECS
    body["makeVideo"] = body["makeVideo"] and not wants_sound
    run = MemoryRun(
        noise_removal.kind, settings, body, {"source": source}, sandbox=sandbox, on_progress=on_progress
    )
    try:
        output = await run.execute()
        result = run.assets[0 if wants_sound else -1]
        if not wants_sound and Path(result.name).suffix != goal.suffix.lower():
            # The picture's container could not hold the new sound: another one does.
            goal = goal.with_suffix(Path(result.name).suffix)
            check_free(goal, overwrite=overwrite)
        await asyncio.to_thread(_deliver, run.path_of(result), Path(result.name).suffix, goal)
    finally:
        await asyncio.to_thread(run.close)
    return _denoised(goal, output)


def _denoised(path: Path, output: Output) -> Denoised:
    warnings: list[dict[str, Any]] = output["warnings"]
    return Denoised(
        path,
        output["engine"],
        output["engineReason"],
        output["measured"],
        tuple(warning["message"] for warning in warnings),
    )


def _target(source: Path, target: Path | None, found: MediaFile, *, overwrite: bool) -> Path:
    has_picture = found.kind == "video"
    goal = target or source.with_name(f"{source.stem} (cleaned){source.suffix if has_picture else '.flac'}")
    if goal.suffix.lower() not in AUDIO_CODECS and not (
        has_picture and goal.suffix.lower() == source.suffix.lower()
    ):
        endings = ", ".join(AUDIO_CODECS)
        keeps = f"{source.suffix} keeps the picture as it is, " if has_picture else ""
        raise Refused(
            f"The ending of {goal.name!r} does not fit: {keeps}{endings} take the sound alone.",
            code="bad_target",
        )
    check_target(goal, source, overwrite=overwrite)
    return goal


def _deliver(made: Path, suffix: str, goal: Path) -> None:
    """Put a result where it was asked for; it appears whole or not at all."""
    part = goal.with_name(f".{goal.name}.part")
    try:
        if goal.suffix.lower() == suffix or goal.suffix.lower() not in AUDIO_CODECS:
            shutil.move(made, part)
        else:
            with (
                read_audio(made) as reader,
                AudioWriter(
                    part, codec=AUDIO_CODECS[goal.suffix.lower()], rate=reader.rate, layout=reader.layout
                ) as writer,
            ):
                for block in reader:
                    writer.write(block)
        part.replace(goal)
    finally:
        part.unlink(missing_ok=True)
