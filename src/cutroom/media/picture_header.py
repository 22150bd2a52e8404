"""Size and transparency of PNG and WebP pictures from their headers, without decoding a pixel."""

from __future__ import annotations

from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_WITH_ALPHA = frozenset({4, 6})
"""Colour types of PNG that have an alpha channel (PNG 3, 11.2.1)."""

_VP8_START = b"\x9d\x01\x2a"
_VP8L_START = 0x2F


@dataclass(frozen=True, slots=True)
class StillImage:
    """What a picture is.

    Attributes:
        width: Pixels, as stored or upright.
        height: The same.
        has_alpha: Whether it may be transparent.
    """

    width: int
    height: int
    has_alpha: bool


def is_png(head: bytes) -> bool:
    """Say whether a file is a PNG picture."""
    return head.startswith(_PNG)


def is_webp(head: bytes) -> bool:
    """Say whether a file is a WebP picture."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def is_animated_webp(head: bytes) -> bool:
    """Say whether a WebP moves (RFC 9649, 2.7)."""
    return is_webp(head) and head[12:16] == b"VP8X" and bool(int.from_bytes(head[20:21], "big") & 0x02)


def read_picture_header(head: bytes) -> StillImage | None:
    """Return what the header of a PNG or WebP says, as stored; None: it is neither, or broken.

    Args:
        head: The first bytes of the file; 30 at least.
    """
    if len(head) < 30:  # noqa: PLR2004 - no shorter file is a picture
        return None
    if is_png(head):
        return _read_png(head)
    return _read_webp(head) if is_webp(head) else None


def _read_png(head: bytes) -> StillImage | None:
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    if head[12:16] != b"IHDR" or not width or not height:
        return None
    return StillImage(width, height, head[25] in _WITH_ALPHA or _has_transparent_colours(head))


def _has_transparent_colours(head: bytes) -> bool:
    """Look for the chunk tRNS before the pixels; where they are not in sight, it may be there."""
    place = 8
    while place + 8 <= len(head):
        name = head[place + 4 : place + 8]
        if name in {b"tRNS", b"IDAT"}:
            return name == b"tRNS"
        place += 12 + int.from_bytes(head[place : place + 4], "big")
    return True


def _read_webp(head: bytes) -> StillImage | None:
    """Read the first chunk (RFC 9649, 2.5 to 2.7; RFC 6386, 9.1; RFC 9649, 3.4)."""
    name, body = head[12:16], head[20:30]
    if name == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
        return StillImage(width, height, bool(body[0] & 0x10))
    if name == b"VP8L" and body[0] == _VP8L_START:
        bits = int.from_bytes(body[1:5], "little")
        return StillImage((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1))
    if name == b"VP8 " and body[3:6] == _VP8_START:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        return StillImage(width, height, has_alpha=False) if width and height else None
    return None
