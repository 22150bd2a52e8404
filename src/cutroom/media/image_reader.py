"""Still pictures: what they are by their headers, and their pixels, upright."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's stubs leave the parameter of Packet open.

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import av.error
from av import Packet, VideoFrame
from av.codec import Codec, CodecContext
from av.container import InputContainer
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from cutroom.base.errors import BrokenMedia
from cutroom.media.colour_profile import read_colour_profile
from cutroom.media.opening import MAX_PICTURE_PIXELS, open_input, read_head, too_large_picture
from cutroom.media.orientation import Orientation, of_degrees, of_picture
from cutroom.media.picture_chunks import find_colour_profile, find_jpeg_size
from cutroom.media.picture_header import StillImage, is_animated_webp, is_png, is_webp, read_picture_header
from cutroom.media.pixels import STILL, Paint, Pixels, premultiply, to_bgra

_JPEG = b"\xff\xd8\xff"
_FOR_ALPHA = 2
"""An AVIF picture with alpha has two streams; more are the tiles of a picture that is stored in parts."""


_DECODERS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (is_png, "png"),
    (is_webp, "webp"),
    (lambda head: head.startswith(_JPEG), "mjpeg"),
)
"""What is decoded without a container, which would decode it once more to find out its format."""


def look_at_image(path: str | Path) -> StillImage:
    """Look at a picture without decoding all of it.

    Raises:
        BrokenMedia: As `read_image`.
    """
    place = Path(path)
    head = _read_head(place)
    found = _read_header(place, head)
    if found is not None:
        turned = _orientation_of_file(place)
        return StillImage(*turned.size(found.width, found.height), found.has_alpha)
    with open_input(path) as container:
        streams = _choose(container)
        first = streams[0]
        context = first.codec_context
        may_be_clear = len(streams) == _FOR_ALPHA
        if context.format is not None:
            may_be_clear |= context.format.has_palette or any(c.is_alpha for c in context.format.components)
        turned = _orientation(Path(path), container, None)
        width, height = turned.size(first.width, first.height)
        if not width or not height:
            raise _undecodable()
        return StillImage(width, height, may_be_clear)


def read_image(
    path: str | Path, *, size: tuple[int, int] | None = None, paint: Paint | None = None
) -> Pixels:
    """Read a picture: JPEG, PNG, WebP, AVIF, BMP, TIFF, or the first of a GIF or an animation.

    Args:
        path: The file; its name plays no part.
        size: Width and height wanted, upright; None: its own.
        paint: See `to_bgra`.

    Returns:
        `(height, width, 4)` uint8, BGRA, premultiplied, upright by its EXIF orientation, in sRGB: a colour
        profile of a matrix and curves (Display P3, Adobe RGB, ...) is converted.

    Raises:
        BrokenMedia: As `open_input`; with code `no_picture`, `unknown_codec`, `too_large_picture` (before
            anything is decoded), `tiled_picture` or `nothing_decodes`.
    """
    place = Path(path)
    head = _read_head(place)
    decoder = next((name for is_it, name in _DECODERS if is_it(head)), None)
    if decoder is not None and (decoder != "mjpeg" or _read_header(place, head)):
        frame, turned = _decode_file(place, decoder), _orientation_of_file(place)
        return turned.turn(_convert(place, frame, turned, size, paint))
    with open_input(path) as container:
        streams = _choose(container)
        frame = _first_frame(container, streams[0])
        turned = _orientation(place, container, frame)
        pixels = _convert(place, frame, turned, size, paint)
    if len(streams) == _FOR_ALPHA:
        _add_alpha(path, pixels)
    return turned.turn(pixels)


def _convert(
    path: Path,
    frame: VideoFrame,
    turned: Orientation,
    size: tuple[int, int] | None,
    paint: Paint | None,
) -> Pixels:
    width, height = turned.size(*size) if size else (frame.width, frame.height)
    with path.open("rb") as file:
        profile = read_colour_profile(find_colour_profile(file))
    convert = None if profile is None else profile.convert
    return to_bgra(VideoReformatter(), frame, width, height, STILL, convert=convert, paint=paint)


def _read_head(path: Path) -> bytes:
    """Return the first bytes of a picture that is neither too large nor an animation that cannot be read."""
    head = read_head(path)
    found = _read_header(path, head)
    if found is not None and found.width * found.height > MAX_PICTURE_PIXELS:
        raise too_large_picture(found.width, found.height)
    if is_animated_webp(head):
        message = "The picture is an animated WebP, which cannot be read; save it as GIF, PNG or MP4."
        raise BrokenMedia(message, code="animated_webp")
    return head


def _read_header(path: Path, head: bytes) -> StillImage | None:
    """Return what a picture's own header says, as stored; None: only its decoder can tell."""
    if not head.startswith(_JPEG):
        return read_picture_header(head)
    with path.open("rb") as file:
        size = find_jpeg_size(file)
    return StillImage(*size, has_alpha=False) if size else None


def _decode_file(path: Path, decoder: str) -> VideoFrame:
    context = cast("VideoCodecContext", CodecContext.create(Codec(decoder, "r")))
    context.options = {"max_pixels": str(MAX_PICTURE_PIXELS)}
    context.thread_count = 1
    try:
        frames = [*context.decode(Packet(path.read_bytes())), *context.decode(None)]
    except (av.error.FFmpegError, ValueError) as error:
        raise _undecodable() from error
    if not frames:
        raise _undecodable()
    return frames[0]


def _choose(container: InputContainer) -> list[VideoStream]:
    """Return the picture's stream, and that of its alpha where it stands apart."""
    streams = sorted(container.streams.video, key=lambda s: bool(s.disposition & Disposition.attached_pic))
    if not streams:
        raise BrokenMedia("The file has no picture; choose an image.", code="no_picture")
    is_parts = _is_heif(container)
    if is_parts and len(streams) > _FOR_ALPHA:
        message = "The picture is stored in tiles, as phones do; save it as JPEG, PNG, WebP or AVIF."
        raise BrokenMedia(message, code="tiled_picture")
    for stream in streams:
        if stream.codec_context is None:  # pyright: ignore[reportUnnecessaryComparison] - None where FFmpeg has no decoder
            raise BrokenMedia("The picture's codec is not known; convert it.", code="unknown_codec")
        if stream.width * stream.height > MAX_PICTURE_PIXELS:
            raise too_large_picture(stream.width, stream.height)
        stream.codec_context.options = {"max_pixels": str(MAX_PICTURE_PIXELS)}
        stream.codec_context.thread_count = 1
    return streams if is_parts else streams[:1]


def _is_heif(container: InputContainer) -> bool:
    brand = container.metadata.get("major_brand", "").strip()
    return container.format.name.startswith("mov") and brand in {"avif", "avis", "mif1", "heic", "heix"}


def _first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    try:
        for packet in container.demux(stream):
            for frame in _decode(packet):
                return frame
    except av.error.FFmpegError as error:
        raise _undecodable() from error
    raise _undecodable()


def _decode(packet: Packet[VideoStream]) -> Iterator[VideoFrame]:
    try:
        yield from packet.decode()
    except (av.error.FFmpegError, ValueError):
        return


def _undecodable() -> BrokenMedia:
    return BrokenMedia("The picture cannot be decoded; export it again.", code="nothing_decodes")


def _orientation(path: Path, container: InputContainer, frame: VideoFrame | None) -> Orientation:
    """Return what makes the picture upright: EXIF, or in HEIF and AVIF the container's own turn."""
    if _is_heif(container):
        if frame is None:
            frame = _first_frame(container, container.streams.video[0])
        return of_degrees(frame.rotation)
    return _orientation_of_file(path)


def _orientation_of_file(path: Path) -> Orientation:
    with path.open("rb") as file:
        return of_picture(file)


def _add_alpha(path: str | Path, pixels: Pixels) -> None:
    """Read an AVIF's second stream, whose brightness is the picture's alpha, into `pixels`."""
    with open_input(path) as container:
        frame = _first_frame(container, _choose(container)[1])
        height, width = pixels.shape[:2]
        alpha = to_bgra(VideoReformatter(), frame, width, height, STILL)
    pixels[..., 3] = alpha[..., 1]
    premultiply(pixels)
