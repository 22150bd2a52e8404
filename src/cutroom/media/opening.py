"""The one way to open a file from outside: by descriptor, known formats only, no references followed."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import av.error
import av.logging
from av.container import InputContainer

from cutroom.base.errors import BrokenMedia
from cutroom.media.sniff import HEAD_BYTES, picture_size, refuse_playlists
from cutroom.media.truncation import is_cut_off

MAX_STREAMS = 64
"""More streams than this make a demuxer slow and its memory large; real files have under 20."""

MAX_PICTURE_PIXELS = 120_000_000
"""Larger pictures are refused before a decoder allocates for them; 8K video has 33 million pixels, the
largest phone photographs have 108."""

DEMUXERS = (
    "mov,matroska,avi,flv,live_flv,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,ivf,asf,asf_o,mxf,gxf,dv,nut,rm,"
    "ogg,wav,w64,aiff,flac,mp3,aac,loas,ac3,eac3,dts,truehd,caf,au,amr,amrnb,amrwb,ape,wv,tta,mpc,mpc8,voc,qoa,"
    "gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,jpegxl_pipe,jpegxl_anim,qoi_pipe,ppm_pipe,"
    "srt,webvtt,ass"
)
"""Formats that hold their own bytes. Left out on purpose: every format that names other files (hls, dash,
concat, image2, sdp, vobsub, imf), every network, device and text-art format."""

_CODEC_OPTIONS = {"max_pixels": str(MAX_PICTURE_PIXELS)}

_TIMELINES_FROM_ZERO = frozenset({"mov", "matroska"})
_LATE_START_SECONDS = 10


def _options(descriptor: int) -> dict[str, str]:
    return {
        "fd": str(descriptor),
        "protocol_whitelist": "fd",
        "format_whitelist": DEMUXERS,
        "enable_drefs": "0",
    }


@contextmanager
def open_input(path: str | Path) -> Generator[InputContainer]:
    """Open a file for demuxing and close it at the end of the block.

    The library gets a descriptor and the protocol `fd` alone, so it cannot open anything else, not
    even when a demuxer would like to; and the file's name plays no part in recognising the format.

    Raises:
        BrokenMedia: With code `empty_file`, `playlist`, `truncated_media`, `too_many_streams` or
            `not_media`.
        FileNotFoundError: When there is no file.
    """
    place = Path(path)
    container = _open(place, read_head(place))
    try:
        yield container
    finally:
        container.close()


def read_head(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises:
        BrokenMedia: With code `empty_file` or `playlist`.
        FileNotFoundError: When there is no file.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise BrokenMedia("The file is empty; upload it again.", code="empty_file")
    refuse_playlists(head)
    size = picture_size(head)
    if size and size[0] * size[1] > MAX_PICTURE_PIXELS:
        raise too_large_picture(*size)
    return head


def _open(path: Path, head: bytes) -> InputContainer:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # A clone of the descriptor shares its offset, so it is never used for anything else.
        return av.open(
            "fd:", container_options=_options(descriptor), options=_CODEC_OPTIONS, metadata_errors="replace"
        )
    except av.error.FFmpegError as error:
        raise _explain(error, path, head) from error
    except (UnicodeError, ValueError) as error:
        raise BrokenMedia("The file's header cannot be read; export it again.", code="not_media") from error
    finally:
        os.close(descriptor)


def _explain(error: av.error.FFmpegError, path: Path, head: bytes) -> BrokenMedia:
    last = av.logging.get_last_error()[1]
    said = f"{error} {last[2] if last else ''}".lower()
    if "max_streams" in said or "too many streams" in said:
        return too_many_streams(None)
    if is_cut_off(path, head):
        message = "The file was cut off before its end or its index; upload the complete file."
        return BrokenMedia(message, code="truncated_media")
    message = "The file is not audio, video, a picture or subtitles that Cutroom can read."
    return BrokenMedia(message, code="not_media")


def too_many_streams(count: int | None) -> BrokenMedia:
    """Make the error for a file with more than `MAX_STREAMS` streams."""
    has = f"{count} streams" if count else "too many streams"
    message = f"The file has {has}; at most {MAX_STREAMS} are accepted. Export only the streams you need."
    return BrokenMedia(message, code="too_many_streams", details={"limit": MAX_STREAMS})


def too_large_picture(width: int, height: int) -> BrokenMedia:
    """Make the error for pictures of more than `MAX_PICTURE_PIXELS`."""
    limit = MAX_PICTURE_PIXELS // 1_000_000
    message = (
        f"The picture has {width} x {height} pixels; at most {limit} million are accepted. Scale it down."
    )
    return BrokenMedia(message, code="too_large_picture", details={"limit": MAX_PICTURE_PIXELS})


def origin(container: InputContainer) -> Fraction:
    """Return the moment that players show as zero, in the container's own time stamps, in seconds.

    MP4 and Matroska count from zero, so a stream that starts late starts late. The others (MPEG-TS, cut
    live streams, ...) begin anywhere: there the first time stamp is zero, as in FFmpeg's own tools.
    """
    if container.start_time is None:  # pyright: ignore[reportUnnecessaryComparison] - the stub forgets None
        return Fraction(0)
    start = Fraction(container.start_time, av.time_base)
    family = container.format.name.partition(",")[0]
    if family in _TIMELINES_FROM_ZERO and start <= _LATE_START_SECONDS:
        return Fraction(0)
    for stream in container.streams:
        if stream.start_time is not None and stream.time_base is not None:
            exact = stream.start_time * stream.time_base
            if abs(exact - start) < Fraction(1, 100_000):
                return exact
    return start
