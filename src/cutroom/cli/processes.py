"""Commands that run the platform: up, serve, worker, migrate, sign-in."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s, and importing the whole
# platform takes over a second.
from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from cutroom.base.settings import Settings

app = typer.Typer()
T = TypeVar("T")


def prepare(process: str) -> Settings:
    """Read the settings and set up the log of this process."""
    # Start-up time: see the head of this file.
    from cutroom.base import log
    from cutroom.base.settings import read_settings

    settings = read_settings()
    log.set_up(settings.log_level, settings.log_format, process)
    return settings


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on uvloop, on which an API request costs a third less than on asyncio's."""
    # Start-up time: see the head of this file.
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, _log_bugs():
        return runner.run(main)


@contextmanager
def _log_bugs() -> Generator[None]:
    """Put the trace of what is no CutroomError into the log: nobody reads a server's terminal."""
    # Start-up time: see the head of this file.
    from cutroom.base.errors import CutroomError

    try:
        yield
    except CutroomError:
        raise
    except Exception as error:
        logging.getLogger(__name__).exception("The process ends by a bug.")
        raise typer.Exit(1) from error


@app.command()
def up(
    opens_browser: Annotated[
        bool, typer.Option("--open", help="Open the sign-in link in a browser.")
    ] = False,
) -> None:
    """Start everything on this machine: database, API and pages, one worker."""
    settings = prepare("supervisor")
    # Start-up time: see the head of this file.
    from cutroom.boot.up import run_up

    # asyncio's own loop: a supervisor must hear of the end of children it adopted.
    with _log_bugs():
        asyncio.run(run_up(settings, typer.echo, opens_browser=opens_browser))


@app.command()
def serve(fd: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Run the API and pages alone, against CUTROOM_DATABASE_URL."""
    settings = prepare("api")
    # Start-up time: see the head of this file.
    from cutroom.boot.listener import open_listener
    from cutroom.boot.serve import run_server
    from cutroom.boot.tables import find_database_url

    url = find_database_url(settings)
    listener = open_listener(settings.host, settings.port) if fd is None else socket.socket(fileno=fd)
    with listener:
        run(run_server(settings, url, listener))


@app.command()
def worker() -> None:
    """Run one worker alone, against CUTROOM_DATABASE_URL."""
    settings = prepare("worker")
    # Start-up time: see the head of this file.
    from cutroom.boot.tables import find_database_url
    from cutroom.boot.worker import run_worker

    run(run_worker(settings, find_database_url(settings)))


@app.command()
def migrate() -> None:
    """Bring the tables of CUTROOM_DATABASE_URL up to date; `up` does it by itself."""
    settings = prepare("cli")
    # Start-up time: see the head of this file.
    from cutroom.boot.tables import find_database_url, prepare_tables

    asyncio.run(prepare_tables(find_database_url(settings)))
    typer.echo("The tables are up to date.")


@app.command("sign-in")
def sign_in(
    email: Annotated[str | None, typer.Option(help="Whose link; without it, the operator's.")] = None,
) -> None:
    """Make a one-time sign-in link, good for 15 minutes; works while `up` runs."""
    settings = prepare("cli")
    # Start-up time: see the head of this file.
    from cutroom.boot.sign_in import make_sign_in_link
    from cutroom.boot.tables import find_database_url

    typer.echo(asyncio.run(make_sign_in_link(settings, find_database_url(settings), email)))
