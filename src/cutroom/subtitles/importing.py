"""Subtitle files from anywhere: which format, which encoding, which cues, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import PurePath

from cutroom.base.errors import Refused
from cutroom.subtitles.cue import Cue
from cutroom.subtitles.format import FORMATS, Format, Imported
from cutroom.subtitles.syntax.encoding import decode_bytes
from cutroom.subtitles.syntax.intake import MOST_FAULTS
from cutroom.subtitles.word import Word

_HEAD = 64 * 1024
_ORDER = ("vtt", "ass", "ttml", "json")
"""Formats whose files begin in a way of their own are asked before those that only have lines of times."""


def read_subtitles(
    content: bytes, name: str = "", *, language: str | None = None, rate: Fraction | None = None
) -> Imported:
    """Read a subtitle file of any known format and encoding.

    The format is found by content; the name's ending only helps where that says nothing. Files that break
    the rules of their format are read as far as they can be; what did not come through is in the faults.

    Args:
        content: The whole file.
        name: Its name.
        language: A BCP 47 tag, where the user knows it.
        rate: Frames per second of the recording. With it, a time that the format's rounding cannot tell
            from a frame's boundary is that boundary. None: what the file says, else `DEFAULT_RATE`; times
            as they stand.

    Raises:
        Refused: With code `subtitles_too_large`, `no_text`, `unknown_subtitles`, `too_many_cues` or
            `broken_subtitles`.
    """
    decoded = decode_bytes(content, language=language)
    chosen = find_format(decoded.text, name)
    imported = chosen.read(decoded.text, language=language, rate=rate)
    faults = sorted((*decoded.faults, *imported.faults), key=lambda fault: fault.line)
    imported = replace(imported, faults=tuple(faults[: MOST_FAULTS + 1]), encoding=decoded.encoding)
    return _on_grid(imported, rate, chosen.resolution) if rate else imported


def find_format(text: str, name: str = "") -> Format:
    """Return the format of a text.

    Raises:
        Refused: With code `unknown_subtitles`.
    """
    readable = [form for form in _formats() if form.can_read]
    suffix = PurePath(name).suffix.lower()
    named = next((form for form in readable if suffix in form.suffixes), None)
    found = next((form for form in readable if form.recognises(text)), named)
    if found is not None:
        # A WebVTT file that lacks its first line looks like SubRip.
        return named if named is not None and found.name == "srt" and named.name == "vtt" else found
    known = ", ".join(form.title for form in readable)
    what = f"The file {PurePath(name).name[:100]!r}" if name else "The file"
    raise Refused(f"{what} has no subtitles that can be read; known are {known}.", code="unknown_subtitles")


def _formats() -> list[Format]:
    names = FORMATS.names()
    first = [name for name in _ORDER if name in names]
    return [FORMATS.load(name) for name in [*first, *(name for name in names if name not in first)]]


def _on_grid(imported: Imported, rate: Fraction, resolution: Fraction) -> Imported:
    """Move times that are a frame's boundary but for rounding onto it."""

    def moved(seconds: Fraction) -> Fraction:
        boundary = round(seconds * rate) / rate
        return boundary if 2 * abs(boundary - seconds) <= resolution else seconds

    def moved_word(word: Word) -> Word:
        return replace(word, start=moved(word.start), end=moved(word.end))

    def moved_cue(cue: Cue) -> Cue:
        words = tuple(moved_word(word) for word in cue.words)
        return replace(cue, start=moved(cue.start), end=moved(cue.end), words=words)

    return replace(imported, track=replace(imported.track, cues=tuple(map(moved_cue, imported.track.cues))))
