"""Commands that turn templates into films: render, preview, schema."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s, and what draws takes longer.
from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer

if TYPE_CHECKING:
    from cutroom.boot.local_render import Film

app = typer.Typer()
_MOST_FAULTS = 20
"""Faults of a template that are printed; the error counts the rest."""
_STILLS = (".png", ".jpg", ".jpeg")

TemplateFile = Annotated[
    str, typer.Argument(metavar="TEMPLATE", help="A JSON file, or gallery:NAME (see `cutroom gallery`).")
]
Values = Annotated[
    list[str] | None, typer.Option("--set", "-s", metavar="NAME=VALUE", help="An input of the template.")
]
InputFile = Annotated[Path | None, typer.Option("--inputs", "-i", help="A JSON file of inputs.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Replace what exists.")]


@app.command()
def render(  # noqa: PLR0913, PLR0917 - one per option of the command
    template: TemplateFile,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", help="Where it goes; the ending chooses the format. May be repeated."),
    ] = None,
    values: Values = None,
    inputs: InputFile = None,
    width: Annotated[int | None, typer.Option(min=16, help="Another width; the height follows.")] = None,
    crf: Annotated[int | None, typer.Option(min=0, max=63, help="Quality: less is better.")] = None,
    preset: Annotated[str, typer.Option(help="ultrafast to slow: slower is smaller.")] = "veryfast",
    codec: Annotated[str | None, typer.Option(help="h264, hevc, vp9 or prores.")] = None,
    encoder: Annotated[str, typer.Option(help="software, nvenc, vaapi or videotoolbox.")] = "software",
    alpha: Annotated[bool, typer.Option("--alpha", help="Keep what is transparent.")] = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Draw in so many processes.")] = 1,
    cache: Annotated[Path | None, typer.Option(help="Keep segments there: only changes are drawn.")] = None,
    stats: Annotated[bool, typer.Option("--stats", help="Say where the time went.")] = False,
    force: Force = False,
) -> None:
    """Render a template into films, animations, pictures and sound."""
    # Start-up time: see the head of this file.
    from cutroom.boot import local_render
    from cutroom.boot.template_files import read_inputs

    options = {"width": width, "crf": crf, "preset": preset, "codec": codec, "encoder": encoder}
    chosen = {name: value for name, value in options.items() if value is not None} | {"alpha": alpha}
    targets = output or [Path("out.mp4")]
    with show_faults(), ProgressBar() as bar:
        film = local_render.render(
            template,
            read_inputs(inputs, values or []),
            targets,
            options=chosen,
            overwrite=force,
            processes=processes,
            cache=cache,
            on_progress=bar.show,
        )
    _report(film, stats=stats)


@app.command()
def preview(
    template: TemplateFile,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the picture goes: .png or .jpg; replaced.")
    ] = Path("frame.png"),
    at: Annotated[
        str, typer.Option(help="Seconds, as 1.5 or 00:00:01.5; behind the end: the last frame.")
    ] = "0",
    values: Values = None,
    inputs: InputFile = None,
    width: Annotated[int | None, typer.Option(min=16, help="Another width; the height follows.")] = None,
) -> None:
    """Draw one frame of a template, exactly as the film shows it."""
    # Start-up time: see the head of this file.
    from cutroom.base.errors import Refused

    # The same.
    from cutroom.boot import local_render
    from cutroom.boot.template_files import read_inputs

    if output.suffix.lower() not in _STILLS:
        message = f"{output.name!r} must end in {', '.join(_STILLS)}: a preview is one frame."
        raise Refused(message, code="unknown_output")
    options: dict[str, Any] = {"time": at} | ({"width": width} if width else {})
    with show_faults():
        film = local_render.render(
            template, read_inputs(inputs, values or []), output, options=options, overwrite=True
        )
    typer.echo(str(film.paths[0]))


@app.command()
def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where it goes; left out: to the screen.")
    ] = None,
    force: Force = False,
) -> None:
    """Print the JSON Schema of templates, for editors that complete and check as you type."""
    # Start-up time: see the head of this file.
    from cutroom.boot.local_targets import check_free

    # The same.
    from cutroom.render.document.schema import template_schema

    text = json.dumps(template_schema(), indent=2, ensure_ascii=False)
    if output is None:
        typer.echo(text)
    else:
        check_free(output, overwrite=force)
        output.write_text(text + "\n", encoding="utf-8")
        typer.echo(str(output))


@app.command("gallery")
def show_gallery(
    name: Annotated[str | None, typer.Argument(help="Print this template's JSON, to begin with.")] = None,
) -> None:
    """List the templates that come with Cutroom, or print one."""
    # Start-up time: see the head of this file.
    from cutroom.render.document.gallery import gallery, open_gallery

    if name is not None:
        typer.echo(json.dumps(open_gallery(name), indent=2, ensure_ascii=False))
        return
    for template in gallery():
        typer.echo(f"{template.name:<14}{template.description}")


class ProgressBar:
    """A progress bar on the terminal's error stream; none where nobody looks."""

    def __init__(self) -> None:
        self._progress: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if typer.get_text_stream("stderr").isatty():
            # rich takes 60 ms of processor time, which a script need not spend.
            from rich.console import Console

            # The same.
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description:<24}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeRemainingColumn(),
            )
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._progress.add_task("Reading the template", total=100)
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def show(self, percent: float, message: str | None) -> None:
        """Move the bar."""
        if self._progress is not None:
            self._progress.update(self._task, completed=percent, description=message or "Done")

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


@contextmanager
def show_faults() -> Generator[None]:
    """Print every fault of a template where there are several; the sentence of the error itself follows."""
    # Start-up time: see the head of this file.
    from cutroom.base.errors import Refused

    try:
        yield
    except Refused as error:
        faults: list[dict[str, str]] = (error.details or {}).get("errors", [])
        for fault in faults[:_MOST_FAULTS] if len(faults) > 1 else []:
            hint = f" {fault['hint']}" if fault.get("hint") else ""
            typer.echo(f"{fault['path']}: {fault['message']}.{hint}", err=True)
        raise


def _report(film: Film, *, stats: bool) -> None:
    if stats:
        for stage in ("prepare", "decode", "draw", "convert", "encode", "join", "sound"):
            milliseconds = 1000 * getattr(film.timings, stage) / max(1, film.frame_count)
            typer.echo(f"{stage:<10}{milliseconds:8.2f} ms per frame", err=True)
    for path in film.paths:
        typer.echo(str(path))
