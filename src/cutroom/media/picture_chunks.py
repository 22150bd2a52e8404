"""What JPEG, PNG and WebP files carry beside their pixels: EXIF and colour profiles."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

LONGEST = 1 << 22
"""Bytes of a part that is read; EXIF with a preview has 64 KB, printers' profiles 2 MB."""

_MOST_PARTS = 2000

_FRAMES = {bytes([marker]) for marker in range(0xC0, 0xD0)} - {b"\xc4", b"\xc8", b"\xcc"}
"""Markers of a frame's header (ITU-T T.81, table B.1); the three are tables and reserved."""

_Part = tuple[bytes, bytes]
"""Name and content."""


def find_jpeg_size(file: BinaryIO) -> tuple[int, int] | None:
    """Return width and height of a JPEG, as stored; None: it is none, or says it later. It never fails."""
    for _, content in _parts(file, _FRAMES):
        height, width = (int.from_bytes(content[at : at + 2], "big") for at in (1, 3))
        return (width, height) if width and height else None
    return None


def find_exif(file: BinaryIO) -> list[bytes]:
    """Return the TIFF structures with the EXIF of a picture: one or none. It never fails."""
    parts = _parts(file, {b"\xe1", b"eXIf", b"EXIF"})
    return [
        content.removeprefix(b"Exif\x00\x00")
        for name, content in parts
        if name != b"\xe1" or content.startswith(b"Exif\x00\x00")
    ][:1]


def find_colour_profile(file: BinaryIO) -> bytes:
    """Return the ICC profile of a picture; empty: it has none. It never fails."""
    parts = list(_parts(file, {b"\xe2", b"iCCP", b"ICCP"}))
    if parts and parts[0][0] == b"\xe2":  # in pieces of 64 KB with their number (ICC.1:2022, B.4)
        mark = b"ICC_PROFILE\x00"
        pieces = [content[len(mark) :] for _, content in parts if content.startswith(mark)]
        return b"".join(piece[2:] for piece in sorted(pieces, key=lambda piece: piece[:1]))
    content = parts[0][1] if parts else b""
    return _inflate(content) if parts and parts[0][0] == b"iCCP" else content


def _inflate(content: bytes) -> bytes:
    """Unpack PNG's profile: its name, a zero, the method, then deflated (PNG 3, 11.3.2.3)."""
    packed = content.partition(b"\x00")[2][1:]
    try:
        return zlib.decompressobj().decompress(packed, LONGEST)
    except zlib.error:
        return b""


def _parts(file: BinaryIO, wanted: set[bytes]) -> Iterator[_Part]:
    """Yield the wanted parts of a file of any of the three kinds."""
    file.seek(0)
    head = file.read(12)
    if head.startswith(b"\xff\xd8"):
        parts = _jpeg_segments(file)
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        parts = _png_chunks(file, wanted)
    elif head[:4] == b"RIFF" and head[8:] == b"WEBP":
        parts = _webp_chunks(file, wanted)
    else:
        return
    for number, (name, content) in enumerate(parts):
        if name in wanted:
            yield name, content
        if number >= _MOST_PARTS:
            return


def _jpeg_segments(file: BinaryIO) -> Iterator[_Part]:
    """Yield marker and content of the segments before the picture (ITU-T T.81, B.1.1)."""
    file.seek(2)
    while True:
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1:2] in {b"\xda", b"\xd9"}:  # noqa: PLR2004 - marker, length
            return
        length = int.from_bytes(head[2:], "big") - 2
        if length < 0:
            return
        yield head[1:2], file.read(length)


def _png_chunks(file: BinaryIO, wanted: set[bytes]) -> Iterator[_Part]:
    """Yield name and content of chunks; only what is wanted is read (PNG 3, 5.3)."""
    file.seek(8)
    while len(head := file.read(8)) == 8:  # noqa: PLR2004 - length, name
        length = int.from_bytes(head[:4], "big")
        is_read = head[4:] in wanted and length <= LONGEST
        yield head[4:], file.read(length) if is_read else b""
        file.seek(4 if is_read else length + 4, 1)


def _webp_chunks(file: BinaryIO, wanted: set[bytes]) -> Iterator[_Part]:
    """Yield name and content of chunks; only what is wanted is read (RFC 9649, 2.3)."""
    file.seek(12)
    while len(head := file.read(8)) == 8:  # noqa: PLR2004 - name, length
        length = int.from_bytes(head[4:], "little")
        is_read = head[:4] in wanted and length <= LONGEST
        yield head[:4], file.read(length) if is_read else b""
        file.seek((length & 1) + (0 if is_read else length), 1)
