"""Captions: what is said, from cues with the times of words, in one of several styles."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, ClassVar

from cutroom.render.caption_style import CAPTION_STYLES
from cutroom.render.captions.captions_clip import CaptionsClip
from cutroom.render.captions.drawing import CaptionsDrawing
from cutroom.render.captions.pages import cues_of
from cutroom.render.layer import Drawing, Layer, Stage
from cutroom.render.sources.media_item import MediaItem, MediaUse


class Captions(Layer[CaptionsClip]):
    """The layer `captions`."""

    name = "captions"
    title = "Captions"
    summary = "What is said, word by word: karaoke, pop, box, line or typewriter."
    model = CaptionsClip
    plugins: ClassVar = {"style": CAPTION_STYLES}
    example: ClassVar[dict[str, Any]] = {
        "type": "captions",
        "style": "karaoke",
        "cues": [
            {"startTime": 0, "endTime": 1.2, "text": "Every word"},
            {"startTime": 1.2, "endTime": 2, "text": "in its own time"},
        ],
    }

    def media(self, clip: CaptionsClip) -> tuple[MediaUse, ...]:
        """Return the file of subtitles."""
        return () if clip.src is None else (MediaUse(clip.src, "subtitles"),)

    def natural_length(self, clip: CaptionsClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return when the last cue ends."""
        cues = cues_of(clip, media)
        return max(cue.end for cue in cues) if cues else None

    def prepare(self, clip: CaptionsClip, stage: Stage) -> Drawing | None:
        """Divide cues into pages; see `Layer.prepare`."""
        drawing = CaptionsDrawing(clip, stage)
        return drawing if drawing.cues else None


layer = Captions()
