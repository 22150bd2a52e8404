"""One good picture of a video: not black, upright, small."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's stubs leave the parameter of Packet open.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from av import CodecContext, VideoFrame
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

from cutroom.base.errors import BrokenMedia
from cutroom.media.opening import MAX_PICTURE_PIXELS, open_input, too_large_picture

DEFAULT_WIDTH = 640
_SHARES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(0))
"""Where to look, as shares of the duration; the beginning comes last because it is often black."""

_CONTRAST = 18.0
"""Standard deviation of the luma (0..255) from which a picture counts as one: black and plain title
backgrounds stay under 10, dim night scenes reach 20."""

_PACKETS_PER_PLACE = 300
_QUALITY = "80"

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Poster:
    """What was written."""

    width: int
    height: int
    seconds: float
    """Where in the video the picture stands."""
    mime_type: str = "image/webp"


def make_poster(path: str | Path, target: str | Path, *, width: int = DEFAULT_WIDTH) -> Poster:
    """Write a WebP picture of a video, of a still picture or of an album's cover.

    The first of five places whose picture has contrast is taken, else the one with the most; so the
    choice is the same each time. It is turned upright, stretched to square pixels, at most `width`
    pixels wide, never enlarged; what is transparent becomes white.

    Raises:
        BrokenMedia: As `open_input`; with code `no_picture`, `too_large_picture` or `nothing_decodes`.
    """
    with open_input(path) as container:
        stream = _choose(container)
        best: tuple[float, VideoFrame] | None = None
        for frame in _candidates(container, stream):
            contrast = _contrast(frame)
            if best is None or contrast > best[0]:
                best = (contrast, frame)
            if contrast >= _CONTRAST:
                break
        if best is None:
            raise BrokenMedia(
                "No picture in the file can be decoded; export it again.", code="nothing_decodes"
            )
        pixels = _prepare(best[1], stream, width)
        seconds = best[1].time or 0.0
    Path(target).write_bytes(_encode(pixels))
    return Poster(pixels.shape[1], pixels.shape[0], seconds)


def _choose(container: InputContainer) -> VideoStream:
    streams = sorted(container.streams.video, key=lambda s: bool(s.disposition & Disposition.attached_pic))
    if not streams:
        raise BrokenMedia("The file has no picture; choose a video or an image.", code="no_picture")
    stream = streams[0]
    if stream.codec_context is None:  # pyright: ignore[reportUnnecessaryComparison] - None where FFmpeg has no decoder
        raise BrokenMedia(
            "The picture's codec is not known to this FFmpeg; convert it.", code="unknown_codec"
        )
    if stream.width * stream.height > MAX_PICTURE_PIXELS:
        raise too_large_picture(stream.width, stream.height)
    stream.codec_context.options = {"max_pixels": str(MAX_PICTURE_PIXELS)}
    stream.codec_context.thread_count = 1
    return stream


def _candidates(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield one decoded frame per place; a file that cannot seek gives its first frames."""
    duration = Fraction(container.duration or 0, av.time_base)
    is_single = duration <= 0 or bool(stream.disposition & Disposition.attached_pic)
    start = (stream.start_time or 0) * (stream.time_base or Fraction(0))
    for share in (Fraction(0),) if is_single else _SHARES:
        if not is_single and stream.time_base:
            try:
                container.seek(int((start + share * duration) / stream.time_base), stream=stream)
            except av.error.FFmpegError:
                continue
        frame = _first_frame(container, stream)
        if frame is not None:
            yield frame


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    seen = 0
    try:
        for packet in container.demux(stream):
            seen += 1
            for frame in _decode(packet):
                return frame
            if seen >= _PACKETS_PER_PLACE:
                return None
    except av.error.FFmpegError:
        return None
    return None


def _decode(packet: Any) -> list[VideoFrame]:
    try:
        return packet.decode()
    except (av.error.FFmpegError, ValueError):
        return []


def _contrast(frame: VideoFrame) -> float:
    small = frame.reformat(width=64, height=64, format="gray").to_ndarray()
    return float(small.std())


def _prepare(frame: VideoFrame, stream: VideoStream, width: int) -> Pixels:
    """Scale to square pixels within `width` after turning, put over white, turn upright."""
    turns = round(frame.rotation / 90) % 4
    ratio = stream.sample_aspect_ratio or Fraction(1)
    shown = (max(1, round(frame.width * ratio)), frame.height)
    limit = shown[1] if turns % 2 else shown[0]
    scale = min(Fraction(1), Fraction(width, limit))
    size = [max(2, round(side * scale / 2) * 2) for side in shown]
    rgba = frame.reformat(width=size[0], height=size[1], format="rgba", interpolation="AREA").to_ndarray()
    alpha = rgba[..., 3:].astype(np.uint16)
    blended = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    # libavutil's rotation and numpy's rot90 both count anticlockwise.
    return np.ascontiguousarray(np.rot90(blended.astype(np.uint8), turns))


def _encode(pixels: Pixels) -> bytes:
    context = CodecContext.create("libwebp", "w")
    context.width = pixels.shape[1]
    context.height = pixels.shape[0]
    context.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, 25)
    context.thread_count = 1
    context.options = {"quality": _QUALITY, "flags": "+bitexact"}
    frame = VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
