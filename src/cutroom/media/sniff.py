"""What a file is by its first bytes, for everything that libavformat should not be asked about."""

from __future__ import annotations

import re

from cutroom.base.errors import BrokenMedia

HEAD_BYTES = 64 * 1024

_PLAYLISTS = (
    re.compile(rb"^\s*#EXTM3U"),
    re.compile(rb"^\s*ffconcat\s+version", re.IGNORECASE),
    re.compile(rb"<MPD[\s>]"),
    re.compile(rb"<SmoothStreamingMedia[\s>]"),
    re.compile(rb"^v=0\r?\n[a-z]="),
    re.compile(rb"^\s*\[playlist\]", re.IGNORECASE),
    re.compile(rb"<asx[\s>]", re.IGNORECASE),
    re.compile(rb"^\s*\[Reference\]", re.IGNORECASE),
    re.compile(rb"^\s*# ?VobSub index file"),
)

_SRT_TIME = re.compile(r"^\s*\d+:\d\d:\d\d[,.]\d{1,3}\s*-->\s*\d+:\d\d:\d\d[,.]\d{1,3}", re.MULTILINE)
_ASS = re.compile(r"^\[Script Info\]", re.MULTILINE | re.IGNORECASE)

_DOCUMENTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_ZIP_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"mimetypeapplication/epub+zip", "application/epub+zip"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
)


def refuse_playlists(head: bytes) -> None:
    """Refuse files that only point to other files or addresses.

    Raises:
        BrokenMedia: With code `playlist`.
    """
    start = head[:4096].removeprefix(b"\xef\xbb\xbf")
    if any(pattern.search(start) for pattern in _PLAYLISTS):
        message = "The file is a playlist that points to other files; upload the media itself."
        raise BrokenMedia(message, code="playlist")


def picture_size(head: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF or BMP before any decoder sees it, else None.

    These compress a plain colour by more than 1,000 to 1, so that small files make large pictures.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):  # PNG 1.2, 11.2.2: IHDR is the first chunk
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    if head[:4] == b"GIF8":
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if head[:2] == b"BM" and len(head) >= 26:  # noqa: PLR2004 - BITMAPINFOHEADER begins at 14
        width, height = (
            int.from_bytes(head[18:22], "little"),
            int.from_bytes(head[22:26], "little", signed=True),
        )
        return width, abs(height)
    return None


def decode_text(head: bytes) -> str | None:
    """Read bytes as text, or None when they are none (UTF-8, or UTF-16 with a byte order mark)."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head[: len(head) & ~1].decode("utf-16", errors="replace")
    if b"\x00" in head:
        return None
    try:
        # The head may end inside a character.
        return head.decode("utf-8-sig", errors="strict")
    except UnicodeDecodeError as error:
        return head[: error.start].decode("utf-8-sig") if error.start >= len(head) - 3 else None


def subtitles_type(head: bytes) -> str | None:
    """Return the MIME type of a text subtitle file (SubRip, WebVTT, ASS, TTML), or None."""
    text = decode_text(head) or _legacy_text(head)
    if text is None:
        return None
    start = text.lstrip()
    if start.startswith("WEBVTT"):
        return "text/vtt"
    if _ASS.search(start[:2000]):
        return "text/x-ssa"
    if _SRT_TIME.search(start[:4000]):
        return "application/x-subrip"
    if start.startswith("<") and re.search(r"<(\w+:)?tt[\s>]", start[:2000]):
        return "application/ttml+xml"
    return None


def document_type(head: bytes) -> str | None:
    """Return the MIME type of a document that is no media (PDF, Office, EPUB, SVG), or None.

    Plain text is no document here: text that calls itself a video is a mistake to point out.
    """
    for magic, mime_type in _DOCUMENTS:
        if head.startswith(magic):
            return mime_type
    if head.startswith(b"PK\x03\x04"):
        return next((mime for mark, mime in _ZIP_KINDS if mark in head), None)
    text = decode_text(head[:2048])
    if text and text.lstrip().startswith("<") and "<svg" in text:
        return "image/svg+xml"
    return None


def _legacy_text(head: bytes) -> str | None:
    """Read old one-byte subtitles, whose time lines are ASCII whatever the code page of the words."""
    return None if b"\x00" in head else head.decode("latin-1")
