"""Line: subtitles as television has them, one or two lines at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cutroom.render.caption_style import CaptionLook, CaptionPage, CaptionStyle
from cutroom.render.pixels.sprite import Sprite


class Line(CaptionStyle):
    """The caption style `line`."""

    name = "line"
    title = "Line"
    look = CaptionLook(size=0.05, weight=600, outline_width=0.06, keeps_lines=True)

    def sprites(self, page: CaptionPage, time: Fraction) -> Iterator[Sprite]:
        """Yield the whole text; see `CaptionStyle.sprites`."""
        del time
        yield from page.whole(page.color)


caption_style = Line()
