"""Commands for subtitles on files here and now: make, check, fix, convert."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s, and importing the
# libraries of media takes longer.
from __future__ import annotations

import asyncio
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from typer.core import TyperGroup

if TYPE_CHECKING:
    from cutroom.boot.local_subtitles import Subtitled
    from cutroom.boot.subtitle_files import Examined, Opened

_FOUND = 1  # the exit code of a check that found something


class _MakeUnlessNamed(TyperGroup):
    """`cutroom subtitles talk.mp4` makes subtitles; `cutroom subtitles check talk.srt` checks."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help", "-h"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


app = typer.Typer()
_commands = typer.Typer(
    cls=_MakeUnlessNamed,
    no_args_is_help=True,
    help="Make subtitles of a recording; check, fix and convert subtitle files. "
    "`cutroom subtitles talk.mp4` is short for `cutroom subtitles make talk.mp4`.",
)
app.add_typer(_commands, name="subtitles")

Preset = Annotated[str, typer.Option(help="Whose rules: netflix, netflix-sdh, bbc, youtube or social.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Replace the output if it exists.")]
SubtitleFile = Annotated[Path, typer.Argument(help="A subtitle file: SRT, WebVTT, ASS, TTML or JSON.")]
Video = Annotated[
    Path | None,
    typer.Option(help="The video it belongs to: its frame rate, its cuts and its length then count."),
]
Rate = Annotated[str | None, typer.Option("--fps", help="Frames per second, as 25 or 24000/1001.")]
Tongue = Annotated[str | None, typer.Option("--language", "-l", help="What it is written in, as en.")]


@_commands.command()
def make(  # noqa: PLR0913, PLR0917 - one per option of the command
    source: Annotated[Path, typer.Argument(help="An audio or video file.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Its ending chooses the format; .mp4 or .mkv: in the video."),
    ] = None,
    preset: Preset = "netflix",
    language: Annotated[str | None, typer.Option("--language", "-l", help="What is spoken, as en.")] = None,
    engine: Annotated[str, typer.Option(help="auto, local, or an engine's name.")] = "auto",
    prompt: Annotated[str, typer.Option(help="What the recording is about, in its own words.")] = "",
    glossary: Annotated[list[str] | None, typer.Option("--term", help="A name likely to be said.")] = None,
    speakers: Annotated[bool, typer.Option("--speakers", help="Tell speakers apart.")] = False,
    translate_to: Annotated[
        list[str] | None, typer.Option("--translate", help="Also write it in this language, as de.")
    ] = None,
    force: Force = False,
) -> None:
    """Make subtitles of a recording."""
    # Start-up time: see the head of this file.
    from cutroom.base import log
    from cutroom.boot.local import read_options
    from cutroom.jobs.kinds.subtitle_generation import SubtitleOptions

    log.set_up("WARNING", "text", "subtitles")
    values = {
        "language": language,
        "preset": preset,
        "engine": engine,
        "prompt": prompt,
        "glossary": tuple(glossary or ()),
        "speakers": speakers,
        "translate_to": tuple(translate_to or ()),
    }
    options = read_options(SubtitleOptions, values)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<34}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Opening", total=100)

        def show(percent: float, message: str | None) -> None:
            bar.update(task, completed=percent, description=message or "Writing")

        result = asyncio.run(_make(source, output, options, show, force=force))
    _report(result, console)


async def _make(source: Path, output: Path | None, options: Any, show: Any, *, force: bool) -> Subtitled:
    # Start-up time: see the head of this file.
    from cutroom.boot.local_subtitles import subtitle_file
    from cutroom.sandbox import Sandbox

    sandbox = Sandbox()
    try:
        return await subtitle_file(
            source, output, options, overwrite=force, on_progress=show, sandbox=sandbox
        )
    finally:
        await sandbox.close()


def _report(result: Subtitled, console: Console) -> None:
    words = f"{_count(len(result.cues), 'cue')}, {result.language}"
    console.print(f"{'Subtitles':<12}{words}", highlight=False)
    if result.engine:
        console.print(f"{'Engine':<12}{result.engine}: {escape(result.reason)}", highlight=False)
    else:
        console.print(f"[yellow]No cues:[/] {escape(result.reason)}", highlight=False)
    if result.trust:
        console.print(f"{'Trust':<12}{escape(result.trust)}", highlight=False)
    for note in (*result.notes, *result.violations):
        console.print(f"[yellow]Note:[/] {escape(note)}", highlight=False)
    for path in (result.path, *result.translations.values()):
        typer.echo(str(path))


@_commands.command()
def check(
    file: SubtitleFile,
    preset: Preset = "netflix",
    video: Video = None,
    rate: Rate = None,
    language: Tongue = None,
) -> None:
    """List what is wrong with a subtitle file and every rule it breaks; exit code 1 when there is one."""
    # Start-up time: see the head of this file.
    from cutroom.boot.subtitle_files import examine, open_subtitles

    opened = open_subtitles(file, video=video, rate=_fraction(rate), language=language)
    found = examine(opened, preset)
    _show(opened, found)
    if found.violations or opened.faults:
        sys.exit(_FOUND)


@_commands.command()
def fix(
    file: SubtitleFile,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: beside the file, (fixed).")
    ] = None,
    preset: Preset = "netflix",
    video: Video = None,
    rate: Rate = None,
    language: Tongue = None,
    force: Force = False,
) -> None:
    """Repair what can be repaired without losing a word, and say what was changed."""
    # Start-up time: see the head of this file.
    from cutroom.boot.subtitle_files import mend, open_subtitles

    opened = open_subtitles(file, video=video, rate=_fraction(rate), language=language)
    goal = output or file.with_name(f"{file.stem} (fixed){file.suffix}")
    fixed = mend(opened, preset, goal, overwrite=force)
    console = Console(stderr=True)
    _say_faults(opened, console)
    for change in fixed.changes:
        console.print(f"Cue {change.cue + 1}: {escape(change.sentence)}", highlight=False)
    for left in fixed.remaining:
        words = f"{left.message} {left.reason or ''}".strip()
        console.print(f"[yellow]Cue {left.cue + 1} is left:[/] {escape(words)}", highlight=False)
    console.print(f"{_count(len(fixed.changes), 'change')}, {len(fixed.remaining)} left.", highlight=False)
    typer.echo(str(goal))


@_commands.command()
def convert(
    file: SubtitleFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="Its ending chooses the format.")],
    force: Force = False,
) -> None:
    """Write a subtitle file in another format."""
    # Start-up time: see the head of this file.
    from cutroom.boot.subtitle_files import convert_file, open_subtitles

    opened = open_subtitles(file)
    convert_file(opened, output, overwrite=force)
    _say_faults(opened, Console(stderr=True))
    typer.echo(str(output))


def _fraction(text: str | None) -> Fraction | None:
    if text is None:
        return None
    # Start-up time: see the head of this file.
    from cutroom.subtitles.frame_grid import read_rate

    return read_rate(text)


def _show(opened: Opened, found: Examined) -> None:
    console = Console()
    _say_faults(opened, console)
    if found.violations:
        table = Table(box=None, pad_edge=False)
        for title in ("Cue", "From", "Rule", "What"):
            table.add_column(title, no_wrap=title != "What")
        for each in found.violations:
            start = opened.track.cues[each.cue].start
            table.add_row(str(each.cue + 1), _clock(start), each.rule, escape(each.message))
        console.print(table, highlight=False)
    errors = sum(each.severity == "error" for each in found.violations)
    rest = len(found.violations) - errors
    console.print(
        f"{_count(len(opened.track.cues), 'cue')}, rules of {found.rules.title}, "
        f"{float(opened.track.rate):.3f} frames per second: {_count(errors, 'error')}, "
        f"{_count(rest, 'warning')}.",
        highlight=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _say_faults(opened: Opened, console: Console) -> None:
    for fault in opened.faults:
        place = f"Line {fault.line}" if fault.line else "The file"
        console.print(f"[yellow]{place}:[/] {escape(fault.message)}", highlight=False)


def _clock(seconds: Fraction) -> str:
    thousandths = round(seconds * 1000)
    sign, thousandths = ("-", -thousandths) if thousandths < 0 else ("", thousandths)
    whole, rest = divmod(thousandths, 1000)
    return f"{sign}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"
