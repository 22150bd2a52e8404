"""Text: one or more lines in a typeface, shaped, wrapped and fitted."""

from __future__ import annotations

from typing import Any, ClassVar

from cutroom.render.layer import Drawing, Layer, Stage
from cutroom.render.text.drawing import TextDrawing
from cutroom.render.text.text_clip import TextClip


class Text(Layer[TextClip]):
    """The layer `text`."""

    name = "text"
    title = "Text"
    summary = "Words in a typeface: wrapped, fitted, outlined, moved by character, word or line."
    model = TextClip
    example: ClassVar[dict[str, Any]] = {
        "type": "text",
        "text": "Made with *words*",
        "font": "Montserrat",
        "size": 96,
        "weight": 800,
        "width": "80%",
        "emphasis": {"color": "#ffd400"},
        "animation": {"type": "slide", "by": "word"},
        "length": 2,
    }

    def prepare(self, clip: TextClip, stage: Stage) -> Drawing | None:
        """Choose typefaces; see `Layer.prepare`."""
        return TextDrawing(clip, stage) if clip.text.strip() else None


layer = Text()
