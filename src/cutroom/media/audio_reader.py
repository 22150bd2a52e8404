"""Sound of a file as float32 blocks, sample-exact on the file's own timeline, in flat memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np

from cutroom.base.errors import BrokenMedia
from cutroom.media.blocks import Block, Rechunker
from cutroom.media.decoding import AudioDecoder, Damage, Piece
from cutroom.media.opening import open_input
from cutroom.media.resampling import Resampler
from cutroom.media.samples import mix
from cutroom.media.timeline import Timeline


class AudioReader:
    """Iterates `(channels, n)` float32 blocks; made by `read_audio`. Iterate once.

    Attributes:
        rate: Samples per second of the blocks.
        channels: Rows of every block.
        layout: Channel layout in FFmpeg's names: `mono`, `stereo`, `5.1`, ...
        start: Time of the first sample on the container's timeline, whose zero is where players start.
            0 or more; over 0 where the sound starts late.
        frames: Samples in all, at `rate`, where the container knows them exactly; else None.
        expected_seconds: About how long it will be, for progress; None where nobody knows.
        source_rate: The stream's own rate.
        codec: The stream's codec, FFmpeg's name.
        is_indexed: Whether reading from the middle begins near there; else all before it is decoded, too.
        damage: What had to be mended; complete after the last block.
    """

    def __init__(
        self,
        path: str | Path,
        rate: int | None,
        stream: int,
        window: tuple[Fraction, Fraction | None],
        block_seconds: float,
    ) -> None:
        """Open the file and decode up to the first sample. Use `read_audio`."""
        self._stack = ExitStack()
        self.damage = Damage()
        try:
            self._container = self._stack.enter_context(open_input(path))
            decoder = AudioDecoder(self._container, stream, self.damage)
            self._stream = decoder.stream
            self._origin = decoder.origin
            self.is_indexed = decoder.is_indexed
            self._pieces = decoder.decode(window[0])
            first = _first(self._pieces)
        except BaseException:
            self._stack.close()
            raise
        self._first = first
        self.source_rate = first.rate
        self.codec = self._stream.codec_context.name
        self.rate = rate or first.rate
        self.channels = int(first.samples.shape[0])
        self.layout = first.layout
        self._begin, self._end = self._place_window(first, window)
        self.start = max(Fraction(0), Fraction(self._begin, self.rate))
        self._size = max(1, round(block_seconds * self.rate))
        self.expected_seconds = self._expect(window)
        self.frames = self._count(window)

    def __enter__(self) -> Self:
        """Return the reader, which closes itself after its last block as well."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        self._pieces.close()
        self._stack.close()

    def __iter__(self) -> Iterator[Block]:
        """Yield blocks of `block` seconds; the last may be shorter, none is empty."""
        chunks = Rechunker(self.channels, self._size)
        try:
            for samples in self._window():
                yield from chunks.push(samples)
            rest = chunks.rest()
            if rest.shape[1]:
                yield rest
        finally:
            self.close()

    # --- what is known beforehand

    def _place_window(self, first: Piece, window: tuple[Fraction, Fraction | None]) -> tuple[int, int | None]:
        """Return the first wanted sample and the end, both in samples after the origin at our rate."""
        time = first.time or Fraction(0)
        tick = self._stream.time_base or Fraction(1, first.rate)
        if abs(time) <= tick and window[0] == 0:
            time = Fraction(0)  # 0.5 ms of Matroska's rounding is no late start
        if window[0] > 0 and self.rate != first.rate:
            time += self._align(first, time)
        self._first_sample = round(time * self.rate)
        begin = max(round(window[0] * self.rate), self._first_sample)
        end = None if window[1] is None else round((window[0] + window[1]) * self.rate)
        return begin, end

    def _align(self, first: Piece, time: Fraction) -> Fraction:
        """Drop samples up to one that falls on a sample of the output: a part then equals the whole's.

        Returns:
            The seconds that were dropped.
        """
        period = first.rate // math.gcd(first.rate, self.rate)
        skip = -round(time * first.rate) % period
        if skip >= first.samples.shape[1]:
            return Fraction(0)
        self._first = replace(first, time=time + Fraction(skip, first.rate), samples=first.samples[:, skip:])
        return Fraction(skip, first.rate)

    def _declared(self) -> Fraction | None:
        """Return where the stream ends after the origin, as the container says it."""
        stream = self._stream
        if stream.duration and stream.time_base:
            return (
                (stream.start_time or 0) * stream.time_base
                + stream.duration * stream.time_base
                - self._origin
            )
        if self._container.duration:
            return Fraction(self._container.duration, av.time_base)
        return None

    def _expect(self, window: tuple[Fraction, Fraction | None]) -> float | None:
        end = self._declared()
        if window[1] is not None:
            end = min(window[0] + window[1], end) if end is not None else window[0] + window[1]
        return None if end is None else max(0.0, float(end - self.start))

    def _count(self, window: tuple[Fraction, Fraction | None]) -> int | None:
        is_exact = self._container.format.name in {"wav", "flac", "w64", "aiff"}
        if not is_exact or window != (0, None) or not self._stream.duration or not self._stream.time_base:
            return None
        return round(self._stream.duration * self._stream.time_base * self.rate)

    # --- from pieces to the output's timeline

    def _window(self) -> Iterator[Block]:
        """Cut the placed samples to the wanted window."""
        position = self._first_sample
        for samples in self._placed():
            if self._end is not None and position >= self._end:
                return
            skip = max(0, self._begin - position)
            stop = samples.shape[1] if self._end is None else self._end - position
            position += samples.shape[1]
            if skip < samples.shape[1]:
                yield samples[:, skip:stop]

    def _placed(self) -> Iterator[Block]:
        """Put pieces in their places and convert their rate, one segment of constant rate after another."""
        piece: Piece | None = self._first
        cursor = self._first_sample
        while piece is not None:
            segment = _Segment(self, piece.rate, Fraction(cursor, self.rate))
            current = piece
            piece = None
            for samples in segment.push(current):
                cursor += samples.shape[1]
                yield samples
            for following in self._pieces:
                if following.rate != current.rate:
                    piece = following
                    break
                for samples in segment.push(following):
                    cursor += samples.shape[1]
                    yield samples
            tail = segment.finish()
            cursor += tail.shape[1]
            yield tail

    def make_timeline(self, rate: int, start: Fraction) -> Timeline:
        """Make the timeline of a segment that begins `start` seconds after the origin."""
        declared = self._declared()
        return Timeline(rate, None if declared is None else round((declared - start) * rate))


class _Segment:
    """Pieces of one source rate on their way to the output's rate and layout."""

    _BATCH_SECONDS = 0.5

    def __init__(self, reader: AudioReader, rate: int, start: Fraction) -> None:
        self._reader = reader
        self._rate = rate
        self._start = start
        self._timeline = reader.make_timeline(rate, start)
        self._resampler = Resampler(rate, reader.rate, reader.channels)
        self._batch: list[Block] = []
        self._batched = 0

    def push(self, piece: Piece) -> Iterator[Block]:
        """Place a piece; yield what became ready."""
        samples = piece.samples
        if samples.shape[0] != self._reader.channels or piece.layout != self._reader.layout:
            samples = mix(samples, piece.layout, self._reader.layout, piece.rate)
        position = None if piece.time is None else round((piece.time - self._start) * self._rate)
        placement = self._timeline.place(position, samples.shape[1])
        self._reader.damage.silence += placement.silence
        self._reader.damage.jumps += placement.is_jump
        for count in _split(placement.silence, self._rate):
            yield from self._add(np.zeros((samples.shape[0], count), np.float32))
        yield from self._add(samples[:, placement.skip :])

    def _add(self, samples: Block) -> Iterator[Block]:
        """Gather half a second before converting: every call of the resampler costs some 20 microseconds."""
        self._batch.append(samples)
        self._batched += samples.shape[1]
        if self._batched >= self._rate * self._BATCH_SECONDS:
            yield self._flush()

    def _flush(self) -> Block:
        gathered = np.concatenate(self._batch, axis=1)
        self._batch.clear()
        self._batched = 0
        return self._resampler.push(gathered)

    def finish(self) -> Block:
        """Return everything that is left."""
        if not self._batch:
            return self._resampler.finish()
        return np.concatenate([self._flush(), self._resampler.finish()], axis=1)


def _first(pieces: Iterator[Piece]) -> Piece:
    piece = next(pieces, None)
    if piece is None:
        message = "No sound in the file can be decoded; export it again."
        raise BrokenMedia(message, code="no_audio_decoded")
    return piece


def _split(count: int, size: int) -> Iterator[int]:
    while count > 0:
        yield min(count, size)
        count -= size


def read_audio(
    path: str | Path,
    *,
    rate: int | None = None,
    stream: int = 0,
    start: Fraction | float | None = None,
    seconds: Fraction | float | None = None,
    block: float = 1.0,
) -> AudioReader:
    """Read the sound of a file.

    Encoder priming and padding, edit lists and start offsets are honoured; gaps in the time stamps are
    silence, overlaps are cut; a change of rate or layout in the middle is converted to the beginning's;
    packets that do not decode are silence and counted; NaN and infinity of float sources are 0.

    Args:
        path: A file of any format that `probe` knows.
        rate: Samples per second wanted, default the stream's own. Resampled without a shift.
        stream: Which audio stream, counted from 0.
        start: Seconds on the container's timeline from which to read.
        seconds: How many seconds from `start` (or from 0) to read.
        block: Seconds per block.

    Raises:
        BrokenMedia: With code `no_audio`, `no_audio_decoded`, `unknown_codec`, or one of `open_input`'s.
        Refused: With code `no_such_stream`.
    """
    begin = Fraction(start or 0).limit_denominator(1_000_000)
    length = None if seconds is None else Fraction(seconds).limit_denominator(1_000_000)
    return AudioReader(path, rate, stream, (begin, length), block)
