"""Where a new shot begins, to the frame: hard cuts, not fades, flashes, pans or lights."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's stubs leave the parameter of Packet open.

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.stream import Disposition
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from cutroom.base.errors import BrokenMedia
from cutroom.media.frame_rate import standard_rate
from cutroom.media.opening import MAX_PICTURE_PIXELS, open_input, origin, too_large_picture
from cutroom.media.picture_distance import HEIGHT, WIDTH, Thumbnail, difference, likeness

_DECODER = {
    "skip_loop_filter": "all",  # its artefacts vanish when the picture is scaled down
    "flags2": "+fast",
    "max_pixels": str(MAX_PICTURE_PIXELS),
}
_THREADS = 2

_LEAST = 2.5
"""Difference (of 255) under which nothing is a cut; two pictures of one dim scene differ by under 1.5."""

_RATIO = 2.2
"""How many times larger a cut's difference is than most of those around it."""

_CLEAR = 0.45
"""Correlation from which two pictures show the same scene. Measured on 350 cuts between made scenes: other
scenes stay under 0.28; real shots of one room are more alike than made ones."""

_USUAL = 0.7
"""Quantile of the differences around a frame that a cut must exceed: the others may be flashes and cuts
of their own; repeated frames (24 in 60, drawn on twos) leave enough that are not 0."""

_REACH_SECONDS = Fraction(1, 2)
_FLASH_SECONDS = Fraction(1, 5)
"""A picture that comes back within this time was interrupted (flash, lightning, glitch), not cut away."""

_BACK = 0.5
"""Share of the difference under which a picture counts as the one from before a flash."""


@dataclass(frozen=True)
class Shots:
    """What `find_shots` found.

    Attributes:
        changes: Seconds on the container's timeline at which the first frame of each new shot is
            shown, rising; the beginning of the video is none.
        rate: Frames per second; of a variable rate the mean.
        frames: How many pictures were looked at.
    """

    changes: tuple[Fraction, ...]
    rate: Fraction
    frames: int


def find_shots(path: str | Path, *, progress: Callable[[float, str], None] | None = None) -> Shots:
    """Decode a video and find its hard cuts.

    A cut is a frame whose difference from the one before stands out from the half second around it,
    which shows another scene even if the camera moved or the light changed, and after which the old
    picture does not come back within 0.2 s. Fades, dissolves and wipes are no cuts. Jump cuts within one
    framing are not found. Memory is flat.

    Args:
        path: A video file.
        progress: Called with 0..1 and what is being done.

    Raises:
        BrokenMedia: As `open_input`; with code `no_picture`, `unknown_codec`, `too_large_picture` or
            `nothing_decodes`.
    """
    with open_input(path) as container:
        stream = _choose(container)
        rate = standard_rate(stream.average_rate or stream.guessed_rate) or Fraction(25)
        search = _Search(rate)
        length = Fraction(container.duration or 0, av.time_base)
        begin = origin(container)
        changes: list[Fraction] = []
        for time, picture in _pictures(container, stream):
            changes.extend(search.add(time - begin, picture))
            if progress and length and search.count % 64 == 0:
                progress(min(1.0, max(0.0, float((time - begin) / length))), "Looking for shot changes")
        changes.extend(search.finish())
    if not search.count:
        raise BrokenMedia("No picture in the file can be decoded; export it again.", code="nothing_decodes")
    if progress:
        progress(1.0, "Looking for shot changes")
    return Shots(tuple(changes), rate, search.count)


def _choose(container: InputContainer) -> VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise BrokenMedia("The file has no moving picture; choose a video.", code="no_picture")
    stream = streams[0]
    if stream.codec_context is None:  # pyright: ignore[reportUnnecessaryComparison] - None where FFmpeg has no decoder
        message = "The picture's codec is not known to this FFmpeg; convert it."
        raise BrokenMedia(message, code="unknown_codec")
    if stream.width * stream.height > MAX_PICTURE_PIXELS:
        raise too_large_picture(stream.width, stream.height)
    stream.codec_context.options = _DECODER
    stream.codec_context.thread_count = _THREADS
    stream.thread_type = "AUTO"
    return stream


def _pictures(container: InputContainer, stream: VideoStream) -> Iterator[tuple[Fraction, Thumbnail]]:
    """Yield each frame's time in the container's own count, and its small picture."""
    scaler = VideoReformatter()
    tick = stream.time_base or Fraction(1, 25)
    last: int | None = None
    for frame in _frames(container, stream):
        if frame.pts is None or (last is not None and frame.pts <= last):
            continue
        last = frame.pts
        small = scaler.reformat(frame, WIDTH, HEIGHT, "yuv444p", interpolation="AREA")
        yield frame.pts * (frame.time_base or tick), np.asarray(small.to_ndarray(), np.uint8)


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield what decodes; a broken packet costs its frames, a broken container ends the video."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            return
        try:
            decoded = packet.decode()
        except (av.error.FFmpegError, ValueError):
            continue
        yield from decoded


@dataclass(frozen=True)
class _Seen:
    time: Fraction
    picture: Thumbnail
    step: float
    """Difference from the picture before."""


class _Search:
    """Judges each frame once it knows the half second on both sides of it."""

    def __init__(self, rate: Fraction) -> None:
        self._reach = min(30, max(6, math.ceil(rate * _REACH_SECONDS)))
        self._flash = max(2, math.ceil(rate * _FLASH_SECONDS))
        self._seen: deque[_Seen] = deque(maxlen=2 * self._reach + 1)
        self._waiting = 0
        self.count = 0

    def add(self, time: Fraction, picture: Thumbnail) -> Iterator[Fraction]:
        """Take the next frame; yield the time of a cut that is now certain."""
        step = difference(self._seen[-1].picture, picture) if self._seen else 0.0
        self._seen.append(_Seen(time, picture, step))
        self.count += 1
        self._waiting += 1
        if self._waiting > self._reach:
            yield from self._judge()

    def finish(self) -> Iterator[Fraction]:
        """Yield the cuts among the last frames."""
        while self._waiting:
            yield from self._judge()

    def _judge(self) -> Iterator[Fraction]:
        """Judge the oldest frame that waits."""
        place = len(self._seen) - self._waiting
        self._waiting -= 1
        if place and self._stands_out(place) and self._is_other(place):
            yield self._seen[place].time

    def _stands_out(self, place: int) -> bool:
        step = self._seen[place].step
        if step < _LEAST:
            return False
        steps = [seen.step for seen in self._seen]
        # At a blend of both shots two steps are large: the cut is the larger, the first of equals.
        if step <= max(steps[max(0, place - 2) : place], default=0) or step < max(steps[place : place + 3]):
            return False
        before, after = steps[max(1, place - self._reach) : place], steps[place + 1 : place + 1 + self._reach]
        return step >= _RATIO * max(_usual(before), _usual(after))

    def _is_other(self, place: int) -> bool:
        """Whether the frame shows another scene than the one before it, and for longer than a flash."""
        old, new = self._seen[place - 1].picture, self._seen[place].picture
        if likeness(old, new) >= _CLEAR:
            return False
        near = _BACK * self._seen[place].step
        pictures = [seen.picture for seen in self._seen]
        later = pictures[place + 1 : place + 1 + self._flash]
        earlier = pictures[max(0, place - 1 - self._flash) : place - 1]
        is_flash = any(_is_same(old, picture, near) for picture in later)
        return not is_flash and not any(_is_same(new, picture, near) for picture in earlier)


def _is_same(one: Thumbnail, other: Thumbnail, near: float) -> bool:
    return difference(one, other) <= near and likeness(one, other) >= _CLEAR


def _usual(steps: list[float]) -> float:
    return float(np.quantile(steps, _USUAL)) if steps else 0.0
