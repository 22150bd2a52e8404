"""Colour profiles of pictures: what was made for another colour space is shown in sRGB."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

LINEAR = 4095
"""Steps of linear light: after the curve of sRGB, neighbours in the dark are less than a level apart."""

_FROM_XYZ = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
"""XYZ relative to D50 to linear sRGB (Lindbloom, "RGB/XYZ Matrices", adapted by Bradford)."""

_NEAR = 2
"""Levels by which a profile may differ from sRGB and still be taken for it: its many variants do."""

_MOST_TAGS = 200


@dataclass(frozen=True, eq=False)
class ColourProfile:
    """How the colours of a picture become sRGB.

    Attributes:
        curves: `(3, 256)` linear light, 0 to `LINEAR`, of red, green and blue.
        matrix: `(3, 3)` in 1/4096: red, green, blue of the picture to those of sRGB, in linear light.
    """

    curves: NDArray[np.int32]
    matrix: NDArray[np.int32]

    def convert(self, pixels: NDArray[np.uint8]) -> None:
        """Convert `(height, width, 4)` BGRA in place; not premultiplied. Integers: equal everywhere."""
        table = _srgb_table()
        for begin in range(0, pixels.shape[0], 16):  # in strips that stay in the cache
            strip = pixels[begin : begin + 16]
            light = [self.curves[part][strip[..., 2 - part]] for part in range(3)]
            for part in range(3):
                row = self.matrix[part]
                mixed = light[0] * row[0] + light[1] * row[1] + light[2] * row[2]
                strip[..., 2 - part] = table[np.clip((mixed + 2048) >> 12, 0, LINEAR)]


def read_colour_profile(profile: bytes) -> ColourProfile | None:
    """Read an ICC profile (ICC.1:2022); None: it is sRGB, or of a kind that is not read.

    Profiles of three curves and a matrix are read: Display P3, Adobe RGB, ProPhoto and most of cameras and
    screens. Those of printers (tables, CMYK) are not.
    """
    if profile[16:24] != b"RGB XYZ ":
        return None
    try:
        tags = _tags(profile)
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except (KeyError, struct.error, ValueError, IndexError, OverflowError, ZeroDivisionError):
        return None
    mixed = [[sum(row[k] * column[k] for k in range(3)) for column in columns] for row in _FROM_XYZ]
    read = ColourProfile(
        np.floor(np.clip(curves, 0, 1) * LINEAR + 0.5).astype(np.int32),
        np.floor(np.clip(mixed, -8, 8) * np.float64(4096) + 0.5).astype(np.int32),
    )
    return None if _is_srgb(read) else read


def _is_srgb(profile: ColourProfile) -> bool:
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    pixels = np.concatenate([cube, np.full_like(cube[..., :1], 255)], axis=2)
    before = pixels.astype(int)
    profile.convert(pixels)
    return bool(np.abs(pixels - before).max() <= _NEAR)


def _tags(profile: bytes) -> Mapping[bytes, bytes]:
    """Read the tag table (7.3)."""
    (count,) = struct.unpack_from(">I", profile, 128)
    tags: dict[bytes, bytes] = {}
    for number in range(min(count, _MOST_TAGS)):
        name, place, length = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        tags[name] = profile[place : place + length]
    return tags


def _xyz(tag: bytes) -> tuple[float, ...]:
    """Read an XYZ type (10.31)."""
    return tuple(part / 65536 for part in struct.unpack_from(">3i", tag, 8))


def _curve(tag: bytes) -> list[float]:
    """Read a curve at the 256 levels of a byte, 0 to 1 (10.6 and 10.18)."""
    levels = [level / 255 for level in range(256)]
    if tag[:4] == b"para":
        (kind,) = struct.unpack_from(">H", tag, 8)
        parts = struct.unpack_from(f">{(1, 3, 4, 5, 7)[kind]}i", tag, 12)
        curve = _parametric(kind, tuple(part / 65536 for part in parts))
        return [curve(level) for level in levels]
    if tag[:4] != b"curv":
        message = "this kind of curve is not read"
        raise ValueError(message)
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return levels
    points = struct.unpack_from(f">{count}H", tag, 12)
    if count == 1:
        return [level ** (points[0] / 256) for level in levels]
    return [float(value) for value in np.interp(levels, np.linspace(0, 1, count), np.array(points) / 65535)]


def _parametric(kind: int, given: tuple[float, ...]) -> Callable[[float], float]:
    """Return a parametric curve by its number (10.18, table 68): all are cases of the last."""
    g, a, b, c, d, e, f = (*given, *(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)[len(given) :])
    if kind in {1, 2}:
        e = f = given[3] if kind == 2 else 0.0  # noqa: PLR2004 - its fourth is added everywhere
        c, d = 0.0, -b / a

    def curve(x: float) -> float:
        return max(0.0, a * x + b) ** g + e if x >= d else c * x + f

    return curve


@cache
def _srgb_table() -> NDArray[np.uint8]:
    """Return the level of sRGB for each step of linear light (IEC 61966-2-1, 5.2)."""
    light = [step / LINEAR for step in range(LINEAR + 1)]
    curve = [12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055 for x in light]  # noqa: PLR2004 - the standard's
    return np.floor(np.array(curve) * 255 + 0.5).astype(np.uint8)
