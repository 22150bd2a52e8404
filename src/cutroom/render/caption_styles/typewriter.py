"""Typewriter: characters come as they are spoken, with a bar behind the last one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cutroom.render.caption_style import CaptionLook, CaptionPage, CaptionStyle
from cutroom.render.pixels.sprite import Sprite

_BAR = (0.12, 0.16, 0.06)
"""Space before the bar, inset above and below, and width: shares of the size."""


class Typewriter(CaptionStyle):
    """The caption style `typewriter`."""

    name = "typewriter"
    title = "Typewriter"
    look = CaptionLook(font="JetBrains Mono", size=0.055, weight=700, outline_width=0.05)

    def sprites(self, page: CaptionPage, time: Fraction) -> Iterator[Sprite]:
        """Yield what is written so far; see `CaptionStyle.sprites`."""
        at = page.spoken(time)
        for number in range(at):
            yield from page.word(number, page.color)
        if at < 0:
            return
        word = page.words[at]
        count = word.end - word.start
        length = word.ends - word.begins
        share = min(Fraction(1), (time - word.begins) / length) if length else Fraction(1)
        letters = min(count, int(share * count) + 1)
        yield from page.word(at, page.color, letters=letters)
        yield from _bar(page, at, letters / count)


def _bar(page: CaptionPage, number: int, share: float) -> Iterator[Sprite]:
    """Yield the bar; it goes on evenly, which in a typeface of one width is behind the letter."""
    box = page.box(number)
    if box is None:
        return
    space, inset, width = (part * page.size for part in _BAR)
    left, top, right, bottom = box
    x = left + (right - left) * share + space
    if page.runs_left(number):
        x = right - (right - left) * share - space - width
    yield from page.plate((x, top + inset, x + width, bottom - inset), width / 2, page.highlight)


caption_style = Typewriter()
