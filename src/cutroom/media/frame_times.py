"""When each picture of a film appears: whether its rate is constant, its first moment and its end."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from cutroom.base.errors import BrokenMedia
from cutroom.media.film import choose_film, counted_rate, decode, is_counted, open_decoder, upright_size
from cutroom.media.frame_rate import standard_rate
from cutroom.media.opening import open_input, origin
from cutroom.media.pixels import has_alpha

_MOST_FRAMES = 24 * 3600 * 120
_FIRST_PACKETS = 500


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """A film's pictures in time.

    Attributes:
        width: Pixels as shown: upright, square.
        height: The same.
        first: Seconds on the container's timeline at which the first picture appears.
        seconds: When the last picture ends, or the whole file where that is later.
        rate: Pictures per second; of a variable rate the mean; None: it has one picture only.
        is_constant: Whether picture n appears at `first + n / rate`, as exactly as the container counts.
        count: How many there are.
        has_audio: Whether there is sound.
        has_alpha: Whether pictures may be transparent.
    """

    width: int
    height: int
    first: Fraction
    seconds: Fraction
    rate: Fraction | None
    is_constant: bool
    count: int
    has_audio: bool
    has_alpha: bool


def read_frame_times(path: str | Path) -> FrameTimes:
    """Read the time of every picture of a film, without decoding more than the first.

    Raises:
        BrokenMedia: As `open_input`; with code `no_picture`, `unknown_codec`, `too_large_picture`,
            `still_picture` or `nothing_decodes`.
    """
    with open_input(path) as container:
        stream = choose_film(container)
        frame = _first_frame(container, stream)
    with open_input(path) as container:
        stream = choose_film(container)
        begin = origin(container)
        tick = stream.time_base or Fraction(1, 1000)
        ticks, last = _ticks(container, stream)
        if is_counted(container):
            tick, begin, last = 1 / counted_rate(stream), Fraction(0), None
            ticks = np.arange(ticks.size, dtype=np.int64)
        times = _Times(ticks, tick)
        end = int(ticks[-1]) * tick + max(last or times.step, tick) - begin
        whole = Fraction(container.duration or 0, av.time_base)
        has_audio = bool(container.streams.audio)
        if ticks.size == 1 and not has_audio and whole < 1:
            raise BrokenMedia("The file is a still picture; use it as an image.", code="still_picture")
        rate = times.constant_rate(stream)
        width, height = upright_size(stream, frame)
        return FrameTimes(
            width,
            height,
            _unrounded(int(ticks[0]) * tick - begin, tick, rate),
            max(end, whole) if has_audio else end,
            rate or times.mean_rate(),
            rate is not None,
            ticks.size,
            has_audio,
            has_alpha(frame),
        )


def _unrounded(first: Fraction, tick: Fraction, rate: Fraction | None) -> Fraction:
    """Return the moment that a time stamp means which was rounded to ticks: a whole number of pictures."""
    if rate is None:
        return first
    near = round(first * rate) / rate
    return near if abs(near - first) <= tick / 2 else first


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    decoder = open_decoder(stream)
    try:
        for number, packet in enumerate(container.demux(stream)):
            for frame in decode(decoder, packet):
                return frame
            if number >= _FIRST_PACKETS:
                break
    except av.error.FFmpegError:
        pass  # the error below says it
    message = "No picture of the video can be decoded; export it again."
    raise BrokenMedia(message, code="nothing_decodes")


def _ticks(container: InputContainer, stream: VideoStream) -> tuple[NDArray[np.int64], Fraction | None]:
    """Return the rising time stamps of all pictures that are shown, and how long the last one lasts."""
    found = array("q")  # 8 bytes a picture: a day has millions
    latest, length = -(1 << 62), 0
    stamp = -1
    try:
        for packet in container.demux(stream):
            if not packet.size or packet.is_discard:
                continue
            stamp = next((time for time in (packet.pts, packet.dts) if time is not None), stamp + 1)
            found.append(stamp)
            if stamp > latest:
                latest, length = stamp, packet.duration or 0
            if len(found) > _MOST_FRAMES:
                message = f"The video has more than {_MOST_FRAMES} pictures; cut it."
                raise BrokenMedia(message, code="too_long")
    except av.error.FFmpegError:
        pass  # what was read before counts
    if not found:
        raise BrokenMedia("The video has no picture; export it again.", code="nothing_decodes")
    ticks = np.unique(np.frombuffer(found, np.int64))
    return ticks, length * (stream.time_base or Fraction(1, 1000)) or None


class _Times:
    """Time stamps of a film in ticks."""

    def __init__(self, ticks: NDArray[np.int64], tick: Fraction) -> None:
        self._ticks = ticks
        self._tick = tick
        self.step = (int(ticks[-1]) - int(ticks[0])) * tick / (ticks.size - 1) if ticks.size > 1 else tick

    def mean_rate(self) -> Fraction | None:
        """Return pictures per second."""
        return 1 / self.step if self._ticks.size > 1 else None

    def constant_rate(self, stream: VideoStream) -> Fraction | None:
        """Return the rate on whose grid every picture stands, within one tick; None: there is none."""
        if self._ticks.size == 1:
            return None
        mean = 1 / self.step
        for rate in dict.fromkeys((standard_rate(mean), mean, stream.average_rate, stream.base_rate)):
            if rate and self._is_on_grid(rate):
                return rate
        return None

    def _is_on_grid(self, rate: Fraction) -> bool:
        places = np.arange(self._ticks.size, dtype=np.int64)
        step = 1 / (rate * self._tick)
        if step.numerator * self._ticks.size >= 1 << 62:  # then the products below would overflow
            return False
        grid = (places * step.numerator) // step.denominator
        away = self._ticks - self._ticks[0] - grid
        return bool((away >= -1).all() and (away <= 1 + (step.denominator > 1)).all())
