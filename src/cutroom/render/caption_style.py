"""What a caption style is: one file in `caption_styles/`, the way in which spoken words are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Protocol

from cutroom.base.registry import Registry
from cutroom.render.captions.pages import Spoken
from cutroom.render.document.values import Color
from cutroom.render.fonts import DEFAULT_FAMILY
from cutroom.render.motion import Pose
from cutroom.render.pixels.sprite import Sprite
from cutroom.render.text.looks import Case, Plate

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


_WHITE, _YELLOW, _BLACK = Color(255, 255, 255), Color(255, 212, 0), Color(0, 0, 0)


@dataclass(frozen=True)
class CaptionLook:
    """How captions of a style look; a clip may say otherwise.

    Attributes:
        font: Families, in order.
        size: As a share of the canvas's shorter side.
        weight: 1 to 1000.
        color: Of words.
        highlight: Of the word that is spoken, or of what is behind it.
        outline: Around letters.
        outline_width: As a share of the size.
        background: Behind the text.
        case: Of letters.
        line_height: As a multiple of the size.
        max_lines: On one page.
        max_words: On one page; None: any number.
        keeps_lines: Whether the line breaks of cues stand.
    """

    font: str = DEFAULT_FAMILY
    size: float = 0.07
    weight: int = 800
    color: Color = _WHITE
    highlight: Color = _YELLOW
    outline: Color = _BLACK
    outline_width: float = 0.07
    background: Plate | None = None
    case: Case = "as-written"
    line_height: float = 1.2
    max_lines: int = 2
    max_words: int | None = None
    keeps_lines: bool = False


class CaptionPage(Protocol):
    """A page that is laid out, at one time; everything it gives is drawn once and kept."""

    @property
    def words(self) -> tuple[Spoken, ...]:
        """The words, in the order they are read."""
        ...

    @property
    def size(self) -> float:
        """Pixels of the font."""
        ...

    @property
    def color(self) -> Color:
        """Of words."""
        ...

    @property
    def highlight(self) -> Color:
        """Of the word that is spoken."""
        ...

    def spoken(self, time: Fraction) -> int:
        """Return which word is spoken last at a time; -1 before the first."""
        ...

    def box(self, word: int) -> Box | None:
        """Return the box of a word, as high as its line; None: it shows nothing."""
        ...

    def runs_left(self, word: int) -> bool:
        """Whether a word runs from right to left."""
        ...

    def whole(self, color: Color) -> Iterator[Sprite]:
        """Yield all words in a colour."""
        ...

    def word(
        self, word: int, color: Color, pose: Pose | None = None, letters: int | None = None
    ) -> Iterator[Sprite]:
        """Yield a word in a colour.

        Args:
            word: Its number.
            color: Of its letters.
            pose: How it stands about its middle; None: as laid out.
            letters: How many of its characters are shown; None: all.
        """
        ...

    def plate(self, box: Box, radius: float, color: Color) -> Iterator[Sprite]:
        """Yield a filled box with round corners."""
        ...


class CaptionStyle:
    """The contract; subclass it and bind an instance to `caption_style` in the file."""

    name: ClassVar[str]
    title: ClassVar[str]
    look: ClassVar[CaptionLook]

    def sprites(self, page: CaptionPage, time: Fraction) -> Iterator[Sprite]:
        """Yield what is seen of a page, from below to above; what stands behind all of it is there already.

        Args:
            page: The page.
            time: Seconds since the clip's beginning; the page is on the picture then.
        """
        raise NotImplementedError


CAPTION_STYLES: Registry[CaptionStyle] = Registry("cutroom.render.caption_styles", "caption_style")
"""Every caption style, by name."""
