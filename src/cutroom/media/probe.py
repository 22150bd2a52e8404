"""What a file is and holds, decided from its content alone; broken files are named in one sentence."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs leave the parameter of Packet open.

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av.error
from av import VideoFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from cutroom.base.errors import BrokenMedia
from cutroom.media.mime import Kind, image_type, media_type, subtitles_by_format
from cutroom.media.opening import (
    MAX_PICTURE_PIXELS,
    MAX_STREAMS,
    open_input,
    origin,
    read_head,
    too_large_picture,
    too_many_streams,
)
from cutroom.media.samples import DEFAULT_LAYOUTS
from cutroom.media.sniff import document_type, subtitles_type
from cutroom.media.truncation import is_cut_off

_PROBED_PACKETS = 500
"""Packets read until each sound and picture has shown that it decodes."""


@dataclass(frozen=True)
class ProbedStream:
    """One stream as the container describes it."""

    index: int
    type: str
    """`video`, `audio`, `subtitle`, `data`, `attachment`."""
    codec: str | None
    language: str | None = None
    title: str | None = None
    is_default: bool = False
    is_cover: bool = False
    """A picture of an album, not a video."""
    start: Fraction | None = None
    """Seconds on the container's timeline."""
    duration: Fraction | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: Fraction | None = None
    sample_rate: int | None = None
    channels: int | None = None
    layout: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the stream for the API, without what is not known."""
        fields: dict[str, Any] = {
            "index": self.index,
            "type": self.type,
            "codec": self.codec,
            "language": self.language,
            "title": self.title,
            "isDefault": self.is_default,
            "isCover": self.is_cover or None,
            "width": self.width,
            "height": self.height,
            "frameRate": _number(self.frame_rate),
            "sampleRate": self.sample_rate,
            "channels": self.channels,
            "layout": self.layout,
            "duration": _number(self.duration),
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True)
class MediaFile:
    """What `probe` found."""

    kind: Kind
    mime_type: str
    container: str
    """FFmpeg's short name of the format, `mov`, `matroska`, ...; `text` or `document` for other files."""
    duration: Fraction | None = None
    """Seconds; None for still pictures, documents and subtitles."""
    rotation: int = 0
    """Degrees clockwise by which players turn the picture: 0, 90, 180 or 270."""
    streams: tuple[ProbedStream, ...] = ()

    @property
    def video(self) -> ProbedStream | None:
        """The first stream of moving or still pictures that is no cover."""
        return next((s for s in self.streams if s.type == "video" and not s.is_cover), None)

    @property
    def audio(self) -> ProbedStream | None:
        """The first stream of sound."""
        return next((s for s in self.streams if s.type == "audio"), None)

    @property
    def has_audio(self) -> bool:
        """Whether there is sound."""
        return self.audio is not None

    def to_json(self) -> dict[str, Any]:
        """Return the API's `media` object; width and height are those that are shown, after rotation."""
        video, audio = self.video, self.audio
        is_turned = self.rotation % 180 == 90  # noqa: PLR2004 - degrees
        width, height = (video.width, video.height) if video else (None, None)
        fields: dict[str, Any] = {
            "container": self.container,
            "duration": _number(self.duration),
            "width": height if is_turned else width,
            "height": width if is_turned else height,
            "frameRate": _number(video.frame_rate) if video and self.kind == "video" else None,
            "rotation": self.rotation if video else None,
            "hasAudio": self.has_audio,
            "channels": audio.channels if audio else None,
            "layout": audio.layout if audio else None,
            "sampleRate": audio.sample_rate if audio else None,
            "codecs": [s.codec for s in self.streams if s.codec and s.type in {"video", "audio", "subtitle"}],
            "streams": [stream.to_json() for stream in self.streams],
        }
        return {name: value for name, value in fields.items() if value is not None}


def probe(path: str | Path, *, max_seconds: float | None = None) -> MediaFile:
    """Look at a file: open it, read its headers, decode one frame of each kind.

    Args:
        path: The file; its name plays no part.
        max_seconds: Longest duration accepted; None: any.

    Raises:
        BrokenMedia: With code `empty_file`, `not_media`, `playlist`, `truncated_media`, `zero_duration`,
            `too_long`, `too_many_streams`, `too_large_picture`, `unknown_codec` or `nothing_decodes`.
        FileNotFoundError: When there is no file.
    """
    place = Path(path)
    head = read_head(place)
    text_type = subtitles_type(head)
    if text_type:
        return MediaFile("subtitles", text_type, "text")
    document = document_type(head)
    if document:
        return MediaFile("document", document, "document")
    with open_input(place) as container:
        found = _describe(container, head)
        if found.kind in {"audio", "video"}:
            if is_cut_off(place, head):
                message = (
                    "The file ends before its own end, as after a broken upload; upload the complete file."
                )
                raise BrokenMedia(message, code="truncated_media")
            _check_duration(found, max_seconds)
    return found


def _describe(container: InputContainer, head: bytes) -> MediaFile:
    if len(container.streams) > MAX_STREAMS:
        raise too_many_streams(len(container.streams))
    family = container.format.name.partition(",")[0]
    brand = container.metadata.get("major_brand", "")
    zero = origin(container)
    streams = tuple(_stream(stream, zero) for stream in container.streams)
    _check_pictures(streams)
    has_picture = any(s.type == "video" and not s.is_cover for s in streams)
    has_sound = any(s.type == "audio" for s in streams)
    image = image_type(family, brand)
    if image and has_picture:
        rotation = _decode_some(container)
        return MediaFile("image", image, family, None, rotation, streams)
    if not has_picture and not has_sound:
        if any(s.type == "subtitle" for s in streams):
            return MediaFile("subtitles", subtitles_by_format(family), family, None, 0, streams)
        message = "The file holds neither sound nor pictures; choose an audio, video or picture file."
        raise BrokenMedia(message, code="not_media")
    duration = _duration(container)
    if duration is None or duration <= 0:
        message = "The file has no content: its duration is 0; export it again."
        raise BrokenMedia(message, code="zero_duration")
    rotation = _decode_some(container)
    kind = "video" if has_picture else "audio"
    return MediaFile(
        kind, media_type(family, brand, head, has_picture=has_picture), family, duration, rotation, streams
    )


def _stream(stream: Stream, zero: Fraction) -> ProbedStream:
    tick = stream.time_base
    start = stream.start_time * tick - zero if stream.start_time is not None and tick is not None else None
    duration = stream.duration * tick if stream.duration and tick is not None else None
    found = ProbedStream(
        index=stream.index,
        type=stream.type,
        codec=_codec_name(stream),
        language=None if stream.language == "und" else stream.language,
        title=stream.metadata.get("title"),
        is_default=bool(stream.disposition & Disposition.default),
        is_cover=bool(stream.disposition & Disposition.attached_pic),
        start=start,
        duration=duration,
    )
    if isinstance(stream, VideoStream) and _has_decoder(stream):
        rate = stream.average_rate or stream.guessed_rate
        return replace(found, width=stream.width, height=stream.height, frame_rate=rate)
    if isinstance(stream, AudioStream) and _has_decoder(stream):
        layout = stream.layout.name
        layout = DEFAULT_LAYOUTS.get(stream.channels, layout) if layout.endswith("channels") else layout
        return replace(found, sample_rate=stream.rate, channels=stream.channels, layout=layout)
    return found


def _has_decoder(stream: Stream) -> bool:
    return stream.codec_context is not None  # pyright: ignore[reportUnnecessaryComparison] - None where FFmpeg has no decoder


def _codec_name(stream: Stream) -> str | None:
    if not _has_decoder(stream):
        return stream.name if stream.type == "data" else None
    # The decoder's name may be a library's (libdav1d); the codec's is what people know.
    return stream.codec_context.codec.canonical_name


def _check_pictures(streams: tuple[ProbedStream, ...]) -> None:
    for stream in streams:
        if stream.width and stream.height and stream.width * stream.height > MAX_PICTURE_PIXELS:
            raise too_large_picture(stream.width, stream.height)


def _check_duration(found: MediaFile, max_seconds: float | None) -> None:
    if max_seconds is not None and found.duration is not None and found.duration > max_seconds:
        hours = float(found.duration) / 3600
        message = f"The file is {hours:.1f} hours long; at most {max_seconds / 3600:.3g} hours are accepted."
        raise BrokenMedia(message, code="too_long", details={"limitSeconds": max_seconds})


def _duration(container: InputContainer) -> Fraction | None:
    """Return how long the container is, by its header or else by the time stamps of all its packets."""
    if container.duration:
        return Fraction(container.duration, av.time_base)
    end = Fraction(0)
    begin: Fraction | None = None
    with contextlib.suppress(av.error.FFmpegError):  # what was read before counts
        for packet in container.demux():
            if packet.pts is None or not packet.size:
                continue
            time = packet.pts * packet.time_base
            begin = time if begin is None else min(begin, time)
            end = max(end, time + (packet.duration or 0) * packet.time_base)
    if begin is None:
        return None
    with contextlib.suppress(av.error.FFmpegError):  # then nothing decodes, which is said elsewhere
        container.seek(0)
    return end - begin


def _decode_some(container: InputContainer) -> int:
    """Decode a first frame of the first sound and picture; return the picture's rotation.

    Raises:
        BrokenMedia: With code `nothing_decodes` or `unknown_codec`.
    """
    wanted = [s for s in (_first_picture(container), _first_sound(container)) if s is not None]
    known = [s for s in wanted if _has_decoder(s)]
    if not known:
        raise BrokenMedia(
            "The codecs of the file are not known to this FFmpeg; convert it.", code="unknown_codec"
        )
    missing = {stream.index for stream in known}
    rotation = 0
    seen = 0
    try:
        for packet in container.demux(known):
            seen += 1
            if packet.stream_index in missing:
                frames = _try_decode(packet)
                rotation = next((_rotation(f) for f in frames if isinstance(f, VideoFrame)), rotation)
                missing -= {packet.stream_index} if frames else set()
            if not missing or seen >= _PROBED_PACKETS:
                break
    except av.error.FFmpegError:
        pass  # what decoded before counts
    if len(missing) == len(known):
        raise BrokenMedia("Nothing in the file can be decoded; export it again.", code="nothing_decodes")
    return rotation


def _try_decode(packet: Any) -> list[Any]:
    try:
        return packet.decode()
    except (av.error.FFmpegError, ValueError):
        return []


def _rotation(frame: VideoFrame) -> int:
    """Return the clockwise turn; libavutil counts anticlockwise (`av_display_rotation_get`)."""
    return round(-frame.rotation / 90) % 4 * 90


def _first_picture(container: InputContainer) -> Stream | None:
    return next((s for s in container.streams.video if not s.disposition & Disposition.attached_pic), None)


def _first_sound(container: InputContainer) -> Stream | None:
    return next(iter(container.streams.audio), None)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 3)
