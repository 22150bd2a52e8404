"""Films whose pictures carry their own number, written by PyAV alone."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

BITS = 12
_SQUARE = 8
WIDTH, HEIGHT = BITS * _SQUARE + 32, 64


@dataclass
class FilmStyle:
    """How a film is stored.

    Attributes:
        codec: FFmpeg's name of the encoder.
        fmt: Pixel format.
        rate: What the container is told.
        tick: Time base of the encoder.
        turn: Degrees, mirrored across, mirrored down: the display matrix.
        aspect: Of one pixel.
        options: Of the encoder.
        metadata: Of the stream.
        colors: Matrix, range as H.273 numbers; None: untagged.
        start: Seconds before the first picture.
    """

    codec: str = "libx264"
    fmt: str = "yuv420p"
    rate: Fraction = Fraction(30)
    tick: Fraction = Fraction(1, 90_000)
    turn: tuple[float, bool, bool] | None = None
    aspect: Fraction | None = None
    options: dict[str, str] = field(default_factory=lambda: {"g": "40", "crf": "8", "preset": "veryfast"})
    metadata: dict[str, str] = field(default_factory=dict)
    colors: tuple[int, int] | None = None
    start: Fraction = Fraction(0)


def constant(rate: Fraction, count: int) -> list[Fraction]:
    """Return the times of a film of constant rate."""
    return [number / rate for number in range(count)]


def numbered(number: int) -> NDArray[np.uint8]:
    """Return an RGBA picture that carries a number; its corners are red, green, blue and white."""
    picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    picture[..., 3] = 255
    for bit in range(BITS):
        if number >> bit & 1:
            left = 16 + bit * _SQUARE
            picture[24:40, left : left + _SQUARE, :3] = 255
    picture[:16, :16, 0] = 255
    picture[:16, -16:, 1] = 255
    picture[-16:, :16, 2] = 255
    picture[-16:, -16:, :3] = 255
    return picture


def number_of(pixels: NDArray[np.uint8]) -> int:
    """Read the number of a picture, whatever its size."""
    height, width = pixels.shape[:2]
    row = pixels[height // 2, :, 1]
    places = [(16 + bit * _SQUARE + _SQUARE // 2) * width // WIDTH for bit in range(BITS)]
    return sum(1 << bit for bit, place in enumerate(places) if row[place] > 128)


def write_film(
    path: Path,
    times: Sequence[Fraction],
    style: FilmStyle | None = None,
    *,
    clear_from: int | None = None,
    muxing: dict[str, str] | None = None,
) -> Path:
    """Write a film whose picture n appears at `times[n]`.

    Args:
        path: Where; its suffix is the format.
        times: Seconds, rising.
        style: How it is stored.
        clear_from: Column from which pictures are transparent.
        muxing: Options of the container.
    """
    style = style or FilmStyle()
    with av.open(str(path), "w", options=muxing or {}) as output:
        stream = output.add_stream(style.codec, rate=style.rate, options=style.options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, style.fmt
        context = stream.codec_context
        context.time_base = stream.time_base = style.tick
        if style.aspect:
            context.sample_aspect_ratio = style.aspect
        if style.colors:
            context.colorspace, context.color_range = style.colors
        if style.turn:
            stream.set_display_rotation(*style.turn)
        stream.metadata.update(style.metadata)
        for number, time in enumerate(times):
            picture = numbered(number)
            if clear_from is not None:
                picture[:, clear_from:, 3] = 0
            frame = _convert(av.VideoFrame.from_ndarray(picture, "rgba"), style)
            frame.pts, frame.time_base = round((time + style.start) / style.tick), style.tick
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def _convert(frame: av.VideoFrame, style: FilmStyle) -> av.VideoFrame:
    if style.colors is None:
        return frame.reformat(format=style.fmt)
    matrix = {1: 1, 5: 5, 6: 5, 9: 9}[style.colors[0]]
    converted = frame.reformat(
        format=style.fmt, dst_colorspace=matrix, dst_color_range=style.colors[1], src_color_range=2
    )
    converted.colorspace, converted.color_range = style.colors
    return converted


def variable(seed: int, count: int) -> list[Fraction]:
    """Return rising times whose steps are those of phones: 10 to 250 ms."""
    steps = np.random.default_rng(seed).choice([10, 16, 33, 34, 66, 100, 250], count - 1)
    return list(itertools.accumulate((Fraction(int(step), 1000) for step in steps), initial=Fraction(0)))
