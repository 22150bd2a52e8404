"""Packets to float samples with their times: broken places skipped, priming and padding cut."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av.error
from av import AudioFrame, Packet
from av.audio.stream import AudioStream
from av.container import InputContainer

from cutroom.base.errors import BrokenMedia, Refused
from cutroom.media.blocks import Block
from cutroom.media.opening import origin
from cutroom.media.samples import MAX_CHANNELS, layout_name, to_float

_PREROLL = Fraction(1, 2)
"""Seconds decoded before a wanted start: MP3's bit reservoir and AAC's overlap need under 0.3 s."""

_INDEXED = frozenset({"mov", "matroska", "wav", "w64", "flac", "ogg", "aiff", "caf"})
"""Formats whose seeking lands on true time stamps. The others are decoded from their beginning."""

_MAX_DEMUX_ERRORS = 100


@dataclass
class Damage:
    """What had to be mended while reading."""

    packets: int = 0
    """Packets that did not decode; silence stands in their place."""
    silence: int = 0
    """Samples of silence put into gaps, at the source's rate."""
    jumps: int = 0
    """Time stamps that leapt so far that they were ignored."""


@dataclass(frozen=True)
class Piece:
    """Decoded samples with their place: time in seconds after the origin, or None."""

    time: Fraction | None
    samples: Block
    rate: int
    layout: str


class AudioDecoder:
    """Decodes one audio stream; its times count from the container's origin."""

    def __init__(self, container: InputContainer, number: int, damage: Damage) -> None:
        """Choose audio stream `number`; what is broken is counted in `damage`."""
        self._container = container
        self._damage = damage
        self.stream = choose_stream(container, number)
        self.origin = origin(container)
        self.is_indexed = container.format.name.partition(",")[0] in _INDEXED

    def decode(self, start: Fraction) -> Generator[Piece]:
        """Yield decoded pieces from at most half a second before `start`."""
        stream = self.stream
        stream.codec_context.thread_count = 1
        if self.is_indexed:
            _seek(self._container, stream, start + self.origin)
        last: Packet[AudioStream] | None = None
        held: AudioFrame | None = None
        for packet in self._demux():
            for frame in self._frames(packet):
                if held is not None:
                    yield self._piece(held)
                held = frame
            if packet.size:
                last = packet
        if held is not None:
            yield self._piece(held, last)

    def _demux(self) -> Iterator[Packet[AudioStream]]:
        """Yield the stream's packets, going on behind places that the demuxer cannot read."""
        errors = 0
        while True:
            try:
                yield from self._container.demux(self.stream)
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                errors += 1
                self._damage.packets += 1
                if errors >= _MAX_DEMUX_ERRORS:
                    return
            else:
                return

    def _frames(self, packet: Packet[AudioStream]) -> list[AudioFrame]:
        try:
            return [frame for frame in packet.decode() if 0 < frame.layout.nb_channels <= MAX_CHANNELS]
        except (av.error.FFmpegError, ValueError):
            self._damage.packets += 1
            return []

    def _piece(self, frame: AudioFrame, last: Packet[AudioStream] | None = None) -> Piece:
        samples = to_float(frame)
        time = None
        if frame.pts is not None and frame.time_base is not None:
            time = frame.pts * frame.time_base - self.origin
        if last is not None:
            samples = samples[:, : self._length_of_last(frame, last)]
        return Piece(time, samples, frame.sample_rate, layout_name(frame))

    def _length_of_last(self, frame: AudioFrame, last: Packet[AudioStream]) -> int:
        """Cut the encoder's padding at the end where the container counts samples (MP4, AVI, ...)."""
        tick = last.time_base
        if (
            not last.duration
            or last.pts is None
            or frame.pts is None
            or tick > Fraction(1, frame.sample_rate)
        ):
            return frame.samples
        end = (last.pts + last.duration) * tick - frame.pts * (frame.time_base or tick)
        return min(frame.samples, max(0, round(end * frame.sample_rate)))


def choose_stream(container: InputContainer, number: int) -> AudioStream:
    """Return audio stream `number`, counted from 0.

    Raises:
        BrokenMedia: With code `no_audio` or `unknown_codec`.
        Refused: With code `no_such_stream`.
    """
    streams = [stream for stream in container.streams.audio if stream.codec_context is not None]  # pyright: ignore[reportUnnecessaryComparison] - None where no decoder exists, which the stub forgets
    if not container.streams.audio:
        raise BrokenMedia("The file has no sound; choose one with an audio track.", code="no_audio")
    if not streams:
        raise BrokenMedia("The sound's codec is not known to this FFmpeg; convert it.", code="unknown_codec")
    if not 0 <= number < len(streams):
        message = f"There is no audio stream {number}; the file has {len(streams)}, counted from 0."
        raise Refused(message, code="no_such_stream")
    return streams[number]


def _seek(container: InputContainer, stream: AudioStream, time: Fraction) -> None:
    if time <= 2 * _PREROLL or stream.time_base is None:
        return
    try:
        container.seek(int((time - _PREROLL) / stream.time_base), stream=stream)
    except av.error.FFmpegError:
        container.seek(0, stream=stream)
