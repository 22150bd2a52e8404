"""What a captions clip may say."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cutroom.render.document.animated import Animated
from cutroom.render.document.clip import Anchor, Area, VisualClip
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color, Length, Time
from cutroom.render.text.looks import Case, Outline, Plate, Size, Weight


class WordUse(Model):
    """A spoken word, as transcripts give it."""

    start_time: Time = Field(ge=0)
    end_time: Time = Field(ge=0)
    text: str = Field(min_length=1, max_length=500)
    glued: bool = Field(default=False, description="Whether no space stands before it.")
    confidence: float | None = Field(default=None, ge=0, le=1)
    speaker: str | None = None


class CueUse(Model):
    """A text that is shown from one time to another; seconds since the clip's beginning."""

    start_time: Time = Field(ge=0)
    end_time: Time = Field(ge=0)
    text: str = Field(max_length=5000)
    words: tuple[WordUse, ...] = Field(default=(), max_length=1000)
    speaker: str | None = None
    place: Literal["bottom", "top", "middle"] = "bottom"

    @model_validator(mode="after")
    def _ends_later(self) -> CueUse:
        if self.end_time <= self.start_time:
            message = f"a cue ends after it starts; this one ends at {float(self.end_time):g} s"
            raise ValueError(message)
        return self


class CaptionsClip(VisualClip):
    """What is said, on the picture; what is left out is as the style has it.

    Without a place of its own it stands at the bottom of the title-safe area, or where each cue says.
    """

    type: Literal["captions"] = "captions"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    cues: tuple[CueUse, ...] | None = Field(default=None, max_length=20_000)
    src: str | None = Field(
        default=None, min_length=1, description="Subtitles: .srt, .vtt, .ass, .ttml or .json."
    )
    style: str = Field(default="karaoke", description="box, karaoke, line, pop or typewriter.")
    offset: Time = Field(
        default=Fraction(0), ge=-36_000, le=36_000, description="Seconds added to all times."
    )
    y: Animated[Length] = Length(100, is_percent=True)
    anchor: Anchor = "bottom"
    area: Area = "title-safe"
    width: Animated[Length] | None = Length(100, is_percent=True)
    font: str | None = Field(default=None, max_length=400)
    size: Size | None = Field(default=None, description="Pixels.")
    weight: Weight | None = None
    color: Color | None = None
    highlight: Color | None = Field(default=None, description="Of the word that is spoken.")
    outline: Outline | None = None
    background: Plate | None = None
    case: Case | None = None
    line_height: float | None = Field(default=None, ge=0.5, le=5)
    letter_spacing: float | None = Field(default=None, ge=-100, le=500)
    max_lines: Annotated[int, Field(ge=1, le=10)] | None = Field(
        default=None, description="What is more goes to the next page."
    )
    max_words: Annotated[int, Field(ge=1, le=100)] | None = Field(default=None, description="On one page.")
    language: str = Field(default="", max_length=35)

    @model_validator(mode="after")
    def _has_cues(self) -> CaptionsClip:
        if (self.cues is None) == (self.src is None):
            message = "captions have one of cues and src"
            raise ValueError(message)
        return self
