"""A video with other sound: the picture copied bit for bit, everything else kept, sync to the sample."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# PyAV's stubs leave keyword arguments and the parameter of Packet open.

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from av import Packet
from av.container import InputContainer, OutputContainer
from av.stream import Disposition, Stream

from cutroom.base.errors import Refused, Unsupported
from cutroom.media.audio_reader import read_audio
from cutroom.media.audio_writer import AudioEncoder
from cutroom.media.blocks import Block
from cutroom.media.closing import copying_to
from cutroom.media.mime import media_type
from cutroom.media.opening import open_input, read_head
from cutroom.media.remux_plan import RemuxPlan, is_lossless, plans
from cutroom.media.stream_copy import StreamCopy, describe, family_of, has_codec, is_chapter_text

_STALE_TAGS = ("BPS", "NUMBER_OF", "DURATION", "_STATISTICS", "encoder", "ENCODER")
"""Tags that describe the old sound's packets (Matroska statistics tags)."""

_LEAD_SECONDS = Fraction(1, 2)
"""How far the sound is encoded ahead of the picture's packets, so that the muxer never waits for it."""

_LOSSY_RANGE = (64_000, 160_000)
"""Bits per second and channel between which the source's own bit rate is followed."""


@dataclass(frozen=True)
class Sound:
    """New sound for a video."""

    blocks: Iterable[Block]
    """`(channels, n)` float32, any n."""
    rate: int
    layout: str
    start: Fraction = Fraction(0)
    """Where the first sample belongs on the video's timeline: `AudioReader.start` of the old sound."""


@dataclass(frozen=True)
class ReplacedAudio:
    """What was made."""

    container: str
    mime_type: str
    suffix: str
    codec: str
    reason: str | None
    """Why the container is not the source's, in one sentence."""
    dropped: tuple[str, ...]
    """Streams that no container could take."""


def replace_audio(
    video: str | Path,
    sound: Sound | str | Path,
    target: str | Path,
    *,
    stream: int = 0,
    bit_rate: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> ReplacedAudio:
    """Write `target`: `video` with its audio stream number `stream` replaced.

    Picture, other sound, subtitles, data, attachments, chapters, tags, dispositions and rotation are
    copied. The new sound begins at the video's zero: a late `start` is filled with silence, so that every
    player is in sync, whether it knows about late streams or not; the encoder's priming is declared as
    the container does it (edit list, CodecDelay). A video without sound gets its first audio stream.

    Args:
        video: The source.
        sound: Blocks, or a file whose first sample belongs to the source's zero.
        target: Where to write; removed again after an error. Its name plays no part.
        stream: Which audio stream, counted from 0.
        bit_rate: Bits per second of the new sound. Default: about the source's.
        progress: Called with 0..1, the share of the source's packets that are written.

    Raises:
        BrokenMedia: As `open_input`; `broken_timestamps` when the picture's packets cannot be written.
        Refused: With code `no_such_stream`, `no_video`.
        Unsupported: With code `no_container` when nothing can hold the streams.
        Unavailable: With code `disk_full`.
    """
    if not isinstance(sound, Sound):
        reader = read_audio(sound)
        sound = Sound(reader, reader.rate, reader.layout, reader.start)
    place = Path(target)
    with open_input(video) as source:
        job = _Replacement(source, sound, place, _find(source, stream), bit_rate)
        with copying_to(place):
            streams, plan = job.open(read_head(Path(video)))
            with streams.output:
                job.copy(streams, progress or (lambda _: None))
    return ReplacedAudio(
        plan.container, plan.mime_type, plan.suffix, plan.codec.encoder, plan.reason, tuple(job.dropped)
    )


def _find(source: InputContainer, number: int) -> Stream | None:
    if not any(not s.disposition & Disposition.attached_pic for s in source.streams.video):
        raise Refused("The file has no picture; its sound can be written by itself.", code="no_video")
    streams = source.streams.audio
    if not streams and number == 0:
        return None
    if not 0 <= number < len(streams):
        message = f"There is no audio stream {number}; the file has {len(streams)}, counted from 0."
        raise Refused(message, code="no_such_stream")
    return streams[number]


class _Replacement:
    def __init__(
        self, source: InputContainer, sound: Sound, target: Path, old: Stream | None, bit_rate: int | None
    ) -> None:
        self._source = source
        self._sound = sound
        self._target = target
        self._old = old
        self._bit_rate = bit_rate
        self._encoder: AudioEncoder | None = None
        self.dropped: list[str] = []

    # --- streams

    def open(self, head: bytes) -> tuple[StreamCopy, RemuxPlan]:
        """Begin the target in the first container that takes all streams."""
        family = self._source.format.name.partition(",")[0]
        brand = self._source.metadata.get("major_brand", "")
        mime_type = media_type(family, brand, head, has_picture=True)
        picture = family_of(self._source.streams.video[0])
        codec = family_of(self._old) if self._old else ""
        channels = av.AudioLayout(self._sound.layout).nb_channels
        for plan in plans(mime_type, picture, codec, channels):
            streams = self._try(plan)
            if streams is not None:
                return streams, plan
        message = "No container can hold the streams of this file together with new sound."
        raise Unsupported(message, code="no_container")

    def _try(self, plan: RemuxPlan) -> StreamCopy | None:
        copy = StreamCopy(self._source, self._target, plan.container)
        try:
            self._add_streams(copy, plan)
            copy.begin()
        except (av.error.FFmpegError, ValueError):
            with contextlib.suppress(av.error.FFmpegError):
                copy.output.close()
            self._target.unlink(missing_ok=True)
            return None
        return copy

    def _add_streams(self, copy: StreamCopy, plan: RemuxPlan) -> None:
        self.dropped.clear()
        self._encoder = None
        for stream in self._source.streams:
            if stream is self._old:
                self._add_sound(copy.output, plan)
            elif self._is_kept(stream, plan):
                copy.add(stream)
            else:
                self.dropped.append(describe(stream))
        if self._old is None:
            self._add_sound(copy.output, plan)

    def _is_kept(self, stream: Stream, plan: RemuxPlan) -> bool:
        if stream.type in {"video", "audio", "attachment"}:
            return stream.type != "attachment" or plan.container == "matroska"
        if stream.type == "subtitle":
            return plan.keeps_subtitles and has_codec(stream)
        if stream.type != "data" or not plan.keeps_streams_without_codec:
            return False
        return not is_chapter_text(stream, self._source)

    def _add_sound(self, output: OutputContainer, plan: RemuxPlan) -> None:
        sound = self._sound
        bit_rate = self._bit_rate or self._follow(plan)
        self._encoder = AudioEncoder(output, plan.codec, sound.rate, sound.layout, bit_rate, bits=24)
        new = self._encoder.stream
        if self._old is not None:
            kept = {k: v for k, v in self._old.metadata.items() if not k.startswith(_STALE_TAGS)}
            new.metadata.update(kept)
            new.disposition = self._old.disposition
        else:
            new.disposition = Disposition.default

    def _follow(self, plan: RemuxPlan) -> int:
        """Return about the old sound's bit rate for a lossy codec after a lossy one, else 0 (default)."""
        if self._old is None or not plan.codec.bits_per_channel:
            return 0
        channels = av.AudioLayout(self._sound.layout).nb_channels
        if is_lossless(family_of(self._old)):
            return _LOSSY_RANGE[1] * channels
        if not has_codec(self._old):
            return 0
        old = self._old.codec_context.bit_rate or 0
        if not old:
            return 0
        low, high = _LOSSY_RANGE
        return min(max(old, low * channels), high * channels)

    # --- packets

    def copy(self, streams: StreamCopy, progress: Callable[[float], None]) -> None:
        """Copy the packets and encode the sound beside them, half a second ahead."""
        assert self._encoder is not None  # noqa: S101 - open() made it
        sound = self._encode(self._encoder)
        encoded = Fraction(-1)
        length = Fraction(self._source.duration or 0, av.time_base)
        for time, packet in streams.packets():
            while encoded < time + _LEAD_SECONDS:
                step = next(sound, None)
                if step is None:
                    break
                encoded = step[0]
                streams.output.mux(step[1])
            streams.output.mux(packet)
            if length:
                progress(min(1.0, max(0.0, float(time / length))))
        for _, packets in sound:
            streams.output.mux(packets)
        progress(1.0)

    def _encode(self, encoder: AudioEncoder) -> Iterator[tuple[Fraction, list[Packet[Any]]]]:
        """Yield the time up to which the sound is encoded, with its packets."""
        position = 0
        for block in self._blocks():
            position += block.shape[1]
            yield Fraction(position, self._sound.rate), encoder.encode(block)
        yield Fraction(position, self._sound.rate), encoder.finish()

    def _blocks(self) -> Iterator[Block]:
        rate = self._sound.rate
        channels = av.AudioLayout(self._sound.layout).nb_channels
        offset = round(self._sound.start * rate)
        while offset > 0:
            count = min(offset, rate)
            offset -= count
            yield np.zeros((channels, count), np.float32)
        for block in self._sound.blocks:
            skip = min(block.shape[1], -offset)
            offset += skip
            if skip < block.shape[1]:
                yield block[:, skip:]
