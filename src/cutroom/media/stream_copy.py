"""Streams of a file copied packet by packet into another container, with all that belongs to them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av import Packet
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from cutroom.media.opening import origin

_CONTAINER_TAGS = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder"})


class StreamCopy:
    """One output that takes streams of one source, moved to a timeline that begins at 0."""

    def __init__(self, source: InputContainer, target: Path, container: str) -> None:
        """Open the target; streams are added before `begin`.

        Args:
            source: Where packets come from.
            target: Where to write.
            container: The muxer's name.
        """
        self._source = source
        self._container = container
        self._origin = origin(source)
        self._copies: dict[int, Stream] = {}
        options = {"fflags": "+bitexact"}
        if container in {"mp4", "mov"}:
            options["movflags"] = "+faststart" + self._tag_flag()
        self.output: OutputContainer = av.open(str(target), "w", format=container, container_options=options)

    def _tag_flag(self) -> str:
        """Ask for free tags (`mdta`) where the source has some, as phones write them."""
        return "+use_metadata_tags" if any(key.startswith("com.") for key in self._source.metadata) else ""

    def add(self, stream: Stream) -> Stream:
        """Copy a stream's parameters, tags and disposition; return the copy.

        Raises:
            ValueError: When the container has no place for its codec.
        """
        if stream.type == "attachment":
            copy = self.output.add_stream_from_template(stream)
        else:
            copy = self.output.add_stream_from_template(stream, opaque=True)
            if self._container in {"mp4", "mov"} and self._source.format.name.startswith("mov"):
                # hvc1 and hev1, or mp4v and its like, differ for players, so the tag stays.
                with contextlib.suppress(AttributeError, ValueError):
                    copy.codec_context.codec_tag = stream.codec_context.codec_tag
        if isinstance(stream, VideoStream) and isinstance(copy, VideoStream) and stream.average_rate:
            # Matroska writes it down; the codec's own timing, which a copy would have, may be another.
            copy.codec_context.framerate = stream.average_rate
        copy.metadata.update(stream.metadata)
        copy.disposition = stream.disposition
        self._copies[stream.index] = copy
        return copy

    def begin(self) -> None:
        """Copy tags and chapters, and write the header.

        Raises:
            FFmpegError: When the container cannot hold these streams.
        """
        tags = {k: v for k, v in self._source.metadata.items() if k not in _CONTAINER_TAGS}
        self.output.metadata.update(tags)
        self.output.set_chapters(self._chapters())
        self.output.start_encoding()

    def _chapters(self) -> list[Any]:
        chapters = self._source.chapters()
        for chapter in chapters:
            shift = round(self._origin / (chapter["time_base"] or 1))
            chapter["start"] -= shift
            chapter["end"] -= shift
        return chapters

    def packets(self) -> Iterator[tuple[Fraction, Packet[Any]]]:
        """Yield the packets to mux, each with its time of decoding in seconds."""
        kept = [stream for stream in self._source.streams if stream.index in self._copies]
        for packet in self._source.demux(kept):
            if packet.dts is None and not packet.size:
                continue
            time = self._shift(packet)
            packet.stream = self._copies[packet.stream_index]
            yield time, packet

    def _shift(self, packet: Packet[Any]) -> Fraction:
        """Move a packet to a timeline that begins at 0; return its time of decoding in seconds."""
        tick = packet.time_base
        shift = round(self._origin / tick)
        if shift and packet.pts is not None:
            packet.pts -= shift
        if shift and packet.dts is not None:
            packet.dts -= shift
        stamp = packet.dts if packet.dts is not None else packet.pts
        return (stamp or 0) * tick


def has_codec(stream: Stream) -> bool:
    """Say whether FFmpeg knows the stream's codec."""
    return stream.codec_context is not None  # pyright: ignore[reportUnnecessaryComparison] - None where FFmpeg has no decoder


def family_of(stream: Stream) -> str:
    """Name the codec itself, not the library that decodes it; empty where FFmpeg has no decoder."""
    return stream.codec_context.codec.canonical_name if has_codec(stream) else ""


def describe(stream: Stream) -> str:
    """Name a stream for people: "data stream 3 (bin_data)"."""
    return f"{stream.type} stream {stream.index} ({codec_of(stream)})"


def codec_of(stream: Stream) -> str:
    """Name what the stream is coded with, as the container says it."""
    return stream.codec_context.name if has_codec(stream) else str(getattr(stream, "name", None))


def is_chapter_text(stream: Stream, source: InputContainer) -> bool:
    """Say whether it is the text track of QuickTime chapters, which is written anew from the chapters."""
    return codec_of(stream) == "bin_data" and bool(source.chapters())
