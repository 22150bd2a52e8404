"""Commands that work on files here and now, without a server: denoise."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s, and importing the
# libraries of media takes longer.
from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from cutroom.boot.local_sound import Denoised
    from cutroom.boot.local_targets import OnProgress
    from cutroom.jobs.kinds.noise_removal import NoiseRemovalOptions

app = typer.Typer()

_ROWS = (
    ("loudness", "Loudness", "LUFS"),
    ("truePeak", "True peak", "dBTP"),
    ("noiseFloor", "Noise floor", "dBFS"),
    ("speechLevel", "Speech level", "dBFS"),
    ("snr", "Speech over noise", "dB"),
)


@app.command()
def denoise(
    source: Annotated[Path, typer.Argument(help="An audio or video file.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where the result goes; its ending chooses picture or sound."),
    ] = None,
    strength: Annotated[
        float, typer.Option(min=0, max=1, help="0 changes nothing, 1 removes the most.")
    ] = 1.0,
    keep_music: Annotated[bool, typer.Option("--keep-music", help="Remove less; music survives.")] = False,
    loudness: Annotated[
        float | None, typer.Option(min=-30, max=-8, help="Bring the result to this many LUFS, as -16.")
    ] = None,
    engine: Annotated[str, typer.Option(help="auto, local, or an engine's name.")] = "auto",
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace the output if it exists.")] = False,
) -> None:
    """Remove the noise of a recording; a video keeps its picture bit for bit."""
    # Start-up time: see the head of this file.
    from cutroom.base import log
    from cutroom.jobs.kinds.noise_removal import NoiseRemovalOptions

    log.set_up("WARNING", "text", "denoise")
    options = NoiseRemovalOptions(strength=strength, keep_music=keep_music, loudness=loudness, engine=engine)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<34}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Opening", total=100)

        def show(percent: float, message: str | None) -> None:
            bar.update(task, completed=percent, description=message or "Storing")

        result = asyncio.run(_denoise(source, output, options, show, force=force))
    _report(result, console)


async def _denoise(
    source: Path,
    output: Path | None,
    options: NoiseRemovalOptions,
    show: OnProgress,
    *,
    force: bool,
) -> Denoised:
    # Start-up time: see the head of this file.
    from cutroom.boot.local_sound import denoise_file
    from cutroom.sandbox import Sandbox

    sandbox = Sandbox()
    try:
        return await denoise_file(source, output, options, overwrite=force, on_progress=show, sandbox=sandbox)
    finally:
        await sandbox.close()


def _report(result: Denoised, console: Console) -> None:
    before, after = result.measured["before"], result.measured["after"]
    for name, title, unit in _ROWS:
        if before[name] is not None and after[name] is not None:
            console.print(f"{title:<18}{before[name]:>8.1f} -> {after[name]:>6.1f} {unit}", highlight=False)
    console.print(f"{'Engine':<18}{result.engine}: {result.reason}", highlight=False)
    for warning in result.warnings:
        console.print(f"[yellow]Note:[/] {warning}", highlight=False)
    typer.echo(str(result.path))
