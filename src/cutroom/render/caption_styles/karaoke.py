"""Karaoke: all words are there, and fill with colour as they are spoken."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cutroom.render.caption_style import CaptionLook, CaptionPage, CaptionStyle
from cutroom.render.motion import Pose
from cutroom.render.pixels.sprite import Sprite


class Karaoke(CaptionStyle):
    """The caption style `karaoke`."""

    name = "karaoke"
    title = "Karaoke"
    look = CaptionLook(max_words=8)

    def sprites(self, page: CaptionPage, time: Fraction) -> Iterator[Sprite]:
        """Yield words in two colours; the spoken one has both. See `CaptionStyle.sprites`."""
        at = page.spoken(time)
        for number in range(len(page.words)):
            if number != at:
                yield from page.word(number, page.highlight if number < at else page.color)
        if at >= 0:
            yield from _filling(page, at, time)


def _filling(page: CaptionPage, number: int, time: Fraction) -> Iterator[Sprite]:
    word = page.words[number]
    length = word.ends - word.begins
    share = min(1.0, max(0.0, float((time - word.begins) / length))) if length else 1.0
    # Taller than the line, as letters and outlines are; as wide as the box and its outlines.
    before, behind = (-1.0, -1.0, share, 2.0), (share, -1.0, 2.0, 2.0)
    if page.runs_left(number):
        before, behind = (1 - share, -1.0, 2.0, 2.0), (-1.0, -1.0, 1 - share, 2.0)
    if share < 1:
        yield from page.word(number, page.color, Pose(reveal=behind))
    yield from page.word(number, page.highlight, Pose(reveal=before) if share < 1 else None)


caption_style = Karaoke()
