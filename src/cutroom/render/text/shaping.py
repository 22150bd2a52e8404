"""From characters of one face and direction to glyphs and their places, by HarfBuzz."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from cutroom.base.errors import BrokenMedia
from cutroom.render.font_face import Face


@dataclass(frozen=True, slots=True)
class Shaped:
    """Glyphs in the order they stand from left to right; lengths are shares of the font size.

    Attributes:
        glyphs: Numbers in the face.
        clusters: Of each, the offset of the first character it stands for.
        advances: How far each moves the next one to the right.
        lefts: How far each is moved to the right itself.
        rises: How far each is moved up.
    """

    glyphs: tuple[int, ...]
    clusters: tuple[int, ...]
    advances: tuple[float, ...]
    lefts: tuple[float, ...]
    rises: tuple[float, ...]


@lru_cache(maxsize=8192)
def shape(face: Face, text: str, is_right_to_left: bool, language: str, is_spaced: bool) -> Shaped:
    """Shape a text; the answer is kept.

    Args:
        face: Has glyphs for all of it.
        text: Of one direction and script.
        is_right_to_left: Its direction.
        language: A BCP 47 tag; "" where nobody knows.
        is_spaced: Whether letters are set apart: then none are bound into one (CSS Text Level 3, 8.2).

    Raises:
        BrokenMedia: With code `broken_font`, where a damaged file names glyphs that do not exist.
    """
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction = "rtl" if is_right_to_left else "ltr"
    if language:
        buffer.language = language
    buffer.guess_segment_properties()
    hb.shape(face.shaper, buffer, {"liga": False, "clig": False} if is_spaced else {})
    units = face.units
    marks, places = buffer.glyph_infos, buffer.glyph_positions
    glyphs = tuple(mark.codepoint for mark in marks)
    if max(glyphs, default=0) >= face.shaper.face.glyph_count:
        message = "The typeface is damaged: it asks for glyphs that it does not have; give a whole file."
        raise BrokenMedia(message, code="broken_font")
    return Shaped(
        glyphs,
        tuple(mark.cluster for mark in marks),
        tuple(place.x_advance / units for place in places),
        tuple(place.x_offset / units for place in places),
        tuple(place.y_offset / units for place in places),
    )
