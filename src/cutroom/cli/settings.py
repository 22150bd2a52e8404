"""The command `settings`: every setting, its value, where it comes from, what it means."""

from __future__ import annotations

import os
from typing import Annotated

import typer

app = typer.Typer()


@app.command("settings")
def show_settings(
    as_example: Annotated[bool, typer.Option("--env-example", help="Print .env.example instead.")] = False,
) -> None:
    """List every setting with its value and where it comes from."""
    # Start-up time of `cutroom --help`: pydantic and rich's tables take 0.3 s to import.
    from rich.console import Console
    from rich.table import Table

    from cutroom.base.settings import read_settings, unknown_variables
    from cutroom.boot.settings_list import env_example, list_settings

    if as_example:
        typer.echo(env_example(), nl=False)
        return
    table = Table("Setting", "Value", "From", "Meaning", box=None, pad_edge=False)
    for each in list_settings(read_settings(), os.environ):
        style = "" if each.source == "default" else "bold"
        table.add_row(
            "\n".join(each.names), each.value or "[dim]-[/]", each.source, each.meaning, style=style
        )
    console = Console()
    console.print(table)
    for name in unknown_variables():
        console.print(f"[yellow]{name} is set, but no setting has that name.[/]")
