"""Decoded frames to BGRA pixels: colours by their tags, alpha premultiplied, equal on every machine."""

# pyright: reportUnknownMemberType=false
# PyAV's stubs leave the type of a plane's buffer open.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width, 4) uint8, BGRA, premultiplied, C-contiguous; upright."""

EXACT = Interpolation.ACCURATE_RND | Interpolation.BITEXACT
"""Without these two, libswscale's pixels differ by up to 6 between processors with and without AVX2; with
them 0 of 36 combinations of formats and sizes differed, at 4.0 instead of 0.7 ms for 1080p."""

STILL = Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | EXACT
"""For pictures: chroma is interpolated (a JPEG of 6 million pixels: 46 ms; in its own size 34 ms)."""

_STILL_UNSCALED = Interpolation.BILINEAR | Interpolation.FULL_CHR_H_INT | EXACT

FILM = Interpolation.BILINEAR | EXACT
"""For films (4 ms for 1080p, scaled or not)."""

_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""Matrix coefficients of ITU-T H.273, table 4."""

_LARGEST_SD_HEIGHT = 576
_LARGEST_SD_WIDTH = 1024


@dataclass(frozen=True, slots=True)
class Planes:
    """A decoded frame of 8 bits without alpha.

    Attributes:
        luma: (height, width) uint8.
        blue: The colour difference of blue: all, or every second column, perhaps of every second row.
        red: The same of red.
        red_weight: Share of red in luma (ITU-T H.273, table 4).
        blue_weight: The same of blue.
        is_full: Whether luma goes from 0 to 255, not from 16 to 235.
        is_centred: Whether colour stands between two columns, as in JPEG; else level with every second one.
    """

    luma: NDArray[np.uint8]
    blue: NDArray[np.uint8]
    red: NDArray[np.uint8]
    red_weight: float
    blue_weight: float
    is_full: bool
    is_centred: bool


Paint = Callable[[Planes], Pixels]
"""Turns planes into opaque pixels: what a caller has that is faster than libswscale."""

_PAINTABLE = {
    f"yuv{kind}{sampling}p": (int(sampling[1]) == 4, int(sampling[2]) == 0)  # noqa: PLR2004 - 4:4:4
    for kind in ("", "j")
    for sampling in ("420", "422", "444")
}
"""Formats of 8 bits: whether chroma has all columns, and half the rows."""

_WEIGHTS = {
    Colorspace.ITU709: (0.2126, 0.0722),
    Colorspace.FCC: (0.30, 0.11),
    Colorspace.ITU601: (0.299, 0.114),
    Colorspace.SMPTE240M: (0.212, 0.087),
    Colorspace.BT2020: (0.2627, 0.0593),
}
"""Shares of red and blue in luma (ITU-T H.273, table 4)."""


def has_alpha(frame: VideoFrame) -> bool:
    """Say whether a frame's format may be transparent."""
    return frame.format.has_palette or any(part.is_alpha for part in frame.format.components)


def to_bgra(
    scaler: VideoReformatter,
    frame: VideoFrame,
    width: int,
    height: int,
    method: Interpolation,
    *,
    convert: Callable[[Pixels], None] | None = None,
    paint: Paint | None = None,
) -> Pixels:
    """Convert a frame, scaling it in the same pass.

    Args:
        scaler: Kept between frames: it remembers its tables.
        frame: As decoded. Untagged colours are BT.601 in stills and standard definition, else BT.709.
        width: Pixels wanted, not turned yet.
        height: The same.
        method: `STILL` or `FILM`.
        convert: What is done to the colours in place, before they are premultiplied.
        paint: What makes pixels of frames of 8 bits that keep their size.

    Returns:
        `(height, width, 4)`, premultiplied; they may be kept.
    """
    is_still = method == STILL
    if is_still and (width, height) == (frame.width, frame.height):
        method = _STILL_UNSCALED
    matrix = _MATRICES.get(int(frame.colorspace)) or _usual_matrix(frame, is_still=is_still)
    is_full = int(frame.color_range) == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    if paint and frame.format.name in _PAINTABLE and (width, height) == (frame.width, frame.height):
        pixels = paint(_planes_of(frame, matrix, is_full=is_full, is_centred=is_still))
        if convert is not None:
            convert(pixels)
        return pixels
    converted = scaler.reformat(
        frame,
        width,
        height,
        "bgra",
        src_colorspace=int(matrix),
        dst_colorspace=int(matrix),
        src_color_range=int(ColorRange.JPEG if is_full else ColorRange.MPEG),
        dst_color_range=int(ColorRange.JPEG),
        interpolation=method,
        threads=1,
    )
    plane = converted.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:height, : width * 4]
    pixels = np.ascontiguousarray(rows).reshape(height, width, 4)
    if convert is not None:
        convert(pixels)
    if has_alpha(frame):
        premultiply(pixels)
    return pixels


def _planes_of(frame: VideoFrame, matrix: Colorspace, *, is_full: bool, is_centred: bool) -> Planes:
    has_all_columns, has_half_rows = _PAINTABLE[frame.format.name]
    width = frame.width if has_all_columns else (frame.width + 1) // 2
    height = (frame.height + 1) // 2 if has_half_rows else frame.height
    sizes = ((frame.width, frame.height), (width, height), (width, height))
    luma, blue, red = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:high, :wide]
        for plane, (wide, high) in zip(frame.planes, sizes, strict=True)
    )
    return Planes(luma, blue, red, *_WEIGHTS[matrix], is_full, is_centred)


def _usual_matrix(frame: VideoFrame, *, is_still: bool) -> Colorspace:
    is_small = frame.height <= _LARGEST_SD_HEIGHT and frame.width <= _LARGEST_SD_WIDTH
    return Colorspace.ITU601 if is_still or is_small else Colorspace.ITU709


def premultiply(pixels: Pixels) -> None:
    """Multiply the colours by alpha in place, rounded to nearest.

    x / 255 is (y + (y >> 8)) >> 8 with y = x + 128, exact for 0 to 255 * 255 (Blinn, "Jim Blinn's Corner:
    Dirty Pixels", 1998, chapter 19).
    """
    for begin in range(0, pixels.shape[0], 64):  # in strips that stay in the cache
        strip = pixels[begin : begin + 64]
        alpha = strip[..., 3:].astype(np.uint16)
        if alpha.min() == 255:  # noqa: PLR2004 - opaque
            continue
        scaled = strip[..., :3] * alpha + np.uint16(128)
        strip[..., :3] = (scaled + (scaled >> 8)) >> 8
