"""Lossless segments become a GIF whose 256 colours are chosen over the whole of it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# PyAV's stubs leave keyword arguments, filters and the parameter of Packet open.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.error
from av import VideoFrame
from av.container import OutputContainer
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.stream import VideoStream

from cutroom.render.film.encode.video_encoder import joining_to

_HUNDREDTHS = Fraction(1, 100)


def join_gif(
    parts: Sequence[Path],
    target: Path,
    rate: Fraction,
    *,
    loops: int = 0,
    alpha: bool = False,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write a GIF; the parts are read twice, one frame in memory at a time.

    Args:
        parts: Files of `VideoEncoder`, in order, lossless.
        target: Where to write; removed again after an error.
        rate: Frames per second of the parts.
        loops: How often it is played; 0: for ever.
        alpha: Whether one of the colours is no colour.
        progress: Called with 0..1.

    Raises:
        Failed: With code `broken_segment` when a part is gone or damaged.
        Unavailable: With code `disk_full`.
    """
    options = {"fflags": "+bitexact"}
    if loops != 1:  # without a loop extension it is played once
        options["loop"] = str(max(0, loops - 1))
    else:
        options["loop"] = "-1"
    with (
        joining_to(target, "animation"),
        av.open(str(target), "w", format="gif", container_options=options) as output,
    ):
        _Gif(parts, rate, alpha=alpha).write(output, progress or (lambda _: None))


class _Gif:
    def __init__(self, parts: Sequence[Path], rate: Fraction, *, alpha: bool) -> None:
        self._parts = parts
        self._rate = rate
        self._alpha = alpha
        self._frames = 0

    def write(self, output: OutputContainer, progress: Callable[[float], None]) -> None:
        """Choose the colours, then write the frames with them."""
        palette = self._choose()
        progress(0.4)
        graph = Graph()
        first = next(self._read())
        pictures = self._source(graph, first, 1 / self._rate)
        colors = self._source(graph, palette, 1 / self._rate)
        threshold = "128" if self._alpha else "0"
        use = graph.add("paletteuse", f"dither=sierra2_4a:diff_mode=rectangle:alpha_threshold={threshold}")
        sink = graph.add("buffersink")
        pictures.link_to(use, 0, 0)
        colors.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        palette.pts = 0
        colors.push(palette)
        colors.push(None)
        stream = _add_stream(output, first)
        for number, frame in enumerate(self._read()):
            pictures.push(frame)
            self._drain(sink, stream, output)
            progress(0.4 + 0.6 * (number + 1) / self._frames)
        pictures.push(None)
        self._drain(sink, stream, output)
        for packet in stream.encode(None):
            output.mux(packet)

    def _choose(self) -> VideoFrame:
        graph = Graph()
        source = self._source(graph, next(self._read()), 1 / self._rate)
        chooser = graph.add("palettegen", f"reserve_transparent={int(self._alpha)}:stats_mode=full")
        sink = graph.add("buffersink")
        source.link_to(chooser)
        chooser.link_to(sink)
        graph.configure()
        for frame in self._read():
            self._frames += 1
            source.push(frame)
        source.push(None)
        return cast(VideoFrame, sink.pull())

    def _source(self, graph: Graph, frame: VideoFrame, tick: Fraction) -> FilterContext:
        return graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=tick, name=None
        )

    def _drain(self, sink: FilterContext, stream: VideoStream, output: OutputContainer) -> None:
        while True:
            try:
                frame = cast(VideoFrame, sink.pull())
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            # Counted from the beginning, so that rounding to hundredths does not add up.
            frame.pts = round((frame.pts or 0) / self._rate / _HUNDREDTHS)
            frame.time_base = _HUNDREDTHS
            for packet in stream.encode(frame):
                output.mux(packet)

    def _read(self) -> Iterator[VideoFrame]:
        count = 0
        for part in self._parts:
            with av.open(str(part)) as source:
                stream = source.streams.video[0]
                stream.codec_context.thread_count = 1
                for frame in source.decode(stream):
                    frame.pts = count
                    frame.time_base = 1 / self._rate
                    count += 1
                    yield frame


def _add_stream(output: OutputContainer, frame: VideoFrame) -> VideoStream:
    stream = output.add_stream("gif", rate=100, options={"flags": "+bitexact"})
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = frame.width, frame.height, "pal8"
    context.time_base = _HUNDREDTHS
    context.thread_count = 1
    return stream
