"""A template becomes files on this machine: planned, drawn in segments by several at once, joined."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cutroom.base.errors import Unavailable
from cutroom.render.document.template import Template
from cutroom.render.film.joining import JoinOrder, Made, join, render_still
from cutroom.render.film.planning import Plan, make_sound, plan_film
from cutroom.render.film.timings import Timings
from cutroom.render.film.workers import Stopped, Work, render_works
from cutroom.render.output import Output, format_of
from cutroom.render.scene.scene import Scene
from cutroom.render.sources.media_item import MediaItem

Progress = Callable[[float, str], None]
"""Told the share that is done, 0 to 1, and what is being done."""

_PLANNED, _DRAWN = 0.05, 0.9
_LOOK_SECONDS = 0.1
_MOST_WORKERS = 8
"""Each worker holds an encoder, about 100 MB at 1080 x 1920."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was made.

    Attributes:
        made: The files, in the order of the outputs.
        plan: What they are made of.
        timings: What all of it cost.
    """

    made: tuple[Made, ...]
    plan: Plan
    timings: Timings


def render_film(
    template: Template,
    media: Mapping[str, MediaItem],
    outputs: Sequence[Output],
    folder: Path,
    *,
    processes: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Rendered:
    """Render a template; the files are the same whatever processes and threads do it.

    Args:
        template: As `read_template` gives it.
        media: Its files, by their `src`.
        outputs: What is wanted; films and animations share one drawing.
        folder: Where the files go: `output-1.mp4`, `output-2.gif`, ... Scratch files lie there too and are
            removed, whatever happens.
        processes: Over 1: so many child processes draw and encode.
        threads: With one process: how many segments are drawn at once. Default: one for each processor,
            8 at most.
        progress: What it raises stops the render.
        cache: A folder of segments and mixed sound by their keys. What is there is not made again.

    Raises:
        CutroomError: As `plan_film`, `render_segment`, `make_sound` and `join`. No output is left then.
    """
    targets = [
        folder / f"output-{number}{format_of(output).suffix}" for number, output in enumerate(outputs, 1)
    ]
    scratch = _make_scratch(folder)
    try:
        render = _Render(template, media, tuple(outputs), cache or scratch, scratch, progress or _ignore)
        return render.run(targets, processes, threads)
    except BaseException:
        for target in targets:
            target.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _make_scratch(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".render-", dir=folder))
    except OSError as error:
        message = f"Nothing can be written to {folder.name!r} ({error.strerror}); choose another folder."
        raise Unavailable(message, code="cannot_write") from error


def _ignore(share: float, text: str) -> None:
    del share, text


class _Render:
    def __init__(
        self,
        template: Template,
        media: Mapping[str, MediaItem],
        outputs: tuple[Output, ...],
        cache: Path,
        scratch: Path,
        progress: Progress,
    ) -> None:
        self._template = template
        self._media = media
        self._outputs = outputs
        self._cache = cache
        self._scratch = scratch
        self._progress = progress
        self._timings = Timings()
        self._mixed = 0.0
        self._is_over = False

    def run(self, targets: Sequence[Path], processes: int, threads: int | None) -> Rendered:
        """Do all steps."""
        start = time.thread_time()
        plan = plan_film(
            self._template,
            self._media,
            self._outputs,
            needs_keys=self._cache != self._scratch,
            progress=lambda share: self._progress(_PLANNED * share, "plan"),
        )
        self._timings += Timings(prepare=time.thread_time() - start)
        with ThreadPoolExecutor(1, "sound") as beside:
            mixing = beside.submit(self._mix, plan)
            try:
                parts = self._draw(plan, processes, threads, mixing)
                sound = self._sound(mixing, is_alone=not plan.filmed)
            finally:
                self._is_over = True  # else a mix of hours would go on for nobody
        made = tuple(
            self._finish(number, target, plan, parts, sound) for number, target in enumerate(targets)
        )
        for each in made:
            self._timings += each.timings
        self._progress(1.0, "join")
        return Rendered(made, plan, self._timings)

    # --- sound

    def _mix(self, plan: Plan) -> tuple[Path | None, float]:
        is_heard = any(
            format_of(output).kind in {"film", "sound"} and not output.mute for output in self._outputs
        )
        if plan.sound_key is None or not is_heard:
            return None, 0.0
        place = self._cache / f"{plan.sound_key}.flac"
        if place.exists():
            return place, 0.0
        start = time.thread_time()
        made = self._scratch / "sound.flac"
        make_sound(self._template, self._media, made, self._mixes)
        return _keep(made, place), time.thread_time() - start

    def _mixes(self, share: float) -> None:
        self._mixed = share
        if self._is_over:
            raise Stopped

    def _sound(self, mixing: Future[tuple[Path | None, float]], *, is_alone: bool) -> Path | None:
        while not wait([mixing], _LOOK_SECONDS).done:
            self._progress(_PLANNED + (_DRAWN - _PLANNED) * self._mixed if is_alone else _DRAWN, "sound")
        sound, seconds = mixing.result()
        self._timings += Timings(sound=seconds)
        return sound

    # --- picture

    def _draw(
        self, plan: Plan, processes: int, threads: int | None, mixing: Future[tuple[Path | None, float]]
    ) -> list[list[Path]]:
        """Render what is not there yet; return for each segment the part of each filmed output."""
        places: list[list[Path]] = []
        works: list[Work] = []
        for segment in plan.segments if plan.filmed else ():
            keys = plan.keys[segment.number] if plan.keys else self._names(segment.number)
            places.append([self._cache / f"{key}.part" for key in keys])
            missing = {
                place: output
                for place, output in zip(places[-1], plan.filmed, strict=True)
                if not place.exists()
            }
            if missing:
                targets = tuple(self._scratch / f"{place.name}-{segment.number}" for place in missing)
                works.append(Work(segment, tuple(missing.values()), targets))
        if not works:
            return places

        def tell(share: float) -> None:
            if mixing.done():
                mixing.result()  # what went wrong there is said now, not when all is drawn
            self._progress(_PLANNED + (_DRAWN - _PLANNED) * share, "frames")

        made = render_works(
            partial(Scene, self._template, self._media),
            works,
            workers=processes if processes > 1 else threads or _processors(),
            in_processes=processes > 1,
            progress=tell,
        )
        for work, each in zip(works, made, strict=True):
            self._timings += each.timings
            for target in work.targets:
                _keep(target, self._cache / target.name.rpartition("-")[0])
        return places

    def _names(self, number: int) -> list[str]:
        """Name the parts of a segment that nobody keeps; outputs of equal pictures share theirs."""
        films = [(output.model_copy(update=_SOUND_ONLY)) for output in self._outputs]
        return [
            f"{films.index(films[position])}-{number}"
            for position, output in enumerate(self._outputs)
            if format_of(output).kind in {"film", "animation"}
        ]

    # --- files

    def _finish(
        self, number: int, target: Path, plan: Plan, parts: list[list[Path]], sound: Path | None
    ) -> Made:
        output = self._outputs[number]
        kind = format_of(output).kind

        def tell(share: float) -> None:
            self._progress(_DRAWN + (1 - _DRAWN) * (number + share) / len(self._outputs), "join")

        tell(0.0)
        if kind == "still":
            return render_still(partial(Scene, self._template, self._media), output, target)
        column = sum(format_of(each).kind in {"film", "animation"} for each in self._outputs[:number])
        own = tuple(row[column] for row in parts) if kind != "sound" else ()
        return join(JoinOrder(output, plan.rate, own, sound, target), tell)


_SOUND_ONLY = {"mute": False, "audio_bitrate": None, "loops": 0, "time": 0}
"""What makes no difference to the picture of a film."""


def _keep(made: Path, place: Path) -> Path:
    """Move a file to where it is looked for; somebody else may have put the same there meanwhile."""
    beside = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if made.stat().st_dev == place.parent.stat().st_dev:
            return made.replace(place)
        shutil.copyfile(made, beside)
        return beside.replace(place)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        message = (
            f"Segments cannot be kept in {place.parent.name!r} ({error.strerror}); choose another cache."
        )
        raise Unavailable(message, code="cannot_write") from error


def _processors() -> int:
    try:
        return min(_MOST_WORKERS, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on every system
        return min(_MOST_WORKERS, os.cpu_count() or 1)
