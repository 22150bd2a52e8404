"""A video with subtitles that a player can switch on and off; nothing is encoded again."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

import contextlib
import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import Any

import av
import av.error
from av import Packet
from av.container import InputContainer
from av.stream import Disposition, Stream

from cutroom.base.errors import Refused, Unsupported
from cutroom.media.closing import copying_to
from cutroom.media.language_codes import iso_639_2
from cutroom.media.mime import media_type
from cutroom.media.opening import MAX_STREAMS, open_input, read_head, too_many_streams
from cutroom.media.remux_plan import MIME_TYPES, MP4_PICTURES, SUFFIXES
from cutroom.media.stream_copy import StreamCopy, describe, family_of, has_codec, is_chapter_text
from cutroom.media.subtitle_packets import (
    TimedBytes,
    TimedText,
    subrip_packets,
    timed_text_header,
    timed_text_packets,
    webvtt_packets,
)

_CODECS = {"mp4": "mov_text", "mov": "mov_text", "matroska": "subrip", "webm": "webvtt"}
_TICKS = {"mov_text": Fraction(1, 120_000), "subrip": Fraction(1, 1000), "webvtt": Fraction(1, 1000)}
"""MP4: whole numbers of ticks per frame at 23.976 to 120 per second. Matroska counts milliseconds."""

_PACKETS = {"mov_text": timed_text_packets, "subrip": subrip_packets, "webvtt": webvtt_packets}
_MP4_SOUNDS = frozenset({"aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"})
_ENCODER_HEADER = b"[Script Info]\nScriptType: v4.00+\n"
"""What FFmpeg's encoder wants before it opens; the sample description is ours."""


@dataclass(frozen=True)
class SubtitleStream:
    """Subtitles to add.

    Attributes:
        cues: Start, end in seconds after the zero that players show, and text: lines separated by line
            feeds, with `<i>`, `<b>`, `<u>` and their ends as markup. Any order; they may overlap.
        language: A BCP 47 tag; "und" where it is not known.
        title: What players show in their menu; empty: the language alone.
        default: Whether players show it without being asked. Then no other subtitles are the default.
        forced: Whether it holds only what must be read even by those who understand the sound.
    """

    cues: Sequence[TimedText]
    language: str = "und"
    title: str = ""
    default: bool = False
    forced: bool = False


@dataclass(frozen=True)
class MuxedSubtitles:
    """What was made."""

    container: str
    mime_type: str
    suffix: str
    codec: str
    """Of the new subtitles: `mov_text`, `subrip` or `webvtt`."""
    reason: str | None
    """Why the container is not the source's, in one sentence."""
    dropped: tuple[str, ...]
    """Streams that the container cannot take."""


def mux_subtitles(
    video: str | Path,
    tracks: Sequence[SubtitleStream],
    target: str | Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> MuxedSubtitles:
    """Write `target`: `video` with subtitle streams added behind its own.

    Every packet of the other streams is copied, with chapters, tags, dispositions, rotation, attachments
    and delays. MP4 and QuickTime get styled text (3GPP TS 26.245), Matroska SubRip, WebM WebVTT; other
    containers become MP4 or Matroska. In MP4 overlapping cues are shown as one text while they overlap.

    Args:
        video: The source.
        tracks: At least one.
        target: Where to write; removed again after an error. Its name plays no part.
        progress: Called with 0..1, the share of the source's packets that are written.

    Raises:
        BrokenMedia: As `open_input`; `broken_timestamps` when the source's packets cannot be written.
        Refused: With code `no_video`, `no_subtitles` or `cue_too_long`.
        Unsupported: With code `no_container` when nothing can hold the streams.
        Unavailable: With code `disk_full`.
    """
    if not tracks:
        raise Refused(
            "There are no subtitles to put into the video; give at least one track.", code="no_subtitles"
        )
    place = Path(target)
    with open_input(video) as source:
        if not _has_picture(source):
            raise Refused("The file has no picture to show subtitles on; choose a video.", code="no_video")
        if len(source.streams) + len(tracks) > MAX_STREAMS:
            raise too_many_streams(len(source.streams) + len(tracks))
        job = _Muxing(source, tracks, place)
        with copying_to(place):
            plan = job.open(read_head(Path(video)))
            with job.streams.output:
                job.write(progress or (lambda _: None))
    container = plan.container
    return MuxedSubtitles(
        container,
        MIME_TYPES[container],
        SUFFIXES[container],
        _CODECS[container],
        plan.reason,
        tuple(job.dropped),
    )


def _has_picture(source: InputContainer) -> bool:
    return any(not s.disposition & Disposition.attached_pic for s in source.streams.video)


@dataclass(frozen=True)
class _Plan:
    """A container to try."""

    container: str
    keeps_data: bool = True
    """Whether data streams go along."""
    reason: str | None = None


def _plans(source: InputContainer, mime_type: str) -> Iterator[_Plan]:
    """Yield what to try, best first: the source's own container, then MP4 or Matroska with a reason."""
    names = {mime: name for name, mime in MIME_TYPES.items() if name in _CODECS} | {"video/3gpp": "mp4"}
    native = names.get(mime_type)
    if native:
        yield _Plan(native)
        yield _Plan(native, keeps_data=False)
        yield _Plan("matroska", keeps_data=False, reason=f"{native} cannot hold all streams of the source.")
        return
    reason = f"{mime_type.partition('/')[2]} cannot hold text subtitles."
    if _fits_mp4(source):
        yield _Plan("mp4", keeps_data=False, reason=reason)
    yield _Plan("matroska", keeps_data=False, reason=reason)


def _fits_mp4(source: InputContainer) -> bool:
    """Whether MP4 can hold all streams but data."""
    pictures = {family_of(stream) for stream in source.streams.video}
    sounds = {family_of(stream) for stream in source.streams.audio}
    return pictures <= MP4_PICTURES and sounds <= _MP4_SOUNDS and not source.streams.subtitles


class _Muxing:
    def __init__(self, source: InputContainer, tracks: Sequence[SubtitleStream], target: Path) -> None:
        self._source = source
        self._tracks = tracks
        self._target = target
        self._texts: list[Stream] = []
        self._codec = ""
        self.streams: StreamCopy
        self.dropped: list[str] = []

    def open(self, head: bytes) -> _Plan:
        """Begin the target in the first container that takes all streams."""
        family = self._source.format.name.partition(",")[0]
        brand = self._source.metadata.get("major_brand", "")
        for plan in _plans(self._source, media_type(family, brand, head, has_picture=True)):
            if self._try(plan):
                return plan
        raise Unsupported(
            "No container can hold the streams of this file with subtitles.", code="no_container"
        )

    def _try(self, plan: _Plan) -> bool:
        self.streams = StreamCopy(self._source, self._target, plan.container)
        try:
            self._add_streams(plan)
            self.streams.begin()
        except (av.error.FFmpegError, ValueError):
            with contextlib.suppress(av.error.FFmpegError):
                self.streams.output.close()
            self._target.unlink(missing_ok=True)
            return False
        return True

    def _add_streams(self, plan: _Plan) -> None:
        self.dropped.clear()
        self._texts.clear()
        has_default = any(track.default for track in self._tracks)
        for stream in self._source.streams:
            if not self._is_kept(stream, plan):
                self.dropped.append(describe(stream))
                continue
            copy = self.streams.add(stream)
            if stream.type == "subtitle" and has_default:
                copy.disposition = Disposition(copy.disposition & ~Disposition.default)
        self._texts += [self._add_text(track, plan.container) for track in self._tracks]

    def _is_kept(self, stream: Stream, plan: _Plan) -> bool:
        if stream.type == "attachment":
            return plan.container == "matroska"
        if stream.type == "data":
            return plan.keeps_data and not is_chapter_text(stream, self._source)
        return stream.type != "subtitle" or has_codec(stream)

    def _add_text(self, track: SubtitleStream, container: str) -> Stream:
        self._codec = codec = _CODECS[container]
        if codec == "mov_text":
            coded = self.streams.output.add_stream("mov_text")
            coded.codec_context.subtitle_header = _ENCODER_HEADER
            coded.codec_context.time_base = _TICKS[codec]
            coded.codec_context.open()
            coded.codec_context.extradata = timed_text_header(forced=track.forced)
            stream: Stream = coded
        else:
            stream = self.streams.output.add_mux_stream(codec)
        stream.time_base = _TICKS[codec]
        stream.metadata["language"] = iso_639_2(track.language, container)
        if track.title:
            stream.metadata["title"] = track.title
            if codec == "mov_text":
                stream.metadata["handler_name"] = track.title  # what VLC shows
        flags = Disposition.default if track.default else Disposition(0)
        stream.disposition = flags | Disposition.forced if track.forced else flags
        return stream

    def write(self, progress: Callable[[float], None]) -> None:
        """Copy the packets, each text beside what is decoded at its time."""
        length = Fraction(self._source.duration or 0, av.time_base)
        texts = deque(self._text_packets())
        for time, packet in self.streams.packets():
            while texts and texts[0][0] <= time:
                self.streams.output.mux(texts.popleft()[1])
            self.streams.output.mux(packet)
            if length:
                progress(min(1.0, max(0.0, float(time / length))))
        for _, packet in texts:
            self.streams.output.mux(packet)
        progress(1.0)

    def _text_packets(self) -> Iterator[tuple[Fraction, Packet[Any]]]:
        """Yield the packets of all new streams in the order of their times."""
        tick = _TICKS[self._codec]
        contents = [_PACKETS[self._codec](track.cues, tick) for track in self._tracks]
        queues = [zip(each, repeat(stream)) for each, stream in zip(contents, self._texts, strict=True)]
        for content, stream in heapq.merge(*queues, key=lambda entry: entry[0].start):
            yield content.start * tick, _packet(content, stream, tick)


def _packet(content: TimedBytes, stream: Stream, tick: Fraction) -> Packet[Any]:
    packet: Packet[Any] = Packet(content.content)
    packet.time_base = tick
    packet.pts = packet.dts = content.start
    packet.duration = content.duration
    packet.is_keyframe = True
    packet.stream = stream
    return packet
