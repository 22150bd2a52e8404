"""Text: one or more lines in a typeface, shaped, wrapped and fitted."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from cutroom.render.animated import Animated, value_at
from cutroom.render.clip import VisualClip
from cutroom.render.fonts import DEFAULT_FAMILY
from cutroom.render.layer import Drawing, Layer, Stage
from cutroom.render.sprite import Matrix, Sprite
from cutroom.render.text.layout import TextLayout, TextStyle, lay_out
from cutroom.render.text.painting import Ink, glyphs_of, paint
from cutroom.render.values import Color

Size = Annotated[float, Field(gt=0, le=4000)]


class TextClip(VisualClip):
    """Words on the picture."""

    type: Literal["text"] = "text"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    text: str = Field(max_length=20_000)
    font: str = DEFAULT_FAMILY
    size: Animated[Size] = 64.0
    weight: int = Field(default=600, ge=1, le=1000)
    italic: bool = False
    color: Animated[Color] = Color(255, 255, 255)


class TextDrawing:
    """A text, ready to be drawn."""

    def __init__(self, clip: TextClip, stage: Stage) -> None:
        """Choose its typefaces."""
        self._clip = clip
        self._stage = stage

    def _lay_out(self, time: Fraction, width: float | None) -> TextLayout:
        clip = self._clip
        style = TextStyle(
            families=(clip.font,),
            weight=clip.weight,
            is_italic=clip.italic,
            size=value_at(clip.size, time),
            align="center",
        )
        return lay_out(clip.text, style, self._stage.fonts, width)

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return width and height of the text's box."""
        found = self._lay_out(time, width)
        return width or found.width, height or found.height

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return what is seen."""
        found = self._lay_out(time, width)
        ink = Ink(value_at(self._clip.color, time))
        painted = paint([step for line in found.lines for step in glyphs_of(line.runs, ink)])
        if painted is None:
            return ()
        return (Sprite(painted.source, Matrix(e=painted.left, f=painted.top + (height - found.height) / 2)),)


class TextLayer(Layer[TextClip]):
    """Words on the picture."""

    name = "text"
    title = "Text"
    summary = "Words in a typeface, wrapped and fitted into their box."
    model = TextClip
    example: ClassVar[dict[str, Any]] = {"type": "text", "text": "Hello, world", "size": 96, "length": 2}

    def prepare(self, clip: TextClip, stage: Stage) -> Drawing | None:
        """Choose typefaces and lay the text out."""
        return TextDrawing(clip, stage) if clip.text.strip() else None


layer = TextLayer()
