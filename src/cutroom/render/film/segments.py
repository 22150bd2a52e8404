"""A film is cut into fixed segments, each drawn and encoded alone, whoever does it, to the same bytes."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from cutroom.render.document.values import Color
from cutroom.render.film.encode.lane import Lane
from cutroom.render.film.timings import Timings
from cutroom.render.film.versions import engine_version
from cutroom.render.output import Coding, Output, format_of, size_of
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.picture_cache import PictureCache
from cutroom.render.pixels.resizing import resize
from cutroom.render.pixels.sprite import Sprite, signature
from cutroom.render.sources.films import FILMS

FRAMES_PER_SEGMENT = 120
"""Segments of 75 frames cost 5 % in bytes against one long stream, of 30 frames 24 %; longer ones make more
work of a changed word. The cut depends on nothing else, least of all on who renders."""

CACHE_BYTES = 256 * 1024 * 1024
"""What the pictures of a process may take that are kept to be drawn again."""

_NEARLY = Fraction(1, 1000)
"""Frames by which a time may miss a frame's beginning, by rounding."""

Progress = Callable[[float], None]


class AnyScene(Protocol):
    """What can be filmed; `Scene` is."""

    @property
    def width(self) -> int:
        """Pixels of the canvas."""
        ...

    @property
    def height(self) -> int:
        """Pixels of the canvas."""
        ...

    @property
    def rate(self) -> Fraction:
        """Frames per second."""
        ...

    @property
    def frame_count(self) -> int:
        """How many frames there are."""
        ...

    @property
    def background(self) -> Color:
        """What is seen where nothing is."""
        ...

    def frame(self, number: int) -> tuple[Sprite, ...]:
        """Return what is seen in a frame, from below to above."""
        ...

    def close(self) -> None:
        """Let go of open files."""
        ...


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a film.

    Attributes:
        number: From 0.
        start: Its first frame.
        stop: The frame behind its last one.
    """

    number: int
    start: int
    stop: int


def frame_at(scene: AnyScene, seconds: Fraction) -> int:
    """Return the number of the frame that is shown at a time; behind the end the last one.

    The third of a second is 0.33333 in JSON: a time that is that near to a frame means it.
    """
    return min(math.floor(seconds * scene.rate + _NEARLY), scene.frame_count - 1)


def cut(frame_count: int) -> tuple[Segment, ...]:
    """Return the segments of a film."""
    starts = range(0, frame_count, FRAMES_PER_SEGMENT)
    return tuple(
        Segment(number, start, min(start + FRAMES_PER_SEGMENT, frame_count))
        for number, start in enumerate(starts)
    )


def segment_key(scene: AnyScene, output: Output, segment: Segment) -> str:
    """Return the SHA-256 of all that decides a segment's bytes; nothing is drawn."""
    return segment_keys(scene, (output,), segment)[0]


def segment_keys(scene: AnyScene, outputs: Sequence[Output], segment: Segment) -> tuple[str, ...]:
    """Return the key of a segment for each of several outputs; see `segment_key`."""
    shown = hashlib.sha256(f"{scene.width}x{scene.height}".encode())
    for number in range(segment.start, segment.stop):
        shown.update(signature(scene.frame(number), scene.background).encode())
    return tuple(
        hashlib.sha256(
            repr((engine_version(), shown.hexdigest(), _coded(scene, output, segment))).encode()
        ).hexdigest()
        for output in outputs
    )


def _coded(scene: AnyScene, output: Output, segment: Segment) -> tuple[Any, ...]:
    # The sound and the repetitions of an animation belong to the joined file alone.
    coding = coding_of(scene, output)
    return (
        scene.rate,
        size_of(output, scene.width, scene.height),
        coding.encoder,
        coding.container,
        coding.pixel_format,
        sorted(coding.options.items()),
        tuple(kept(segment, coding.every)),
    )


def coding_of(scene: AnyScene, output: Output) -> Coding:
    """Return how the segments of an output are encoded.

    Raises:
        Refused: As `format_of` and `OutputFormat.coding`.
    """
    return format_of(output).coding(output, scene.rate)


def kept(segment: Segment, every: int) -> Iterator[int]:
    """Yield the frames of a segment that an output shows one of `every` of, counted from its first frame."""
    first = -segment.start % every
    return iter(range(first, segment.stop - segment.start, every))


def has_segments(output: Output) -> bool:
    """Say whether an output is made of segments: films and animations are."""
    return format_of(output).kind in {"film", "animation"}


@dataclass(frozen=True)
class SegmentOrder:
    """What is to be rendered; it can be pickled where `make_scene` can.

    Attributes:
        make_scene: Makes what is filmed, in the process that draws it; `functools.partial(Scene, template,
            media)` is one.
        segment: Which part of it.
        outputs: What it becomes; the same drawing serves them all.
        targets: Where each output's part is written.
    """

    make_scene: Callable[[], AnyScene]
    segment: Segment
    outputs: tuple[Output, ...]
    targets: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class SegmentMade:
    """What became of an order.

    Attributes:
        segment: Which part of the film.
        sizes: Bytes of the parts, output by output.
        timings: What it cost.
    """

    segment: Segment
    sizes: tuple[int, ...]
    timings: Timings


def render_segment(order: SegmentOrder, progress: Progress | None = None) -> SegmentMade:
    """Draw and encode one segment.

    Args:
        order: What to do. Targets are removed again after an error.
        progress: Called with 0..1 for every frame; what it raises stops the work.

    Raises:
        CutroomError: When a clip cannot be drawn, an encoder not be used or the disk is full.
    """
    start = time.thread_time()
    scene = order.make_scene()
    prepared = Timings(prepare=time.thread_time() - start)
    try:
        made = SegmentRenderer(scene).render(order.segment, order.outputs, order.targets, progress)
    finally:
        scene.close()
    return SegmentMade(made.segment, made.sizes, prepared + made.timings)


class SegmentRenderer:
    """Renders segments of one scene, one after the other; what it has drawn serves the next."""

    def __init__(self, scene: AnyScene, cache: PictureCache | None = None) -> None:
        """Take a scene, which the caller closes, and a cache of this thread, perhaps."""
        self._scene = scene
        kept = cache or PictureCache(CACHE_BYTES)
        self._compositor = Compositor(scene.width, scene.height, scene.background, cache=kept)

    def render(
        self,
        segment: Segment,
        outputs: Sequence[Output],
        targets: Sequence[Path],
        progress: Progress | None = None,
    ) -> SegmentMade:
        """Draw and encode a segment; see `render_segment`."""
        scene = self._scene
        with ExitStack() as stack:
            ways: list[_Way] = []
            for output, target in zip(outputs, targets, strict=True):
                coding = coding_of(scene, output)
                size = size_of(output, scene.width, scene.height)
                rate = scene.rate / coding.every
                ways.append(_Way(stack.enter_context(Lane(target, coding, size, rate)), size, coding.every))
            timings = self._film(segment, ways, progress or (lambda _: None))
        for way in ways:
            timings += Timings(convert=way.seconds + way.lane.convert_seconds, encode=way.lane.encode_seconds)
        return SegmentMade(segment, tuple(target.stat().st_size for target in targets), timings)

    def _film(self, segment: Segment, ways: Sequence[_Way], progress: Progress) -> Timings:
        drawing = _Drawing(self._scene, self._compositor)
        for number in range(segment.start, segment.stop):
            for way in ways:
                if number % way.every == 0:
                    way.take(drawing, number)
            progress((number + 1 - segment.start) / (segment.stop - segment.start))
        return drawing.timings()


class _Drawing:
    """The frames of a scene, drawn when an output asks for them, and only where they differ."""

    def __init__(self, scene: AnyScene, compositor: Compositor) -> None:
        self._scene = scene
        self._compositor = compositor
        self._number = -1
        self._sprites: tuple[Sprite, ...] | None = None
        self._picture: Picture | None = None
        self._seconds = 0.0
        self._decoded = 0.0
        self._drawn = 0
        self._repeated = 0
        self.version = 0
        """Grows whenever the picture is another."""

    def at(self, number: int) -> Picture:
        """Return a frame; its pixels may change with the next one."""
        if number == self._number and self._picture is not None:
            return self._picture
        start, decoded = time.thread_time(), FILMS.spent()
        sprites = self._scene.frame(number)
        self._number = number
        if self._picture is None or sprites != self._sprites:
            out = None if self._picture is None else self._picture.pixels
            self._picture = self._compositor.compose(sprites, out)
            self._sprites = sprites
            self.version += 1
            self._drawn += 1
        else:
            self._repeated += 1
        self._seconds += time.thread_time() - start
        self._decoded += FILMS.spent() - decoded
        return self._picture

    def timings(self) -> Timings:
        """Return what it cost."""
        drawing = self._seconds - self._decoded
        return Timings(draw=drawing, decode=self._decoded, drawn=self._drawn, repeated=self._repeated)


@dataclass
class _Way:
    """One output of a drawing."""

    lane: Lane
    size: tuple[int, int]
    every: int
    version: int = -1
    seconds: float = 0.0

    def take(self, drawing: _Drawing, number: int) -> None:
        """Show a frame to the output, scaled where it is of another size."""
        picture = drawing.at(number)
        if drawing.version == self.version:
            self.lane.repeat()
            return
        self.version = drawing.version
        if (picture.width, picture.height) != self.size:
            start = time.thread_time()
            picture = resize(picture, *self.size)
            self.seconds += time.thread_time() - start
        self.lane.show(picture)
