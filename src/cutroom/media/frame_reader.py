"""Pictures of a film at any time, frame by frame exact: forwards, backwards, at random."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's stubs leave the parameter of Packet open.

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import av.error
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from cutroom.base.errors import BrokenMedia
from cutroom.media.film import (
    choose_film,
    counted_rate,
    decode,
    is_counted,
    open_decoder,
    orientation_of,
    upright_size,
)
from cutroom.media.film_colours import colours_of
from cutroom.media.opening import open_input, origin
from cutroom.media.orientation import UPRIGHT
from cutroom.media.pixels import FILM, Paint, Pixels, has_alpha, to_bgra

_MOST_SLACK = Fraction(1, 2000)
"""Seconds by which a picture may come late, because of rounding, and still be the one of a moment."""

_JUMP = Fraction(4)
"""Seconds ahead up to which it is cheaper to decode on than to seek."""

_STEP = Fraction(2)
"""Seconds back that count as a step."""

_MOST_AHEAD = 1000
"""Packets read before the first is decoded, to find out which picture is wanted."""

_STEPS_BACK = (Fraction(0), Fraction(5), Fraction(30))
"""How much earlier it looks for a key frame when seeking landed too late."""


@dataclass(frozen=True, slots=True)
class _Shown:
    time: Fraction
    frame: VideoFrame


class FrameReader:
    """A film whose pictures can be asked for by time; close it.

    It keeps two decoded pictures, so its memory is flat. Asking in rising order costs one decoding per
    picture; going back costs a seek.

    Attributes:
        width: Pixels as shown: upright, square pixels.
        height: The same.
        has_alpha: Whether pictures may be transparent.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        size: tuple[int, int] | None = None,
        key_frames: bool = False,
        threads: int = 1,
        behind: int = 0,
        paint: Paint | None = None,
    ) -> None:
        """Open a film.

        Args:
            path: The file.
            size: Width and height of the pictures wanted, upright; None: as shown. They are scaled in the
                same pass as their colours are converted.
            key_frames: Whether to decode key frames alone: then the last key frame until a time is shown,
                which costs a hundredth for overviews.
            threads: How many decode pictures beside each other: a jump takes less time, for as much work.
            behind: How many pictures before the last one are kept decoded, for going back step by step.
            paint: See `to_bgra`.

        Raises:
            BrokenMedia: As `open_input` and `choose_film`; with code `nothing_decodes`.
        """
        self._path = path
        self._stack = ExitStack()
        self._scaler = VideoReformatter()
        self._paint = paint
        self._size = size
        self._key_frames = key_frames
        self._threads = threads
        self._leaves_out = True
        self._kept: deque[_Shown] = deque(maxlen=behind)
        self._pixels: tuple[Fraction, dict[tuple[int, int], Pixels]] = Fraction(-1), {}
        first = self._open()
        self._first = first.time
        self.width, self.height = upright_size(self._stream, first.frame)
        self.has_alpha = has_alpha(first.frame)

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        self._stack.close()

    def at(self, seconds: Fraction, size: tuple[int, int] | None = None) -> Pixels:
        """Return the picture that is shown at a time: the last one that appeared until then.

        Before the first picture that is the first, after the end the last.

        Args:
            seconds: On the container's timeline, whose zero is where players start.
            size: Width and height wanted, upright; None: the reader's.

        Returns:
            `(height, width, 4)` uint8, BGRA, premultiplied, upright. Do not change it: it is kept while it is
            shown.

        Raises:
            BrokenMedia: With code `nothing_decodes`, when nothing can be decoded there.
        """
        shown = self._find(seconds)
        if self._pixels[0] != shown.time:
            self._pixels = shown.time, {}
        known = self._pixels[1]
        wanted = size or self._size or upright_size(self._stream, shown.frame)
        if wanted not in known:
            known[wanted] = self._convert(shown.frame, wanted)
        return known[wanted]

    def time_at(self, seconds: Fraction) -> Fraction:
        """Return when the picture appeared that is shown at a time."""
        return self._find(seconds).time

    def distance(self, seconds: Fraction) -> Fraction | None:
        """Return how far ahead a time is of what is decoded; None: it would have to seek."""
        wanted = seconds + self._slack
        if self._is_near(wanted) or self._is_kept(wanted):
            return max(Fraction(0), wanted - self._current.time)
        return None

    def _open(self) -> _Shown:
        """Open the file and decode from its beginning; return its first picture."""
        self._stack.close()
        try:
            self._container = self._stack.enter_context(open_input(self._path))
            self._stream = choose_film(self._container)
            self._origin = origin(self._container)
            self._tick = self._stream.time_base or Fraction(1, 1000)
            # Time stamps are rounded to ticks: in Matroska, picture n of 30 a second may stand 0.5 ms late.
            self._slack = min(self._tick / 2, _MOST_SLACK)
            self._step = 1 / counted_rate(self._stream)
            self._is_counted = is_counted(self._container)
            self._decoder = open_decoder(self._stream, self._threads)
            if self._key_frames:
                self._decoder.skip_frame = "NONKEY"
            self._frames = self._decode()
            first = _required(next(self._frames, None))
        except BaseException:
            self._stack.close()
            raise
        self._take(first)
        return first

    def _find(self, seconds: Fraction) -> _Shown:
        """Return the picture of a time; unless it was kept, it is the current one then."""
        wanted = max(seconds + self._slack, self._first)
        if self._is_kept(wanted):
            return next(shown for shown in reversed(self._kept) if shown.time <= wanted)
        is_near = self._is_near(wanted)
        if not is_near:
            self._seek(wanted)
        while self._next is not None and self._next.time <= wanted:
            self._kept.append(self._current)
            self._take(self._next)
        if not is_near and self._leaves_out:
            self._kept.clear()  # there are gaps between them
        return self._current

    def _is_kept(self, wanted: Fraction) -> bool:
        return bool(self._kept) and self._kept[0].time <= wanted < self._current.time

    def _take(self, shown: _Shown) -> None:
        """Make a picture the current one, and decode the next."""
        self._current = shown
        self._next = next(self._frames, None)

    def _is_near(self, wanted: Fraction) -> bool:
        """Whether a time is reached by decoding on; the last picture lasts for ever."""
        if wanted < self._current.time:
            return wanted < self._first and self._current.time == self._first
        is_shown = self._next is None or self._next.time > wanted
        return is_shown or self._is_counted or wanted <= self._current.time + _JUMP

    def _seek(self, wanted: Fraction) -> None:
        # Who goes back a little will go on so: then all pictures are decoded, and kept.
        is_step = self._current.time - _STEP <= wanted < self._current.time
        self._leaves_out = not (self._kept.maxlen and is_step)
        self._kept.clear()
        for back in _STEPS_BACK:
            if self._is_counted or wanted - back <= self._first:
                break
            if self._start_at(wanted - back, wanted) and self._current.time <= wanted:
                return
        self._open()  # raw streams cannot even seek to their beginning

    def _start_at(self, seconds: Fraction, wanted: Fraction) -> bool:
        """Begin to decode at the key frame before a time, on the way to the picture that is wanted."""
        try:
            self._container.seek(int((seconds + self._origin) / self._tick), stream=self._stream)
        except av.error.FFmpegError:
            return False
        self._decoder.flush_buffers()
        self._frames = self._decode(wanted if self._leaves_out else None)
        first = next(self._frames, None)
        if first is None:
            return False
        self._take(first)
        return True

    def _decode(self, wanted: Fraction | None = None) -> Iterator[_Shown]:
        """Yield pictures in the order they are shown; a broken packet costs its pictures.

        Pictures before the wanted one that no other needs are left out: half of those of usual H.264.
        """
        packets = self._container.demux(self._stream)
        last: Fraction | None = None
        for packet, is_passed in self._marked(packets, wanted):
            if not self._key_frames:
                self._decoder.skip_frame = "NONREF" if is_passed else "DEFAULT"
            for frame in decode(self._decoder, packet):
                time = self._time(frame, last)
                if last is None or time > last:
                    last = time
                    yield _Shown(time, frame)

    def _marked(
        self, packets: Iterator[av.Packet[VideoStream]], wanted: Fraction | None
    ) -> Iterator[tuple[av.Packet[VideoStream] | None, bool]]:
        """Yield packets, None at the end, and whether each is shown before the picture of a time."""
        ahead: list[av.Packet[VideoStream]] = []
        if wanted is not None:
            limit = int((wanted + self._origin) / self._tick)
            for packet in _sound_packets(packets):
                ahead.append(packet)
                if packet.dts is None or packet.dts > limit or len(ahead) >= _MOST_AHEAD:
                    break
            stamps = [packet.pts for packet in ahead if packet.pts is not None and packet.pts <= limit]
            shown = max(stamps, default=limit)
            yield from ((packet, packet.pts is not None and packet.pts < shown) for packet in ahead)
        yield from ((packet, False) for packet in _sound_packets(packets))
        yield None, False

    def _time(self, frame: VideoFrame, last: Fraction | None) -> Fraction:
        if frame.pts is None or self._is_counted:
            return Fraction(0) if last is None else last + self._step
        return frame.pts * (frame.time_base or self._tick) - self._origin

    def _convert(self, frame: VideoFrame, size: tuple[int, int]) -> Pixels:
        turned = orientation_of(frame)
        width, height = turned.size(*size)
        colours = colours_of(frame)
        convert = None if colours is None else colours.convert
        pixels = to_bgra(self._scaler, frame, width, height, FILM, convert=convert, paint=self._paint)
        return pixels if turned == UPRIGHT else turned.turn(pixels)


def _required(shown: _Shown | None) -> _Shown:
    if shown is None:
        message = "No picture of the video can be decoded; export it again."
        raise BrokenMedia(message, code="nothing_decodes")
    return shown


def _sound_packets(packets: Iterator[av.Packet[VideoStream]]) -> Iterator[av.Packet[VideoStream]]:
    """Yield packets until the end, or until the container cannot be read further."""
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            return
        if packet is None or not packet.size:
            return
        yield packet
