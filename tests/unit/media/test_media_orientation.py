"""EXIF orientations: read from every kind of file, applied as the standard draws them."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from cutroom.media.orientation import UPRIGHT, of_degrees, of_matrix, of_picture
from oriented_files import jpeg_file, png_file, tiff_file, webp_file

# What the stored picture [[1, 2], [3, 4]] looks like upright (EXIF 2.32, 4.6.4 A).
SEEN = {
    1: [[1, 2], [3, 4]],
    2: [[2, 1], [4, 3]],
    3: [[4, 3], [2, 1]],
    4: [[3, 4], [1, 2]],
    5: [[1, 3], [2, 4]],
    6: [[3, 1], [4, 2]],
    7: [[4, 2], [3, 1]],
    8: [[2, 4], [1, 3]],
}


@pytest.mark.parametrize("wrap", [jpeg_file, png_file, webp_file, bytes])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("number", SEEN)
def test_orientation_is_found_and_applied(wrap, order, number):
    found = of_picture(io.BytesIO(wrap(tiff_file(number, order))))

    stored = np.array([[1, 2], [3, 4]], np.uint8)
    assert found.turn(stored).tolist() == SEEN[number]
    assert found.size(3, 2) == ((2, 3) if number >= 5 else (3, 2))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, -90, 360])
def test_orientation_turns_anticlockwise(degrees):
    stored = np.arange(12, dtype=np.uint8).reshape(3, 4)

    assert of_degrees(degrees).turn(stored).tolist() == np.rot90(stored, degrees // 90 % 4).tolist()


def test_orientation_of_matrices_has_the_signs_of_the_standard():
    one = 1 << 16
    quarter = struct.pack("=9i", 0, one, 0, -one, 0, 0, 0, 0, 1 << 30)  # a phone held upright
    stored = np.array([[1, 2], [3, 4]], np.uint8)

    assert of_matrix(quarter).turn(stored).tolist() == SEEN[6]
    assert of_matrix(struct.pack("=9i", one, 0, 0, 0, one, 0, 0, 0, 1 << 30)) == UPRIGHT
