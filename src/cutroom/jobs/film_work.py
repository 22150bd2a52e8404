"""What children of the renderer's jobs run: synchronous functions of files and plain values.

A film is described by its document and the values of its inputs, which every child reads again: a
template that was read cannot differ from one that is read elsewhere, and JSON fits into a job's input.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from cutroom.base.errors import CutroomError, Unsupported
from cutroom.media import replace_audio, replace_picture
from cutroom.network import NetworkLimits, fetch_to_file
from cutroom.render.document.reading import read_template
from cutroom.render.document.template import Template
from cutroom.render.film.joining import JoinOrder, join, render_still
from cutroom.render.film.planning import Plan, make_sound, plan_film
from cutroom.render.film.segments import Segment
from cutroom.render.film.storyboard import make_storyboard
from cutroom.render.film.versions import engine_version
from cutroom.render.film.workers import Work, render_works
from cutroom.render.layer import LAYERS
from cutroom.render.output import OUTPUTS, Output
from cutroom.render.scene.scene import Scene
from cutroom.render.sources.media_item import MediaItem, MediaKind
from cutroom.render.sources.media_reading import look_at_media

SHEET = "storyboard.jpg"
"""What the WebVTT of a storyboard calls its picture."""
Json = dict[str, Any]
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Film:
    """What is rendered, as children get it.

    Attributes:
        document: The template as it was written.
        values: Of its inputs.
        media: Its files by `src`, as they lie on this machine.
        outputs: What it becomes, as JSON.
    """

    document: Json
    values: Json
    media: dict[str, MediaItem]
    outputs: tuple[Json, ...]

    def template(self) -> Template:
        """Return the template."""
        return read_template(self.document, self.values)

    def wanted(self) -> tuple[Output, ...]:
        """Return the outputs."""
        return tuple(read_output(output) for output in self.outputs)


def read_output(output: Json) -> Output:
    """Read an output as a job's input carries it."""
    return Output.model_validate(output)


def item_to_json(item: MediaItem) -> Json:
    """Return what was found in a file, without where it lies."""
    return {
        "sha256": item.sha256,
        "kind": item.kind,
        "width": item.width,
        "height": item.height,
        "seconds": None if item.seconds is None else str(item.seconds),
        "rate": None if item.rate is None else str(item.rate),
        "hasAudio": item.has_audio,
        "hasAlpha": item.has_alpha,
        "first": str(item.first),
        "hasConstantRate": item.has_constant_rate,
    }


def item_from_json(fields: Json, path: Path) -> MediaItem:
    """Return a file that `item_to_json` described, at its place on this machine."""
    return MediaItem(
        path,
        fields["sha256"],
        fields["kind"],
        fields["width"],
        fields["height"],
        None if fields["seconds"] is None else Fraction(fields["seconds"]),
        None if fields["rate"] is None else Fraction(fields["rate"]),
        fields["hasAudio"],
        fields["hasAlpha"],
        Fraction(fields["first"]),
        fields["hasConstantRate"],
    )


def fetch(url: str, path: Path, limits: NetworkLimits, progress: Progress) -> str:
    """Download a file; return what its server calls it.

    Raises:
        CutroomError: See `network.fetch_to_file`.
    """

    def tell(done: int, total: int | None) -> None:
        progress(done / total if total else 0.0, "")

    return fetch_to_file(url, path, limits, tell).name


def look(files: Sequence[tuple[str, MediaKind, Path]], progress: Progress) -> dict[str, Json]:
    """Look at the files of a template: (src, what it must be, path); return what was found by `src`.

    Raises:
        CutroomError: That of the first file that is something else; its message names the `src`.
    """
    found: dict[str, Json] = {}
    for number, (src, kind, path) in enumerate(files):
        try:
            found[src] = item_to_json(look_at_media(path, kind))
        except CutroomError as error:
            raise of_source(error, src) from error
        progress((number + 1) / len(files), "")
    return found


def of_source(error: CutroomError, src: str) -> CutroomError:
    """Return an error that says which file of the template it is about."""
    return type(error)(
        f"{src[:200]}: {error.message}",
        code=error.code_word,
        hint=error.hint,
        details={**(error.details or {}), "src": src[:2048]},
        retry_after=error.retry_after,
    )


def plan(film: Film, target: Path, progress: Progress) -> Json:
    """Plan a film; write its segments with their keys to `target`, return the rest.

    Raises:
        CutroomError: Whatever is wrong with the film; see `render.planning.plan_film`.
    """
    planned = plan_film(
        film.template(), film.media, film.wanted(), progress=lambda share: progress(share, "")
    )
    segments = [
        {"start": segment.start, "stop": segment.stop, "keys": list(keys)}
        for segment, keys in zip(planned.segments, _keys(planned), strict=True)
    ]
    target.write_text(json.dumps(segments), "utf-8")
    return {
        "width": planned.width,
        "height": planned.height,
        "rate": str(planned.rate),
        "frames": planned.frame_count,
        "seconds": str(planned.seconds),
        "segments": len(segments),
        "filmed": len(planned.filmed),
        "soundKey": planned.sound_key,
    }


def _keys(planned: Plan) -> Sequence[Sequence[str]]:
    return planned.keys or [()] * len(planned.segments)


def sound(film: Film, target: Path, progress: Progress) -> Json:
    """Mix what is heard into a file; return what was measured.

    Raises:
        CutroomError: See `render.planning.make_sound`.
    """
    mixed = make_sound(film.template(), film.media, target, lambda share: progress(share, ""))
    measured: Json = {
        "loudness": None if mixed.loudness is None else round(mixed.loudness, 1),
        "peak": None if mixed.peak is None else round(mixed.peak, 1),
        "note": mixed.note,
    }
    return {name: value for name, value in measured.items() if value is not None}


@dataclass(frozen=True)
class Missing:
    """A segment that has to be rendered.

    Attributes:
        start: Its first frame.
        stop: The frame behind its last one.
        outputs: Which of the film's outputs lack it, as numbers into `Film.outputs`.
        targets: Where each one's part is written.
    """

    start: int
    stop: int
    outputs: tuple[int, ...]
    targets: tuple[Path, ...]


def draw(
    film: Film, missing: Sequence[Missing], workers: int, share: tuple[float, float], progress: Progress
) -> Json:
    """Draw and encode segments, several at once; return the CPU seconds by stage.

    Args:
        film: What is rendered.
        missing: Which segments of it.
        workers: How many at once.
        share: The part of the whole work, from and to, that this is; `progress` is told in it.
        progress: Told how far it is.

    Raises:
        CutroomError: When a clip cannot be drawn; it says which.
    """
    outputs = film.wanted()
    works = [
        Work(
            Segment(number, each.start, each.stop),
            tuple(outputs[number] for number in each.outputs),
            each.targets,
        )
        for number, each in enumerate(missing)
    ]
    first, last = share

    def tell(done: float) -> None:
        progress(first + done * (last - first), "")

    make_scene = partial(Scene, film.template(), film.media)
    made = render_works(make_scene, works, workers=workers, progress=tell)
    spent = [each.timings for each in made]
    stages = ("prepare", "decode", "draw", "convert", "encode")
    return {stage: round(sum(getattr(each, stage) for each in spent), 3) for stage in stages}


def make_file(
    output: Json,
    rate: str,
    parts: Sequence[Path],
    mixed: Path | None,
    target: Path,
    progress: Progress,
) -> None:
    """Join segments and sound to a file; no frame is drawn.

    Raises:
        CutroomError: See `render.joining.join`.
    """
    order = JoinOrder(read_output(output), Fraction(rate), tuple(parts), mixed, target)
    join(order, lambda share: progress(share, ""))


def copy_sound(film: Path, source: Path, target: Path, progress: Progress) -> tuple[str, str]:
    """Put the sound of another file beside a film's picture; return media type and suffix.

    Sound that no container can hold as it is (as of some MPEG-TS) is encoded again.

    Raises:
        CutroomError: See `media.replace_picture` and `media.replace_audio`.
    """

    def tell(share: float) -> None:
        progress(share, "")

    try:
        made = replace_picture(source, film, target, progress=tell)
    except Unsupported:
        other = replace_audio(film, source, target, progress=tell)
        return other.mime_type, other.suffix
    return made.mime_type, made.suffix


def make_sheet(film: Path, picture: Path, cues: Path, progress: Progress) -> None:
    """Write the storyboard of a finished film: a JPEG and the WebVTT that names it storyboard.jpg.

    Raises:
        BrokenMedia: See `render.storyboard.make_storyboard`.
    """
    make_storyboard(film, picture, cues, address=SHEET, progress=lambda share: progress(share, ""))


def make_still(film: Film, output: Json, target: Path, progress: Progress) -> None:
    """Draw one frame into a picture file.

    Raises:
        CutroomError: When a clip cannot be drawn.
    """
    render_still(partial(Scene, film.template(), film.media), read_output(output), target)
    progress(1.0, "")


def preload() -> None:
    """Load every layer and format, so that children forked from this process need not."""
    for registry in (LAYERS, OUTPUTS):
        for name in registry.names():
            registry.status(name)
    engine_version()
