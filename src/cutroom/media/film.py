"""A film's stream of pictures as it is shown: which decoder, how large, turned how."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's stubs leave the parameter of Packet open.

from __future__ import annotations

from fractions import Fraction

import av.error
from av import VideoFrame
from av.codec import Codec, CodecContext
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from cutroom.base.errors import BrokenMedia
from cutroom.media.frame_rate import standard_rate
from cutroom.media.opening import MAX_PICTURE_PIXELS, too_large_picture
from cutroom.media.orientation import Orientation, of_degrees, of_matrix

_ALPHA_DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
"""FFmpeg's own decoders of these drop the alpha that WebM carries beside each frame."""

_WIDEST_PIXEL = 16
"""Pixels that claim to be wider or higher than this times the other side are taken as square."""


_WITHOUT_STAMPS = frozenset({"avi", "h264", "hevc", "m4v", "mpegvideo", "obu"})
"""Formats whose pictures carry no time at which they are shown, only an order: they are counted."""


def is_counted(container: InputContainer) -> bool:
    """Say whether a film's pictures have no times of their own: then picture n is shown at n / rate."""
    return container.format.name.partition(",")[0] in _WITHOUT_STAMPS


def counted_rate(stream: VideoStream) -> Fraction:
    """Return the rate of a film whose pictures are counted."""
    return standard_rate(stream.average_rate or stream.guessed_rate) or Fraction(25)


def choose_film(container: InputContainer) -> VideoStream:
    """Return the stream of moving pictures; nothing else of the file is read from then on.

    Raises:
        BrokenMedia: With code `no_picture`, `unknown_codec` or `too_large_picture`.
    """
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise BrokenMedia("The file has no moving picture; choose a video.", code="no_picture")
    stream = streams[0]
    if stream.codec_context is None:  # pyright: ignore[reportUnnecessaryComparison] - None where FFmpeg has no decoder
        message = "The picture's codec is not known to this FFmpeg; convert it."
        raise BrokenMedia(message, code="unknown_codec")
    if stream.width * stream.height > MAX_PICTURE_PIXELS:
        raise too_large_picture(stream.width, stream.height)
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    return stream


def open_decoder(stream: VideoStream, threads: int = 1) -> VideoCodecContext:
    """Return the decoder of a stream, that keeps alpha."""
    context = stream.codec_context
    name = _ALPHA_DECODERS.get(context.name)
    has_alpha = any(key.lower() == "alpha_mode" and value == "1" for key, value in stream.metadata.items())
    if name and has_alpha and name in av.codecs_available:
        own = CodecContext.create(Codec(name, "r"))
        own.extradata = context.extradata
        context = own
    context.options = {"max_pixels": str(MAX_PICTURE_PIXELS)}
    context.thread_count = threads
    context.thread_type = "FRAME"
    return context  # pyright: ignore[reportReturnType] - a video codec's context is one


def decode(decoder: VideoCodecContext, packet: av.Packet[VideoStream] | None) -> list[VideoFrame]:
    """Decode a packet, or what is left (None); what is broken gives no frame."""
    try:
        return [frame for frame in decoder.decode(packet) if not frame.is_corrupt]
    except (av.error.FFmpegError, ValueError):
        return []


def orientation_of(frame: VideoFrame) -> Orientation:
    """Return what makes a frame upright."""
    try:
        matrix = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV 18 does not know every kind of side data
        return of_degrees(frame.rotation)
    return Orientation() if matrix is None else of_matrix(bytes(matrix))


def upright_size(stream: VideoStream, frame: VideoFrame) -> tuple[int, int]:
    """Return width and height as they are shown: upright, with square pixels, never smaller than stored."""
    ratio = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, _WIDEST_PIXEL) <= ratio <= _WIDEST_PIXEL:
        ratio = Fraction(1)
    if ratio >= 1:
        size = round(frame.width * ratio), frame.height
    else:
        size = frame.width, round(frame.height / ratio)
    return orientation_of(frame).size(*size)
