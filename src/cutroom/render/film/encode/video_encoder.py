"""Frames of one size and rate to a small file of their own, the same bytes for the same frames."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

import contextlib
from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.error
from av import CodecContext, VideoFrame
from av.codec.codec import UnknownCodecError
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from cutroom.base.errors import Failed, Refused, Unavailable, Unsupported
from cutroom.media.closing import Closing
from cutroom.render.output import Coding

BT_709 = 1
"""Primaries, transfer and matrix of ITU-R BT.709 (ITU-T H.273, tables 2 to 4: all have value 1)."""
LIMITED_RANGE = 1
"""FFmpeg's AVCOL_RANGE_MPEG: 16 to 235."""

HARDWARE = {"nvenc": "NVIDIA's", "vaapi": "VAAPI's", "videotoolbox": "Apple's"}


class VideoEncoder(Closing):
    """Encodes frames 0, 1, 2, ... into one file. Close it, or use it as a context.

    A file that was not closed in order (an error inside the context) is removed.
    """

    def __init__(self, path: Path, coding: Coding, width: int, height: int, rate: Fraction) -> None:
        """Begin a file.

        Args:
            path: Where to write; the name's ending plays no part.
            coding: How.
            width: Pixels of every frame.
            height: The same.
            rate: Frames per second.

        Raises:
            Unsupported: With code `no_hardware_encoder` where the hardware or its library is missing.
            Refused: With code `bad_output` when the encoder does not take these frames.
            Unavailable: With code `disk_full`.
        """
        self._path = path
        self._count = 0
        self._written = 0
        self._delay = coding.delay
        self._is_closed = False
        options = {"fflags": "+bitexact"}
        try:
            self._container = av.open(str(path), "w", format=coding.container, container_options=options)
        except av.error.OSError as error:
            raise no_space(path) from error
        try:
            self._stream = self._open(coding, width, height, rate)
        except BaseException:
            self.discard()
            raise

    def _open(self, coding: Coding, width: int, height: int, rate: Fraction) -> VideoStream:
        try:
            stream = cast(VideoStream, self._container.add_stream(coding.encoder, rate=rate))
            _configure(stream.codec_context, coding, width, height, rate)
            stream.time_base = 1 / rate
            self._container.start_encoding()
        except (av.error.FFmpegError, UnknownCodecError, ValueError) as error:
            raise _explain(coding, width, height, error) from error
        return stream

    def encode(self, frame: VideoFrame) -> None:
        """Take the next frame, of the coding's pixel format; it may be changed afterwards.

        Raises:
            Unavailable: With code `disk_full`.
        """
        frame.pts = self._count
        frame.time_base = self._stream.codec_context.time_base
        self._count += 1
        self._write(frame)

    def close(self) -> None:
        """Finish the file; harmless when it is finished.

        Raises:
            Unavailable: With code `disk_full`.
        """
        if self._is_closed:
            return
        self._write(None)
        self._is_closed = True
        try:
            self._container.close()
        except av.error.FFmpegError as error:
            raise no_space(self._path) from error

    def discard(self) -> None:
        """Stop and remove what was written."""
        if not self._is_closed:
            self._is_closed = True
            with contextlib.suppress(av.error.FFmpegError):  # the file goes away anyway
                self._container.close()
        self._path.unlink(missing_ok=True)

    def _write(self, frame: VideoFrame | None) -> None:
        packets = self._stream.encode(frame)
        try:
            for packet in packets:
                # Counted: x265 leaves them unset or undefined where it gets fewer frames than it looks ahead.
                packet.dts = self._written - self._delay
                packet.duration = 1
                self._written += 1
                self._container.mux(packet)
        except av.error.OSError as error:
            raise no_space(self._path) from error


def check_encoder(coding: Coding, width: int, height: int) -> None:
    """Open the encoder of hardware once, before a film is drawn for it; those of software are always there.

    Raises:
        Unsupported: With code `no_hardware_encoder` and what to do instead.
    """
    if coding.encoder.rpartition("_")[2] not in HARDWARE:
        return
    try:
        context = cast(VideoCodecContext, CodecContext.create(coding.encoder, "w"))
        _configure(context, coding, width, height, Fraction(30))
        context.open()
    except (av.error.FFmpegError, UnknownCodecError, ValueError) as error:
        raise _explain(coding, width, height, error) from error


def _configure(context: VideoCodecContext, coding: Coding, width: int, height: int, rate: Fraction) -> None:
    context.width, context.height, context.pix_fmt = width, height, coding.pixel_format
    context.time_base = 1 / rate
    context.framerate = rate
    context.sample_aspect_ratio = Fraction(1)
    context.thread_count = 1
    context.flags |= Flags.bitexact
    context.options = dict(coding.options)
    if coding.pixel_format.startswith("yuv"):
        context.color_primaries = context.color_trc = context.colorspace = BT_709
        context.color_range = LIMITED_RANGE
    if coding.tag:
        context.codec_tag = coding.tag


def _explain(coding: Coding, width: int, height: int, error: Exception) -> Refused | Unsupported:
    maker = HARDWARE.get(coding.encoder.rpartition("_")[2])
    if maker:
        message = f"{maker} encoder {coding.encoder} does not work on this machine; use the software encoder."
        return Unsupported(message, code="no_hardware_encoder")
    said = str(error)
    message = f"{coding.encoder} cannot encode {width} x {height} pixels ({said}); choose another size."
    return Refused(message, code="bad_output")


def no_space(path: Path) -> Unavailable:
    """Make the error for a file that cannot grow."""
    return Unavailable(f"{path.name} cannot be written; free some disk space and retry.", code="disk_full")


@contextmanager
def joining_to(target: Path, what: str) -> Generator[None]:
    """Remove a file that could not be joined to its end.

    Args:
        target: Where it is written.
        what: What it is, for people: film or animation.

    Raises:
        Failed: With code `broken_segment` when a part is gone or damaged.
        Unavailable: With code `disk_full`.
    """
    try:
        yield
    except (av.error.FileNotFoundError, av.error.InvalidDataError, IndexError) as error:
        target.unlink(missing_ok=True)
        message = f"A segment of the {what} is gone or damaged; render it again."
        raise Failed(message, code="broken_segment") from error
    except av.error.OSError as error:
        target.unlink(missing_ok=True)
        raise no_space(target) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
