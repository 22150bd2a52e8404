"""The command that draws subtitles into a video: burn."""

# Rooms are imported inside the command: `cutroom --help` answers in 0.2 s.
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutroom.cli.render import Force, ProgressBar, show_faults

app = typer.Typer()


@app.command()
def burn(  # noqa: PLR0913, PLR0917 - one per option of the command
    video: Annotated[Path, typer.Argument(help="A video.")],
    subtitles: Annotated[Path, typer.Argument(help="Its subtitles: SRT, WebVTT, ASS, TTML or JSON.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where the copy goes; left out: beside the video.")
    ] = None,
    style: Annotated[str, typer.Option(help="line, karaoke, box, pop or typewriter.")] = "line",
    font: Annotated[str | None, typer.Option(help="A typeface, as Inter or Anton.")] = None,
    size: Annotated[float | None, typer.Option(min=4, max=1000, help="Pixels.")] = None,
    color: Annotated[str | None, typer.Option(help="As #ffffff.")] = None,
    highlight: Annotated[str | None, typer.Option(help="Of the word that is spoken, as #ffd400.")] = None,
    force: Force = False,
) -> None:
    """Draw subtitles into the picture of a video; the sound is copied."""
    # Start-up time: see the head of this file.
    from cutroom.boot.local_burning import burn_file

    asked = {"style": style, "font": font, "size": size, "color": color, "highlight": highlight}
    look = {name: value for name, value in asked.items() if value is not None}
    target = output or video.with_name(f"{video.stem}-subtitled{video.suffix}")
    with show_faults(), ProgressBar() as bar:
        place, burnt = burn_file(video, subtitles, target, look, overwrite=force, on_progress=bar.show)
    for note in (burnt.file.reason, *(f"{stream} is left out." for stream in burnt.file.dropped)):
        if note:
            typer.echo(f"Note: {note}", err=True)
    typer.echo(str(place))
