"""The commands `models list`, `fetch` and `remove`: recognisers' models on this machine."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s.
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from cutroom.engines.models import ModelStatus

app = typer.Typer()
_commands = typer.Typer(no_args_is_help=True, help="Models that recognise speech on this machine.")
app.add_typer(_commands, name="models")

Name = Annotated[
    str | None, typer.Argument(help="A name of the list, as base; none: the one of the settings.")
]


@_commands.command("list")
def list_all() -> None:
    """Show which models there are, which are here, and which one jobs use."""
    # Start-up time: see the head of this file.
    from cutroom.base.settings import read_settings
    from cutroom.base.units import human_bytes
    from cutroom.engines.models import list_models

    settings = read_settings()
    table = Table(box=None, pad_edge=False)
    for title in ("", "Model", "State", "Size", "Languages"):
        table.add_column(title, no_wrap=title != "Languages")
    found = list_models(settings.models_folder)
    for model in found:
        mark = "->" if model.name == settings.whisper_model else ""
        size = human_bytes(model.bytes) if model.bytes else "?"
        table.add_row(mark, model.name, model.state, size, model.reason or _languages(model.name))
    console = Console()
    console.print(table, highlight=False)
    console.print(f"\nFolder: {settings.models_folder}", highlight=False, soft_wrap=True)
    console.print(_in_use(settings.whisper_model, found), highlight=False)


def _languages(name: str) -> str:
    is_english = name.endswith(".en") or name.startswith("distil-")
    return "English" if is_english else "99 languages"


def _in_use(wanted: str, found: list[ModelStatus]) -> str:
    chosen = next((model for model in found if model.name == wanted), None)
    if chosen is None:
        return f"Jobs use {wanted} (CUTROOM_WHISPER_MODEL)."
    if chosen.state == "ready":
        return f"Jobs use {wanted}; another one by CUTROOM_WHISPER_MODEL."
    return f"Jobs would use {wanted}; fetch it with `cutroom models fetch`."


@_commands.command()
def fetch(name: Name = None) -> None:
    """Fetch a model ahead, so that no job has to; an interrupted fetch goes on where it was."""
    # Start-up time: see the head of this file.
    from cutroom.base.settings import read_settings
    from cutroom.engines.models import fetch_model

    settings = read_settings()
    columns = (TextColumn("{task.description:<48}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Asking the hub", total=1.0)
        path = fetch_model(
            name or settings.whisper_model,
            settings.models_folder,
            settings.model_hub,
            progress=lambda share, text: bar.update(task, completed=share, description=text),
        )
    typer.echo(str(path))


@_commands.command()
def remove(name: Annotated[str, typer.Argument(help="A name of the list, as base.")]) -> None:
    """Remove a model from this machine."""
    # Start-up time: see the head of this file.
    from cutroom.base.settings import read_settings
    from cutroom.engines.models import remove_model

    remove_model(name, read_settings().models_folder)
    typer.echo(f"{name} is removed.")
