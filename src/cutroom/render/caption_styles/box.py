"""Box: all words are there; a box glides from spoken word to spoken word."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cutroom.render.caption_style import Box, CaptionLook, CaptionPage, CaptionStyle
from cutroom.render.document.easing import ease
from cutroom.render.document.values import Color
from cutroom.render.pixels.sprite import Sprite

_LENGTH = Fraction(3, 25)
"""Seconds that the box takes to the next word, at most."""
_REACH = (0.14, 0.0)
"""By how much it is larger than the word, as shares of the size: to the sides, up and down."""


class BoxStyle(CaptionStyle):
    """The caption style `box`."""

    name = "box"
    title = "Box"
    look = CaptionLook(highlight=Color(124, 58, 237), outline_width=0.05, max_words=7, line_height=1.3)

    def sprites(self, page: CaptionPage, time: Fraction) -> Iterator[Sprite]:
        """Yield the box, then all words; see `CaptionStyle.sprites`."""
        at = page.spoken(time)
        if at >= 0:
            box = _box_at(page, at, time)
            if box is not None:
                yield from page.plate(box, 0.2 * page.size, page.highlight)
        yield from page.whole(page.color)


def _box_at(page: CaptionPage, number: int, time: Fraction) -> Box | None:
    here = page.box(number)
    before = page.box(number - 1) if number else None
    if here is None or before is None or before[1] != here[1]:
        return None if here is None else _larger(here, page.size)
    word = page.words[number]
    length = min(_LENGTH, max(word.ends - word.begins, Fraction(1, 1000)))
    share = ease("ease-in-out", min(1.0, float((time - word.begins) / length)))
    mixed = [a + (b - a) * share for a, b in zip(before, here, strict=True)]
    return _larger((mixed[0], mixed[1], mixed[2], mixed[3]), page.size)


def _larger(box: Box, size: float) -> Box:
    x, y = (reach * size for reach in _REACH)
    return box[0] - x, box[1] - y, box[2] + x, box[3] + y


caption_style = BoxStyle()
