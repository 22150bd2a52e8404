"""The command `doctor`: looks the installation over and says how to mend it."""

from __future__ import annotations

import asyncio
import logging

import typer

app = typer.Typer()

_MARKS = {
    "ok": typer.style("ok     ", fg=typer.colors.GREEN),
    "note": typer.style("note   ", fg=typer.colors.YELLOW),
    "problem": typer.style("problem", fg=typer.colors.RED, bold=True),
}


@app.command()
def doctor() -> None:
    """Check this installation; exit code 1 when something keeps Cutroom from working."""
    # Start-up time of `cutroom --help`.
    from cutroom.base.settings import read_settings
    from cutroom.boot.doctor import examine, install_command

    logging.disable()  # the findings say it; a pool's complaints would only repeat them
    findings = asyncio.run(examine(read_settings()))
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        typer.echo(f"{_MARKS[finding.state]}  {finding.name:<{width}}  {finding.sentence}")
    command = install_command(findings)
    if command:
        typer.echo(f"\nInstall what is missing:\n    {command}")
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)
