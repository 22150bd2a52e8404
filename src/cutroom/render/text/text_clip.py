"""What a text clip may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cutroom.render.document.animated import Animated, Keyframes
from cutroom.render.document.clip import VisualClip
from cutroom.render.document.values import Color
from cutroom.render.fonts import DEFAULT_FAMILY
from cutroom.render.pixels.gradients import Gradient
from cutroom.render.text.bidi import Direction
from cutroom.render.text.layout import Align, Wrap
from cutroom.render.text.looks import Case, Emphasis, Outline, Plate, Size, UnitMotion, Weight


class TextClip(VisualClip):
    """Words on the picture."""

    type: Literal["text"] = "text"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    text: str = Field(max_length=20_000, description="Line breaks stand as they are written.")
    font: str = Field(
        default=DEFAULT_FAMILY, max_length=400, description='A family, or several as "Anton, Inter".'
    )
    size: Animated[Size] = Field(default=64.0, description="Pixels.")
    weight: Weight = 600
    italic: bool = False
    color: Animated[Color] = Color(255, 255, 255)
    gradient: Gradient | None = Field(default=None, description="Fills the letters instead of `color`.")
    align: Align = "center"
    vertical_align: Literal["top", "middle", "bottom"] = "middle"
    line_height: float = Field(default=1.2, ge=0.5, le=5, description="As a multiple of the size.")
    letter_spacing: float = Field(default=0.0, ge=-100, le=500, description="Pixels between characters.")
    wrap: Wrap = Field(default="greedy", description="`balance` makes lines of like length.")
    max_lines: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="What is more is cut off, with an ellipsis."
    )
    fit: Literal["none", "shrink"] = Field(
        default="none", description="`shrink` makes the text smaller until it fits into its box."
    )
    min_size: Size = Field(default=12.0, description="The least size of `shrink`.")
    case: Case = "as-written"
    direction: Direction = "auto"
    language: str = Field(
        default="", max_length=35, description="A BCP 47 tag: decides forms of Han characters and breaks."
    )
    outline: Outline | None = None
    background: Plate | None = None
    emphasis: Emphasis | None = None
    animation: UnitMotion | None = Field(default=None, description="How its parts come in.")
    animation_out: UnitMotion | None = Field(default=None, description="How its parts go out.")

    @model_validator(mode="after")
    def _least_is_less(self) -> TextClip:
        size = self.size.keyframes[0].value if isinstance(self.size, Keyframes) else self.size
        if self.fit == "shrink" and self.min_size > size:
            message = f"minSize {self.min_size:g} is more than the size {size:g}"
            raise ValueError(message)
        return self


def families_of(font: str) -> tuple[str, ...]:
    """Return the families of a list as CSS writes it: "Anton, Inter"."""
    names = tuple(name.strip().strip("\"'") for name in font.split(","))
    return tuple(name for name in names if name) or (DEFAULT_FAMILY,)
