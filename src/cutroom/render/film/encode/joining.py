"""Segments become one film: their packets copied and restamped, the sound encoded once beside them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
from av import Packet
from av.container import OutputContainer
from av.video.stream import VideoStream

from cutroom.base.errors import Failed
from cutroom.media.audio_reader import read_audio
from cutroom.media.audio_writer import CODECS, AudioEncoder
from cutroom.render.film.encode.video_encoder import joining_to
from cutroom.render.output import Coding

_LEAD_SECONDS = Fraction(1, 2)
"""How far the sound is encoded ahead of the picture, so that the muxer never holds much of either."""
_UNDECODED = {"codec_whitelist": "none"}
"""Without it FFmpeg decodes the first frames of each part to learn what we know: 20 ms at 1080 x 1920."""

_PCM = {16: "pcm_s16le", 24: "pcm_s24le"}


def join_segments(
    parts: Sequence[Path],
    sound: Path | None,
    target: Path,
    coding: Coding,
    rate: Fraction,
    *,
    audio_bitrate: int = 0,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write one film; nothing of the picture is encoded again.

    Args:
        parts: Files of `VideoEncoder`, in order, all of one coding, size and rate.
        sound: The sound of the whole; its first sample belongs to the first frame.
        target: Where to write; removed again after an error.
        coding: How the parts were encoded.
        rate: Frames per second.
        audio_bitrate: Bits per second; 0: the codec's own.
        progress: Called with 0..1.

    Raises:
        Failed: With code `segments_differ` when the parts do not belong together, `broken_segment` when one
            is gone or damaged.
        Unavailable: With code `disk_full`.
    """
    options = {"fflags": "+bitexact"}
    if coding.container in {"mp4", "mov"}:
        options["movflags"] = "+faststart"
    with (
        joining_to(target, "film"),
        av.open(str(target), "w", format=coding.container, container_options=options) as output,
    ):
        joint = _Joint(output, coding, rate)
        joint.begin(parts[0])
        joint.write(parts, _encode_sound(output, sound, coding, audio_bitrate), progress or (lambda _: None))


def _encode_sound(
    output: OutputContainer, sound: Path | None, coding: Coding, bit_rate: int
) -> Iterator[tuple[Fraction, list[Packet[Any]]]]:
    """Add the stream of the sound at once; yield the time up to which it is encoded, with its packets."""
    if sound is None or not coding.sound:
        return iter(())
    reader = read_audio(sound)
    choice = CODECS[coding.sound]
    if coding.sound == "wav":
        choice = replace(choice, encoder=_PCM[coding.bits])
    encoder = AudioEncoder(output, choice, reader.rate, reader.layout, bit_rate, coding.bits)

    def packets() -> Iterator[tuple[Fraction, list[Packet[Any]]]]:
        position = 0
        for block in reader:
            position += block.shape[1]
            yield Fraction(position, reader.rate), cast("list[Packet[Any]]", encoder.encode(block))
        yield Fraction(position, reader.rate), cast("list[Packet[Any]]", encoder.finish())

    return packets()


class _Joint:
    def __init__(self, output: OutputContainer, coding: Coding, rate: Fraction) -> None:
        self._output = output
        self._coding = coding
        self._rate = rate
        self._stream: VideoStream
        self._extra: bytes | None = None

    def begin(self, first: Path) -> None:
        """Make the stream of the picture as it is in the first part."""
        with av.open(str(first)) as source:
            stream = source.streams.video[0]
            self._stream = self._output.add_stream_from_template(stream, opaque=True)
            if self._coding.tag:
                self._stream.codec_context.codec_tag = self._coding.tag
            self._stream.codec_context.framerate = self._rate
            if self._coding.pixel_format == "yuva420p":
                # Players look for alpha where this says so (RFC 9559, AlphaMode).
                self._stream.metadata["alpha_mode"] = "1"
            self._stream.time_base = 1 / self._rate
            self._extra = stream.codec_context.extradata

    def write(
        self,
        parts: Sequence[Path],
        sound: Iterator[tuple[Fraction, list[Packet[Any]]]],
        progress: Callable[[float], None],
    ) -> None:
        """Copy the packets of all parts, the sound beside them."""
        position, encoded = 0, Fraction(-1)
        for number, part in enumerate(parts):
            count = 0
            for packet in self._packets(part):
                time = (position + count) / self._rate
                while encoded < time + _LEAD_SECONDS and (step := next(sound, None)):
                    encoded = step[0]
                    self._output.mux(step[1])
                self._stamp(packet, position, count)
                self._output.mux(packet)
                count += 1
            position += count
            progress((number + 1) / len(parts))
        for _, packets in sound:
            self._output.mux(packets)

    def _packets(self, part: Path) -> Iterator[Packet[Any]]:
        with av.open(str(part), container_options=_UNDECODED) as source:
            stream = source.streams.video[0]
            if stream.codec_context.extradata != self._extra:
                message = f"{part.name} was encoded in another way than the first segment; render it again."
                raise Failed(message, code="segments_differ")
            for packet in source.demux(stream):
                if packet.size:
                    yield packet

    def _stamp(self, packet: Packet[Any], position: int, count: int) -> None:
        # Counted, not read: an encoder that gets fewer frames than its delay stamps them otherwise, and
        # Matroska rounds to milliseconds.
        shown = round((packet.pts or 0) * packet.time_base * self._rate)
        packet.time_base = 1 / self._rate
        packet.pts = position + shown
        packet.dts = position + count - self._coding.delay
        packet.duration = 1
        packet.stream = self._stream
