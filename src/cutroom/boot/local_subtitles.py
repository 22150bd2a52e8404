"""Subtitles without a platform: a recording in, a subtitle file or the video with subtitles out."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cutroom.base.errors import Refused
from cutroom.base.settings import read_settings
from cutroom.boot.local import look_at, read_options, run_now
from cutroom.boot.local_targets import OnProgress, check_free, check_target
from cutroom.jobs.kinds import subtitle_generation
from cutroom.jobs.memory import MemoryRun
from cutroom.jobs.run import FileRef, Output
from cutroom.media import MediaFile
from cutroom.sandbox import Sandbox
from cutroom.subtitles import Track
from cutroom.subtitles.exporting import format_of_suffix
from cutroom.subtitles.exporting import write_subtitles as write_bytes
from cutroom.subtitles.reading import visible

_KEPT = {
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/x-matroska": (".mkv",),
    "video/webm": (".webm",),
}
_OTHERS = (".mp4", ".mkv")
"""What a video of another kind becomes: its own container holds no text."""

VIDEOS = (".mp4", ".m4v", ".mov", ".mkv", ".webm")
"""Targets that are the video itself with the subtitles in it."""


@dataclass(frozen=True)
class Subtitled:
    """What came out.

    Attributes:
        path: The file that was written.
        cues: Start and end in seconds, and the text.
        language: What was spoken, as "en"; "und" where nothing was.
        engine: Which engine recognised it; None where there was nothing to recognise.
        reason: Why that engine, or why there are no cues.
        trust: How far the words may be believed, one sentence.
        violations: Rules that no cut of these words could keep, one sentence each.
        notes: What the caller should know, one sentence each.
        translations: The files in other languages, by language.
    """

    path: Path
    cues: tuple[tuple[float, float, str], ...]
    language: str
    engine: str | None
    reason: str
    trust: str | None
    violations: tuple[str, ...]
    notes: tuple[str, ...]
    translations: dict[str, Path]


def subtitles(  # noqa: PLR0913 - one keyword per option
    source: str | Path,
    target: str | Path | None = None,
    *,
    language: str | None = None,
    preset: str = "netflix",
    engine: str = "auto",
    prompt: str = "",
    glossary: str | Sequence[str] = (),
    speakers: bool = False,
    translate_to: str | Sequence[str] = (),
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> Subtitled:
    """Make subtitles of a recording, here and now, without a server or a database.

    Args:
        source: An audio or video file.
        target: Where the result goes; its ending chooses the format: .srt, .vtt, .ass, .ttml, .json,
            .txt. A video's ending makes the video with the subtitles in it, nothing encoded again.
            Default: an .srt beside the source.
        language: What is spoken, as "en"; None: found out by listening.
        preset: Whose rules: netflix, bbc, youtube or social.
        engine: `auto`, `local`, or an engine's name.
        prompt: What the recording is about, in its own words.
        glossary: Names and terms that are likely to be said.
        speakers: Tell speakers apart, where the engine can.
        translate_to: Also write a file in each of these languages, beside the target.
        overwrite: Replace a target that is there already.
        on_progress: Called with percent and a message.

    Raises:
        CutroomError: What is wrong with the source, the target or an option.
    """
    values = {
        "language": language,
        "preset": preset,
        "engine": engine,
        "prompt": prompt,
        "glossary": _several(glossary),
        "speakers": speakers,
        "translate_to": _several(translate_to),
    }
    options = read_options(subtitle_generation.SubtitleOptions, values)
    goal = Path(target) if target is not None else None
    return run_now(subtitle_file(Path(source), goal, options, overwrite=overwrite, on_progress=on_progress))


def _several(values: str | Sequence[str]) -> tuple[str, ...]:
    """Take a single text for a list of one, not for its letters."""
    return (values,) if isinstance(values, str) else tuple(values)


async def subtitle_file(
    source: Path,
    target: Path | None,
    options: subtitle_generation.SubtitleOptions,
    *,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
    sandbox: Sandbox | None = None,
) -> Subtitled:
    """Do what `subtitles` says, on a running event loop; with a sandbox, in child processes."""
    settings = read_settings()
    found = await asyncio.to_thread(look_at, source, settings)
    goal = target or source.with_suffix(".srt")
    is_video = goal.suffix.lower() in VIDEOS
    if not is_video:
        format_of_suffix(goal.suffix)
    else:
        _check_container(source, found, goal)
    paths = {tag: goal.with_suffix(f".{tag}{goal.suffix}") for tag in options.translate_to if not is_video}
    for path in (goal, *paths.values()):
        check_target(path, source, overwrite=overwrite)
    reference = FileRef("source", "", source.stat().st_size, source.name, found.mime_type)  # noqa: ASYNC240 - one call
    wanted = options.model_copy(update={"embed": is_video})
    body = subtitle_generation.job_input(reference, found.kind, found.to_json(), wanted, settings)
    run = MemoryRun(
        subtitle_generation.kind, settings, body, {"source": source}, sandbox=sandbox, on_progress=on_progress
    )
    try:
        output = await run.execute()
        if is_video:
            goal = await asyncio.to_thread(_deliver_video, run, output, goal, overwrite=overwrite)
        else:
            # Not all that were asked for: none where nobody speaks, and not the language that is spoken.
            paths = {made.track.language: paths[made.track.language] for made in run.subtitles[1:]}
            for made, path in zip(run.subtitles, (goal, *paths.values()), strict=True):
                await asyncio.to_thread(write_subtitles, made.track, path)
    finally:
        await asyncio.to_thread(run.close)
    return _subtitled(goal, run.subtitles[0].track, output, paths)


def write_subtitles(track: Track, path: Path) -> None:
    """Write a track in the format of the path's ending; the file appears whole or not at all."""
    written = write_bytes(track, format_of_suffix(path.suffix), title=path.stem)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(written)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _check_container(source: Path, found: MediaFile, goal: Path) -> None:
    """Make sure that a video can become the target, before hours of work.

    Raises:
        Refused: With code `no_picture` or `bad_target`.
    """
    if found.kind != "video":
        raise Refused(f"{source.name!r} has no picture to put subtitles into.", code="no_picture")
    endings = _KEPT.get(found.mime_type, _OTHERS)
    if goal.suffix.lower() not in endings:
        raise Refused(
            f"{source.name!r} with subtitles in it ends in {' or '.join(endings)}, not in {goal.suffix}.",
            code="bad_target",
        )


def _deliver_video(run: MemoryRun, output: Output, goal: Path, *, overwrite: bool) -> Path:
    if "resultVideoAssetId" not in output:
        raise Refused(f"Nothing was said in the recording: {output.get('reason')}", code="no_speech")
    made = run.assets[-1]
    suffix = Path(made.name).suffix
    if goal.suffix.lower() not in _KEPT.get(made.mime_type, (suffix,)):
        # The source's container could not hold all streams and the subtitles: another one does.
        goal = goal.with_suffix(suffix)
        check_free(goal, overwrite=overwrite)
    part = goal.with_name(f".{goal.name}.part")
    try:
        shutil.move(run.path_of(made), part)
        part.replace(goal)
    finally:
        part.unlink(missing_ok=True)
    return goal


def _subtitled(path: Path, track: Track, output: Output, translations: dict[str, Path]) -> Subtitled:
    return Subtitled(
        path=path,
        cues=tuple((float(cue.start), float(cue.end), visible(cue.text)) for cue in track.cues),
        language=output["language"],
        engine=output.get("engine"),
        reason=output.get("reason") or output.get("engineReason", ""),
        trust=output["trust"]["sentence"] if "trust" in output else None,
        violations=tuple(
            f"Cue {each['cue'] + 1}: {each['message']} {each.get('reason', '')}".strip()
            for each in output["violations"]
        ),
        notes=tuple(output["notes"]),
        translations=translations,
    )
