"""Rendering without a platform: a template in, films, pictures and sound out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from cutroom.base.errors import Refused
from cutroom.base.settings import Settings, read_settings
from cutroom.boot.local_targets import OnProgress, check_no_source, check_targets, tell_nobody
from cutroom.boot.template_files import Document, collect, read_document, with_types
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import render_film
from cutroom.render.output import OUTPUTS, Output
from cutroom.render.scene.placed_files import media_uses

if TYPE_CHECKING:
    from cutroom.render.document.template import Template
    from cutroom.render.film.timings import Timings
    from cutroom.render.sources.media_item import MediaItem

_SAID = {"plan": "Planning", "sound": "Mixing the sound", "frames": "Drawing and encoding", "join": "Writing"}


@dataclass(frozen=True)
class Film:
    """What was rendered.

    Attributes:
        paths: The files, in the order they were asked for.
        seconds: How long the film is.
        frame_count: How many frames it has.
        timings: CPU seconds by stage.
    """

    paths: tuple[Path, ...]
    seconds: Fraction
    frame_count: int
    timings: Timings


def render(
    template: str | Path | Document,
    inputs: Mapping[str, Any] | None = None,
    target: str | Path | Sequence[str | Path] = "out.mp4",
    *,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    processes: int = 1,
    cache: str | Path | None = None,
    on_progress: OnProgress | None = None,
) -> Film:
    """Render a template, here and now, without a server or a database.

    Args:
        template: A JSON file, the document itself, or "gallery:<name>". Paths in it begin in its folder.
        inputs: Values of the template's inputs.
        target: Where the film goes; its ending chooses the format: .mp4, .webm, .mov, .gif, .png, .jpg,
            .mp3, .wav. Several targets share one drawing.
        options: Of every output: crf, preset, codec, width, height, alpha, time, ... (see `Output`).
        overwrite: Replace targets that are there already.
        processes: Over 1: so many child processes draw and encode; 1: threads of this one.
        cache: A folder in which segments are kept: what did not change is not drawn again.
        on_progress: Called with percent and a message.

    Raises:
        Refused: With code `bad_template`, every fault of the template in `details["errors"]`; or what is
            wrong with a target or an option.
        CutroomError: What cannot be read, drawn or written.
    """
    targets = [Path(target)] if isinstance(target, str | Path) else [Path(each) for each in target]
    outputs = [output_of(each, options or {}) for each in targets]
    check_targets(targets, overwrite=overwrite)
    settings = read_settings()
    tell = on_progress or tell_nobody
    tell(0.0, "Reading the template")
    with opened(template, inputs, settings) as (read, media), _scratch(targets[0]) as folder:
        check_no_source(targets, (item.path for item in media.values()))
        rendered = render_film(
            read,
            media,
            outputs,
            folder,
            processes=processes,
            progress=lambda share, step: tell(100 * share, _SAID.get(step, step)),
            cache=Path(cache) if cache is not None else None,
        )
        for made, each in zip(rendered.made, targets, strict=True):
            shutil.move(made.path, each)
    tell(100.0, None)
    return Film(tuple(targets), rendered.plan.seconds, rendered.plan.frame_count, rendered.timings)


@contextmanager
def opened(
    template: str | Path | Document, inputs: Mapping[str, Any] | None, settings: Settings
) -> Generator[tuple[Template, dict[str, MediaItem]]]:
    """Read a template and its files; what was fetched is gone afterwards.

    Raises:
        Refused: With code `bad_template`, `no_such_file` or `unknown_gallery_template`.
    """
    document, base = read_document(template)
    given = with_types(document, inputs)
    read = read_template(document, given)
    with tempfile.TemporaryDirectory(prefix="cutroom-") as scratch:
        yield read, collect(media_uses(read), document, base, Path(scratch), settings, given)


def output_of(target: Path, options: Mapping[str, Any]) -> Output:
    """Return the output that a file's name asks for.

    Raises:
        Refused: With code `unknown_output` or `bad_output`.
    """
    by_suffix = {OUTPUTS.load(name).suffix: name for name in OUTPUTS.names()} | {".jpeg": "jpg"}
    name = by_suffix.get(target.suffix.lower())
    if name is None:
        message = (
            f"{target.name!r} must end in {', '.join(sorted(by_suffix))}: the ending chooses the format."
        )
        raise Refused(message, code="unknown_output")
    try:
        return Output.model_validate({**options, "format": name})
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"])
        rule = problem["msg"].lower().removeprefix("value error, ").removeprefix("input ")
        message = f"The option {field} is {str(options.get(field))!r}: {rule}."
        raise Refused(message, code="bad_output") from None


@contextmanager
def _scratch(target: Path) -> Generator[Path]:
    """Make a folder on the target's own disk, so that moving a film there costs nothing."""
    with tempfile.TemporaryDirectory(prefix=".cutroom-", dir=target.resolve().parent) as folder:
        yield Path(folder)
