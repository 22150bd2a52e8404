"""How a stored picture is turned to stand upright: EXIF orientations and display matrices, exactly."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cutroom.media.picture_chunks import LONGEST, find_exif

_TAG = 0x0112
_TIFF = {b"II": "<", b"MM": ">"}


@dataclass(frozen=True, slots=True)
class Orientation:
    """What makes a stored picture upright: first rows and columns change places, then it is mirrored.

    Attributes:
        transpose: Whether rows become columns.
        flip_x: Whether left and right change places, afterwards.
        flip_y: Whether above and below change places, afterwards.
    """

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the upright width and height of a stored picture, or the stored ones of an upright one."""
        return (height, width) if self.transpose else (width, height)

    def turn(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return `(height, width, ...)` pixels upright, as rows in memory; upright ones as they are."""
        if self.transpose:
            pixels = pixels.swapaxes(0, 1)
        if self.flip_x:
            pixels = pixels[:, ::-1]
        if self.flip_y:
            pixels = pixels[::-1]
        return np.ascontiguousarray(pixels)


UPRIGHT = Orientation()

_EXIF = {
    2: Orientation(flip_x=True),
    3: Orientation(flip_x=True, flip_y=True),
    4: Orientation(flip_y=True),
    5: Orientation(transpose=True),
    6: Orientation(transpose=True, flip_x=True),
    7: Orientation(transpose=True, flip_x=True, flip_y=True),
    8: Orientation(transpose=True, flip_y=True),
}
"""EXIF 2.32, 4.6.4 A, tag 0x0112: where row 0 and column 0 of the stored picture are seen."""


def of_matrix(matrix: bytes) -> Orientation:
    """Read a display matrix (ISO/IEC 14496-12, 8.3.2), as libavutil hands it over: nine int32.

    Only its signs count: cameras turn by quarters and mirror; other angles are taken as the nearest quarter.
    """
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix[:36])
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Orientation(transpose=True, flip_x=c < 0, flip_y=b < 0)
    return Orientation(flip_x=a < 0, flip_y=d < 0)


def of_degrees(anticlockwise: float) -> Orientation:
    """Return the orientation of a turn without a mirror, as libavutil counts it."""
    turns = round(anticlockwise / 90) % 4
    return (
        UPRIGHT,
        Orientation(transpose=True, flip_y=True),
        Orientation(flip_x=True, flip_y=True),
        Orientation(transpose=True, flip_x=True),
    )[turns]


def of_picture(file: BinaryIO) -> Orientation:
    """Read the EXIF orientation of a JPEG, PNG, WebP or TIFF file; upright where it says nothing.

    It reads headers only, and never fails: what is broken says nothing.
    """
    file.seek(0)
    if file.read(2) in _TIFF:
        file.seek(0)
        exif = file.read(LONGEST)
    else:
        exif = next(iter(find_exif(file)), b"")
    return _EXIF.get(_orientation(exif), UPRIGHT)


def _orientation(exif: bytes) -> int:
    """Read the tag in the first directory of a TIFF structure (TIFF 6.0, 2)."""
    order = _TIFF.get(exif[:2])
    if order is None:
        return 1
    try:
        (place,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, place)
        for entry in range(place + 2, place + 2 + 12 * min(count, 200), 12):
            tag, kind, number, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if tag == _TAG and kind == 3 and number == 1:  # noqa: PLR2004 - one SHORT
                return value
    except struct.error:
        pass
    return 1
