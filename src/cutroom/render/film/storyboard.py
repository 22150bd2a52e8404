"""Storyboard: small pictures of a film on one sheet, and the WebVTT that players find them by."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Skia's stubs leave keyword arguments open.

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import skia

from cutroom.base.errors import BrokenMedia
from cutroom.media import FrameReader, read_frame_times
from cutroom.render.pixels.picture import Pixels

_MOST = 100
"""Pictures on a sheet; with 160 x 90 pixels each, 150 KB in all."""

_LEAST_SECONDS = Fraction(1)
_SIDE = 160
_COLUMNS = 10
_QUALITY = 75


@dataclass(frozen=True, slots=True)
class Storyboard:
    """What was written.

    Attributes:
        picture: The sheet, a JPEG.
        cues: The WebVTT, which names the sheet by the address it was given.
        count: Pictures on it.
        width: Of one picture, in pixels.
        height: The same.
        seconds: How long each stands for.
    """

    picture: Path
    cues: Path
    count: int
    width: int
    height: int
    seconds: Fraction


def make_storyboard(
    film: str | Path,
    picture: Path,
    cues: Path,
    *,
    address: str = "storyboard.jpg",
    progress: Callable[[float], None] | None = None,
) -> Storyboard:
    """Write the storyboard of a finished film, from its key frames.

    Args:
        film: The file.
        picture: Where the sheet is written: at most 100 pictures, one a second or fewer.
        cues: Where the WebVTT is written.
        address: What the WebVTT calls the sheet: a name beside it, or an address.
        progress: Called with the share that is done.

    Raises:
        BrokenMedia: As `FrameReader`.
    """
    times = read_frame_times(film)
    step = max(_LEAST_SECONDS, times.seconds / _MOST)
    count = max(1, math.ceil(times.seconds / step))
    scale = _SIDE / max(times.width, times.height)
    size = max(2, round(times.width * scale)), max(2, round(times.height * scale))

    def pictures() -> Iterator[Pixels]:
        with FrameReader(film, size=size, key_frames=True) as reader:
            for number in range(count):
                yield reader.at(number * step)
                if progress:
                    progress((number + 1) / count)

    picture.write_bytes(draw_sheet(pictures(), size, count))
    cues.write_text(write_cues(count, step, times.seconds, size, address), encoding="utf-8")
    return Storyboard(picture, cues, count, *size, step)


def draw_sheet(pictures: Iterable[Pixels], size: tuple[int, int], count: int) -> bytes:
    """Return a JPEG of pictures in rows of ten, from left to right; what is transparent is black.

    Args:
        pictures: As many as `count`, all of one size.
        size: Width and height of each.
        count: How many there are.
    """
    columns = min(_COLUMNS, count)
    rows = math.ceil(count / columns)
    sheet = np.zeros((rows * size[1], columns * size[0], 4), np.uint8)
    sheet[..., 3] = 255
    for number, pixels in enumerate(pictures):
        left, top = _place(number, size)
        sheet[top : top + size[1], left : left + size[0], :3] = pixels[..., :3]
    encoded = skia.Image.fromarray(sheet, colorType=skia.kBGRA_8888_ColorType).encodeToData(
        skia.kJPEG, _QUALITY
    )
    if encoded is None:
        message = f"A sheet of {sheet.shape[1]} x {sheet.shape[0]} pixels cannot be written as JPEG."
        raise BrokenMedia(message, code="storyboard")
    return bytes(encoded)


def write_cues(count: int, step: Fraction, seconds: Fraction, size: tuple[int, int], address: str) -> str:
    """Return the WebVTT: each cue's text is the part of the sheet to show (W3C Media Fragments, 4.2.2)."""
    lines = ["WEBVTT", ""]
    for number in range(count):
        end = min((number + 1) * step, max(seconds, number * step + Fraction(1, 1000)))
        left, top = _place(number, size)
        lines.append(f"{_clock(number * step)} --> {_clock(end)}")
        lines.extend((f"{address}#xywh={left},{top},{size[0]},{size[1]}", ""))
    return "\n".join(lines)


def _place(number: int, size: tuple[int, int]) -> tuple[int, int]:
    return number % _COLUMNS * size[0], number // _COLUMNS * size[1]


def _clock(seconds: Fraction) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
