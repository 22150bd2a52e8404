"""Commands for whoever operates a platform: pause and unpause."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s.
from __future__ import annotations

import asyncio
from typing import Annotated

import typer

app = typer.Typer()

Queue = Annotated[str | None, typer.Argument(help="A queue's name; without it, all of them.")]


@app.command()
def pause(queue: Queue = None) -> None:
    """Let no further job start, as before an upgrade; those that run go on."""
    _set(queue, is_paused=True)


@app.command()
def unpause(queue: Queue = None) -> None:
    """Let paused queues go on."""
    _set(queue, is_paused=False)


def _set(queue: str | None, *, is_paused: bool) -> None:
    # Start-up time: see the head of this file.
    from cutroom.base import log
    from cutroom.base.settings import read_settings
    from cutroom.boot.queues import set_paused

    log.set_up("WARNING", "text", "cli")
    changed = asyncio.run(set_paused(read_settings(), queue, is_paused=is_paused))
    state = "paused" if is_paused else "going on"
    typer.echo(f"Now {state}: {', '.join(changed)}." if changed else f"Nothing has changed: already {state}.")
