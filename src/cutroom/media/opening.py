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
from cutroom.media.sniff import HEAD_BYTES, refuse_playlists

MAX_STREAMS = 64
"""More streams than this make a demuxer slow and its memory large; real files have under 20."""

MAX_PICTURE_PIXELS = 16384 * 16384
"""Decoders refuse larger pictures before they allocate (`max_pixels` of libavcodec)."""

DEMUXERS = (
    "mov,matroska,avi,flv,live_flv,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,ivf,asf,asf_o,mxf,gxf,dv,nut,rm,"
    "ogg,wav,w64,aiff,flac,mp3,aac,loas,ac3,eac3,dts,truehd,caf,au,amr,amrnb,amrwb,ape,wv,tta,mpc,mpc8,voc,qoa,"
    "gif,apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,jpegxl_pipe,jpegxl_anim,qoi_pipe,ppm_pipe,"
    "srt,webvtt,ass"
)
"""Formats that hold their own bytes. Left out on purpose: every format that names other files (hls, dash,
concat, image2, sdp, vobsub, imf), every network, device and text-art format."""

_TIMELINES_FROM_ZERO = frozenset({"mov", "matroska"})
_LATE_START_SECONDS = 10


def _options(descriptor: int) -> dict[str, str]:
    return {
        "fd": str(descriptor),
        "protocol_whitelist": "fd",
        "format_whitelist": DEMUXERS,
        "max_streams": str(MAX_STREAMS),
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
    with place.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise BrokenMedia("The file is empty; upload it again.", code="empty_file")
    refuse_playlists(head)
    container = _open(place, head)
    try:
        yield container
    finally:
        container.close()


def _open(path: Path, head: bytes) -> InputContainer:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # A clone of the descriptor shares its offset, so it is never used for anything else.
        return av.open("fd:", container_options=_options(descriptor), metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise _explain(error, path, head) from error
    except (UnicodeError, ValueError) as error:
        raise BrokenMedia("The file's header cannot be read; export it again.", code="not_media") from error
    finally:
        os.close(descriptor)


def _explain(error: av.error.FFmpegError, path: Path, head: bytes) -> BrokenMedia:
    if isinstance(error, MemoryError):
        raise error
    last = av.logging.get_last_error()[1]
    said = f"{error} {last[2] if last else ''}".lower()
    if "max_streams" in said or "too many streams" in said:
        return too_many_streams(None)
    if is_truncated_mp4(path, head):
        message = "The file was cut off before its index (moov) was written; upload the complete file."
        return BrokenMedia(message, code="truncated_media")
    message = "The file is not audio, video, a picture or subtitles that Cutroom can read."
    return BrokenMedia(message, code="not_media")


def too_many_streams(count: int | None) -> BrokenMedia:
    """Make the error for a file with more than `MAX_STREAMS` streams."""
    has = f"{count} streams" if count else "too many streams"
    message = f"The file has {has}; at most {MAX_STREAMS} are accepted. Export only the streams you need."
    return BrokenMedia(message, code="too_many_streams", details={"limit": MAX_STREAMS})


def is_truncated_mp4(path: Path, head: bytes) -> bool:
    """Say whether a file begins like MP4 (ISO 14496-12, 4.2) but has no `moov` box, or ends inside one."""
    if head[4:8] not in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return False
    size = path.stat().st_size
    position = 0
    found = False
    with path.open("rb") as file:
        while position + 8 <= size:
            file.seek(position)
            header = file.read(16)
            length = int.from_bytes(header[:4], "big")
            if length == 1:  # the 64-bit size follows the name
                length = int.from_bytes(header[8:16], "big")
            found = found or header[4:8] == b"moov"
            if length == 0:  # up to the end of the file
                return not found
            if length < len(header[:8]):
                return True
            position += length
    return position > size or not found


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
