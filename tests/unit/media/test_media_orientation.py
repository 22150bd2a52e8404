"""EXIF orientations: read from every kind of file, applied as the standard draws them."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.media.orientation import UPRIGHT, of_degrees, of_matrix, of_picture

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


def _tiff(orientation: int, order: str) -> bytes:
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    value = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    make = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0x41414100)
    return mark + struct.pack(f"{order}IH", 8, 2) + make + value + bytes(4)


def _jpeg(tiff: bytes) -> bytes:
    exif = b"Exif\x00\x00" + tiff
    jfif = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00".ljust(14, b"\x00")
    return b"\xff\xd8" + jfif + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xda\x00\x02"


def _png(tiff: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", bytes(99)) + chunk(b"eXIf", tiff)


def _webp(tiff: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    body = b"WEBP" + chunk(b"VP8X", bytes(10)) + chunk(b"VP8 ", bytes(33)) + chunk(b"EXIF", tiff)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("wrap", [_jpeg, _png, _webp, bytes])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("number", SEEN)
def test_orientation_is_found_and_applied(wrap, order, number):
    found = of_picture(io.BytesIO(wrap(_tiff(number, order))))

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


@settings(max_examples=60)
@given(st.sampled_from([_jpeg, _png, _webp, bytes]), st.data())
def test_orientation_never_fails_on_broken_files(wrap, data):
    content = bytearray(wrap(_tiff(6, "<")))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    of_picture(io.BytesIO(bytes(content[:cut])))
