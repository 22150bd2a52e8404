"""A video with another picture, as with subtitles burnt in: sound and everything else copied bit for bit."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
from av import Packet
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from cutroom.base.errors import Refused, Unsupported
from cutroom.media.closing import copying_to
from cutroom.media.mime import media_type
from cutroom.media.opening import open_input, read_head
from cutroom.media.remux_plan import MIME_TYPES, SUFFIXES
from cutroom.media.stream_copy import StreamCopy, describe, has_codec, is_chapter_text


@dataclass(frozen=True)
class ReplacedPicture:
    """What was made."""

    container: str
    mime_type: str
    suffix: str
    reason: str | None
    """Why the container is not the source's, in one sentence."""
    dropped: tuple[str, ...]
    """Streams that the container cannot take."""


@dataclass(frozen=True)
class _Plan:
    container: str
    keeps_data: bool = True
    keeps_subtitles: bool = True
    reason: str | None = None


def replace_picture(
    source: str | Path,
    film: str | Path,
    target: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> ReplacedPicture:
    """Write `target`: `source` with the picture of `film`, whose zero belongs to the source's zero.

    Sound, subtitles, data, chapters, tags and dispositions are copied; the new picture is upright, so that
    the old one's rotation is left out with it, and so are covers.

    Args:
        source: The video whose sound and everything else is kept.
        film: A file with the new picture; its sound plays no part.
        target: Where to write; removed again after an error. Its name plays no part.
        progress: Called with 0..1, the share of the packets that are written.

    Raises:
        BrokenMedia: As `open_input`; `broken_timestamps` when packets of the source cannot be written.
        Refused: With code `no_video` when the film has no picture.
        Unsupported: With code `no_container` when nothing can hold the streams.
        Unavailable: With code `disk_full`.
    """
    place = Path(target)
    with open_input(source) as old, open_input(film) as new:
        if not new.streams.video:
            raise Refused("The film has no picture to put into the video.", code="no_video")
        job = _Replacement(old, new.streams.video[0], new, place)
        with copying_to(place):
            plan = job.open(read_head(Path(source)))
            with job.copy.output:
                job.write(progress or (lambda _: None))
    container = plan.container
    return ReplacedPicture(
        container, MIME_TYPES[container], SUFFIXES[container], plan.reason, tuple(job.dropped)
    )


class _Replacement:
    def __init__(
        self, source: InputContainer, picture: VideoStream, film: InputContainer, target: Path
    ) -> None:
        self._source = source
        self._picture = picture
        self._film = film
        self._target = target
        self._new: VideoStream
        self.copy: StreamCopy
        self.dropped: list[str] = []

    def open(self, head: bytes) -> _Plan:
        """Begin the target in the first container that takes all streams."""
        family = self._source.format.name.partition(",")[0]
        brand = self._source.metadata.get("major_brand", "")
        mime_type = media_type(family, brand, head, has_picture=True)
        for plan in _plans(mime_type):
            if self._try(plan):
                return plan
        message = "No container can hold the streams of this file together with a new picture."
        raise Unsupported(message, code="no_container")

    def _try(self, plan: _Plan) -> bool:
        self.copy = StreamCopy(self._source, self._target, plan.container)
        try:
            self._add_streams(plan)
            self.copy.begin()
        except (av.error.FFmpegError, ValueError):
            with contextlib.suppress(av.error.FFmpegError):
                self.copy.output.close()
            self._target.unlink(missing_ok=True)
            return False
        return True

    def _add_streams(self, plan: _Plan) -> None:
        self.dropped.clear()
        self._new = self.copy.output.add_stream_from_template(self._picture, opaque=True)
        with contextlib.suppress(AttributeError, ValueError):
            if plan.container in {"mp4", "mov"}:  # hvc1 and hev1 differ for players
                self._new.codec_context.codec_tag = self._picture.codec_context.codec_tag
        if self._picture.average_rate:
            self._new.codec_context.framerate = self._picture.average_rate
        self._new.disposition = Disposition.default
        for stream in self._source.streams:
            if stream.type == "video":
                continue
            if self._is_kept(stream, plan):
                self.copy.add(stream)
            else:
                self.dropped.append(describe(stream))

    def _is_kept(self, stream: Stream, plan: _Plan) -> bool:
        if stream.type == "attachment":
            return plan.container == "matroska"
        if stream.type == "subtitle":
            return plan.keeps_subtitles and has_codec(stream)
        if stream.type == "data":
            return plan.keeps_data and not is_chapter_text(stream, self._source)
        return stream.type == "audio"

    def write(self, progress: Callable[[float], None]) -> None:
        """Copy the packets of both files in the order of their times."""
        length = Fraction(self._film.duration or 0, av.time_base)
        merged = heapq.merge(self._pictures(), self._others(), key=lambda pair: pair[0])
        for time, packet in merged:
            self.copy.output.mux(packet)
            if length:
                progress(min(1.0, max(0.0, float(time / length))))
        progress(1.0)

    def _pictures(self) -> Iterator[tuple[Fraction, Packet[Any]]]:
        for packet in self._film.demux(self._picture):
            if not packet.size:
                continue
            stamp = packet.dts if packet.dts is not None else packet.pts
            packet.stream = self._new
            yield (stamp or 0) * packet.time_base, packet

    def _others(self) -> Iterator[tuple[Fraction, Packet[Any]]]:
        # A source without anything but its picture has nothing to copy.
        if any(stream.type != "video" for stream in self._source.streams):
            yield from self.copy.packets()


def _plans(mime_type: str) -> Iterator[_Plan]:
    """Yield what to try, best first: the source's own container, then MP4 and Matroska with a reason."""
    native = next((name for name, mime in MIME_TYPES.items() if mime == mime_type), None)
    if native is not None:
        yield _Plan(native)
        yield _Plan(native, keeps_data=False)
        reason = f"{native} cannot hold the new picture with all streams of the source."
    else:
        reason = f"{mime_type.partition('/')[2]} cannot hold the new picture."
        yield _Plan("mp4", keeps_data=False, reason=reason)
    yield _Plan("matroska", keeps_data=False, reason=reason)
    yield _Plan("matroska", keeps_data=False, keeps_subtitles=False, reason=reason)
