"""Commands on template documents: check, import, export."""

# Rooms are imported inside the commands: `cutroom --help` answers in 0.2 s.
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutroom.cli.render import Force, InputFile, TemplateFile, Values, show_faults

app = typer.Typer()
group = typer.Typer(no_args_is_help=True, help="Check templates; bring them from and to other programs.")
app.add_typer(group, name="template")


@group.command()
def check(template: TemplateFile, values: Values = None, inputs: InputFile = None) -> None:
    """Say everything that is wrong with a template, or how long its film is."""
    # Start-up time: see the head of this file.
    from cutroom.boot.template_exchange import check_template
    from cutroom.boot.template_files import read_inputs

    with show_faults():
        found = check_template(template, read_inputs(inputs, values or []))
    typer.echo(f"{float(found.seconds):g} s, {found.frame_count} frames, {len(found.files)} files")


@group.command("import")
def import_edit(
    source: Annotated[Path, typer.Argument(help="An edit in Shotstack's JSON format.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the template goes.")] = Path(
        "template.json"
    ),
    force: Force = False,
) -> None:
    """Make a template of a Shotstack edit; what could not be carried over is said."""
    # Start-up time: see the head of this file.
    from cutroom.boot.template_exchange import import_template

    for note in import_template(source, output, overwrite=force):
        typer.echo(f"{note.path}: {note.message}", err=True)
    typer.echo(str(output))


@group.command("export")
def export_timeline(
    template: TemplateFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where it goes: .otio.")] = Path(
        "template.otio"
    ),
    values: Values = None,
    inputs: InputFile = None,
    force: Force = False,
) -> None:
    """Write a template as OpenTimelineIO, which editing programs read."""
    # Start-up time: see the head of this file.
    from cutroom.boot.template_exchange import export_template
    from cutroom.boot.template_files import read_inputs

    with show_faults():
        export_template(template, output, read_inputs(inputs, values or []), overwrite=force)
    typer.echo(str(output))
