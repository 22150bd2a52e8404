"""The command `cutroom`: finds the commands of this room, and says errors in one sentence.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from cutroom.base.errors import CutroomError

_STOPPED = 130  # 128 + SIGINT, as shells count

app = typer.Typer(
    name="cutroom",
    help="A self-hosted media job platform. Start with `cutroom up`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"cutroom {version('cutroom')}")
        raise typer.Exit


@app.callback()
def begin(
    _debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command; `main` looks at --debug itself."""


@app.command("version")
def show_version() -> None:
    """Show the version."""
    _show_version(value=True)


def add_commands() -> None:
    """Add the `app` of every module beside this one, without a name of its own."""
    room = importlib.import_module("cutroom.cli")
    for found in pkgutil.iter_modules(room.__path__):
        if found.name == "main":
            continue
        commands = getattr(importlib.import_module(f"cutroom.cli.{found.name}"), "app", None)
        if isinstance(commands, typer.Typer):
            app.add_typer(commands)


def main() -> None:
    """Run the command line and leave with its exit code."""
    add_commands()
    is_debugging = "--debug" in sys.argv[1:]
    try:
        app()
    except CutroomError as error:
        _leave(error, _sentence(error), is_debugging=is_debugging)
    except KeyboardInterrupt:
        sys.exit(_STOPPED)
    except Exception as error:  # noqa: BLE001 - a person gets a sentence, the trace on request
        words = f"Cutroom failed by a bug of its own: {type(error).__name__}: {error}"
        _leave(error, f"{words}\n`cutroom --debug ...` shows its trace.", is_debugging=is_debugging)


def _sentence(error: CutroomError) -> str:
    hint = f"\n{error.hint}" if error.hint else ""
    return f"{error.message} ({error.code_word}){hint}"


def _leave(error: Exception, text: str, *, is_debugging: bool) -> NoReturn:
    if is_debugging:
        traceback.print_exception(error)
    mark = typer.style("Error:", fg=typer.colors.RED, bold=True)
    typer.echo(f"{mark} {text}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
