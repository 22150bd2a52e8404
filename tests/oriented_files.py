"""Small files whose metadata says how they are turned."""

from __future__ import annotations

import struct
import zlib


def tiff_file(orientation: int, order: str) -> bytes:
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    value = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    make = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0x41414100)
    return mark + struct.pack(f"{order}IH", 8, 2) + make + value + bytes(4)


def jpeg_file(tiff: bytes) -> bytes:
    exif = b"Exif\x00\x00" + tiff
    jfif = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00".ljust(14, b"\x00")
    return b"\xff\xd8" + jfif + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xda\x00\x02"


def png_file(tiff: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", bytes(99)) + chunk(b"eXIf", tiff)


def webp_file(tiff: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

    body = b"WEBP" + chunk(b"VP8X", bytes(10)) + chunk(b"VP8 ", bytes(33)) + chunk(b"EXIF", tiff)
    return b"RIFF" + struct.pack("<I", len(body)) + body
