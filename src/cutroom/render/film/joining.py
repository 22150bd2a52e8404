"""The last step: segments, sound and stills become the files that were asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cutroom.base.errors import Unavailable
from cutroom.render.film.encode.animation import join_gif
from cutroom.render.film.encode.joining import join_segments
from cutroom.render.film.encode.sound_file import write_sound
from cutroom.render.film.encode.stills import encode_jpeg, encode_png
from cutroom.render.film.segments import CACHE_BYTES, AnyScene, Progress, frame_at
from cutroom.render.film.timings import Timings
from cutroom.render.output import Output, format_of, size_of
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.resizing import resize


@dataclass(frozen=True)
class JoinOrder:
    """A file to make of what was rendered; it can be pickled.

    Attributes:
        output: What is wanted; not a still picture.
        rate: Frames per second of the film.
        parts: The output's segments in order; none for sound alone.
        sound: The mixed sound of the whole; None: there is none.
        target: Where to write; removed again after an error.
    """

    output: Output
    rate: Fraction
    parts: tuple[Path, ...]
    sound: Path | None
    target: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file.

    Attributes:
        path: Where it lies.
        mime_type: Its media type.
        size: Bytes.
        timings: What it cost.
    """

    path: Path
    mime_type: str
    size: int
    timings: Timings


def join(order: JoinOrder, progress: Progress | None = None) -> Made:
    """Make a film, an animation or a sound file; no frame is drawn, and of films none is encoded.

    Args:
        order: What to do.
        progress: Called with 0..1.

    Raises:
        Failed: With code `segments_differ` when the parts do not belong together, `broken_segment` when one
            is gone or damaged.
        Unavailable: With code `disk_full`.
    """
    output, start = order.output, time.thread_time()
    kind = format_of(output).kind
    sound = None if output.mute else order.sound
    if kind == "sound" and sound is not None:
        write_sound(sound, order.target, output, progress)
    elif kind == "animation":
        coding = format_of(output).coding(output, order.rate)
        join_gif(
            order.parts,
            order.target,
            order.rate / coding.every,
            loops=output.loops,
            alpha=output.alpha,
            progress=progress,
        )
    else:
        join_segments(
            order.parts,
            sound,
            order.target,
            format_of(output).coding(output, order.rate),
            order.rate,
            audio_bitrate=output.audio_bitrate or 0,
            progress=progress,
        )
    return _made(order.output, order.target, Timings(join=time.thread_time() - start))


def render_still(
    make_scene: Callable[[], AnyScene], output: Output, target: Path, cache_bytes: int = CACHE_BYTES
) -> Made:
    """Draw one frame into a picture file.

    Args:
        make_scene: Makes what is filmed.
        output: A still picture; its `time` says which frame. Behind the end the last one is taken.
        target: Where to write.
        cache_bytes: What pictures that are drawn from may take.

    Raises:
        CutroomError: When a clip cannot be drawn; `disk_full`.
    """
    start = time.thread_time()
    scene = make_scene()
    try:
        compositor = Compositor(scene.width, scene.height, scene.background, cache_bytes=cache_bytes)
        picture = compositor.compose(scene.frame(frame_at(scene, output.time)))
        size = size_of(output, scene.width, scene.height)
    finally:
        scene.close()
    if (picture.width, picture.height) != size:
        picture = resize(picture, *size)
    drawn = time.thread_time()
    if output.format == "png":
        content = encode_png(picture, alpha=output.alpha)
    else:
        content = encode_jpeg(picture, output.quality)
    try:
        target.write_bytes(content)
    except OSError as error:
        target.unlink(missing_ok=True)
        message = f"{target.name} cannot be written; free some disk space and retry."
        raise Unavailable(message, code="disk_full") from error
    timings = Timings(draw=drawn - start, encode=time.thread_time() - drawn, drawn=1)
    return _made(output, target, timings)


def _made(output: Output, target: Path, timings: Timings) -> Made:
    return Made(target, format_of(output).mime_type, target.stat().st_size, timings)
