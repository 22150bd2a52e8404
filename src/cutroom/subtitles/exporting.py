"""A track as the bytes of a file."""

from __future__ import annotations

from cutroom.base.errors import Refused
from cutroom.subtitles.cue import Track
from cutroom.subtitles.format import FORMATS


def write_subtitles(track: Track, name: str, *, title: str = "") -> bytes:
    """Return a file in UTF-8.

    Args:
        track: Any cues.
        name: A format's name, such as "srt".
        title: For formats that have a place for it.

    Raises:
        Refused: With code `unknown_format` or `unwritable_format`.
    """
    form = FORMATS.load(name)
    if not form.can_write:
        raise Refused(f"{form.title} can be read, not written.", code="unwritable_format")
    return form.write(track, title=title).encode("utf-8")


def format_of_suffix(suffix: str) -> str:
    """Return the name of the format that a file's ending stands for.

    Args:
        suffix: With the dot, in any case.

    Raises:
        Refused: With code `unknown_format`.
    """
    for name in FORMATS.names():
        if suffix.lower() in FORMATS.load(name).suffixes:
            return name
    known = ", ".join(suffix for name in FORMATS.names() for suffix in FORMATS.load(name).suffixes)
    raise Refused(f"{suffix!r} is no ending of a subtitle file; known: {known}.", code="unknown_format")
