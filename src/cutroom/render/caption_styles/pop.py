"""Pop: a few words at a time; each springs up when it is spoken."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cutroom.render.caption_style import CaptionLook, CaptionPage, CaptionStyle
from cutroom.render.motion import Pose
from cutroom.render.pixels.sprite import Sprite

_LENGTH = Fraction(1, 5)
"""Seconds that a word springs."""
_SPRING = 1.70158
"""Of Penner's "back" easing: it goes 10 % over its aim."""
_FROM = 0.6
"""The size a word begins with, as a share."""


class Pop(CaptionStyle):
    """The caption style `pop`."""

    name = "pop"
    title = "Pop"
    look = CaptionLook(
        font="Montserrat", size=0.09, weight=900, case="upper", max_words=3, outline_width=0.09
    )

    def sprites(self, page: CaptionPage, time: Fraction) -> Iterator[Sprite]:
        """Yield the words spoken so far; the last one stands out. See `CaptionStyle.sprites`."""
        at = page.spoken(time)
        for number in range(at):
            yield from page.word(number, page.color)
        if at >= 0:
            passed = float((time - page.words[at].begins) / _LENGTH)
            pose = Pose(scale=_sprung(passed), opacity=min(1.0, 0.4 + passed * 3)) if passed < 1 else None
            yield from page.word(at, page.highlight, pose)


def _sprung(share: float) -> float:
    back = share - 1
    return _FROM + (1 - _FROM) * (1 + (_SPRING + 1) * back**3 + _SPRING * back**2)


caption_style = Pop()
