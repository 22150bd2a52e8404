"""Commands that ask a running platform: jobs, watch, cancel, retry."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s.
from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from cutroom.boot.client import Client

app = typer.Typer()

_ROUTE = "/api/jobs"
_COLOURS = {"completed": "green", "failed": "red", "cancelled": "yellow", "processing": "cyan"}
JobId = Annotated[str, typer.Argument(help="The job's id, as `cutroom jobs` shows it.")]


@contextmanager
def _client() -> Generator[Client]:
    # Start-up time: see the head of this file.
    from cutroom.base import log
    from cutroom.base.settings import read_settings
    from cutroom.boot.client import connect

    log.set_up("WARNING", "text", "client")
    with connect(read_settings()) as client:
        yield client


@app.command()
def jobs(
    status: Annotated[
        str | None, typer.Option(help="pending, processing, completed, failed or cancelled.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most jobs to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one job a line.")] = False,
) -> None:
    """List jobs, newest first."""
    query: dict[str, Any] = {"limit": limit} | ({"status": status} if status else {})
    with _client() as client:
        found: list[dict[str, Any]] = client.ask("GET", _ROUTE, params=query)["jobs"]
    if as_json:
        for job in found:
            typer.echo(json.dumps(job))
        return
    table = Table(box=None, pad_edge=False)
    for title, width in (("Job", 36), ("Kind", 13), ("Status", 10), ("%", 3), ("Age", 4)):
        table.add_column(title, no_wrap=True, min_width=width)
    table.add_column("")
    for job in found:
        colour = _COLOURS.get(job["status"], "white")
        table.add_row(
            job["jobId"],
            job["type"],
            f"[{colour}]{job['status']}[/]",
            str(job["progress"]),
            _age(job["createdAt"]),
            _says(job),
        )
    Console().print(table if found else "There are no jobs.")


@app.command()
def watch(job_id: JobId) -> None:
    """Follow a job to its end; exit code 1 when it does not complete."""
    columns = (TextColumn("{task.description:<44}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    last: dict[str, Any] = {}
    with _client() as client, Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Connecting", total=100)
        for job in client.follow(job_id):
            last = job
            bar.update(task, completed=job["progress"], description=_says(job) or job["status"])
    typer.echo(
        json.dumps(last.get("outputData") or last.get("error") or {"status": last["status"]}, indent=2)
    )
    if last["status"] != "completed":
        raise typer.Exit(1)


@app.command()
def cancel(job_id: JobId) -> None:
    """Cancel a job; its work is killed within a second."""
    with _client() as client:
        job = client.ask("POST", f"{_ROUTE}/{job_id}/cancel")["job"]
    typer.echo(f"{job['jobId']} is {job['status']}.")


@app.command()
def retry(
    job_id: JobId,
    from_step: Annotated[str | None, typer.Option(help="Begin at this step, not where it failed.")] = None,
) -> None:
    """Start a failed job again; what it had finished is not done twice."""
    body = {"fromStep": from_step} if from_step else {}
    with _client() as client:
        job = client.ask("POST", f"{_ROUTE}/{job_id}/retry", json=body)["job"]
    typer.echo(f"{job['jobId']} is {job['status']}.")


def _age(created_at: str) -> str:
    """Say how long ago a time of the API was, in its largest unit: `42s`, `7m`, `3h`, `12d`."""
    seconds = (datetime.now(UTC) - datetime.fromisoformat(created_at)).total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f}{unit}"
    return f"{max(0.0, seconds):.0f}s"


def _says(job: dict[str, Any]) -> str:
    """Return what a job has to say: its error, why it waits, or what it does."""
    if waiting := job.get("waiting"):
        return waiting["reason"]
    return job.get("errorMessage") or job.get("message") or ""
