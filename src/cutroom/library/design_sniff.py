"""Whether a file that no demuxer knows is something that templates use; light, for a child imports it."""

from __future__ import annotations

from pathlib import Path

from cutroom.base.errors import CutroomError
from cutroom.render.sources.media_item import MediaKind
from cutroom.render.sources.media_reading import look_at_media

_FONTS = {b"\x00\x01\x00\x00": "ttf", b"true": "ttf", b"OTTO": "otf", b"ttcf": "collection", b"wOFF": "woff"}
_OTHERS: tuple[tuple[MediaKind, str], ...] = (("image", "image/svg+xml"), ("animation", "application/json"))


def design_type(path: Path) -> str | None:
    """Return the MIME type of a typeface, a vector picture or a Lottie animation, else None."""
    with path.open("rb") as file:
        start = file.read(4)
    if start in _FONTS:
        return f"font/{_FONTS[start]}"
    for kind, mime_type in _OTHERS:
        try:
            look_at_media(path, kind)
        except CutroomError:
            continue
        return mime_type
    return None
