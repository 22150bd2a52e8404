"""Whether a file was cut off: what its container says about its length against what is there."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_MP4_STARTS = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
_BOX_HEADER = 8
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
_STREAMED_WAV = 0x7FFFFFFF
"""Sizes from here on mean "unknown" in WAV files that were written as a stream."""


def is_cut_off(path: Path, head: bytes) -> bool:
    """Say whether MP4, Matroska or WAV data ends before the end that its own headers promise.

    An MP4 without its index (`moov`) counts as cut off: recorders and most encoders write it last.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if head[4:8] in _MP4_STARTS:
            return _is_mp4_cut(file, size)
        if head.startswith(_EBML):
            return _is_matroska_cut(head, size)
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            return _is_wav_cut(file, size)
    return False


def _is_mp4_cut(file: BinaryIO, size: int) -> bool:
    """Walk over the boxes of the first level (ISO/IEC 14496-12, 4.2)."""
    position = 0
    has_index = False
    while position + _BOX_HEADER <= size:
        file.seek(position)
        header = file.read(16)
        has_index = has_index or header[4:8] == b"moov"
        length = int.from_bytes(header[:4], "big")
        if length == 1:  # the 64-bit size follows the name
            length = int.from_bytes(header[8:16], "big")
        if length == 0:  # up to the end of the file
            length = size - position
        if length < _BOX_HEADER:  # padding or rubbish behind the last box
            break
        position += length
    return not has_index or position > size


def _is_matroska_cut(head: bytes, size: int) -> bool:
    """Compare the Segment's size (RFC 8794, 4 and 6.2) with the file; live recordings have none."""
    start = head.find(_SEGMENT, 0, 4096)
    if start < 0:
        return False
    first = head[start + 4]
    width = 9 - first.bit_length()
    value = int.from_bytes(head[start + 4 : start + 4 + width], "big") & ((1 << (7 * width)) - 1)
    is_unknown = value == (1 << (7 * width)) - 1
    return not is_unknown and start + 4 + width + value > size


def _is_wav_cut(file: BinaryIO, size: int) -> bool:
    """Compare the size of the `data` chunk (RIFF, 1991) with the file."""
    position = 12
    while position + _BOX_HEADER <= size:
        file.seek(position)
        header = file.read(_BOX_HEADER)
        length = int.from_bytes(header[4:8], "little")
        if header[:4] == b"data":
            return 0 < length < _STREAMED_WAV and position + _BOX_HEADER + length > size
        position += _BOX_HEADER + length + (length & 1)
    return False
