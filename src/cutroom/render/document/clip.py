"""What every clip of a track has in common, whatever its layer shows or sounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from cutroom.render.document.animated import Animated
from cutroom.render.document.easing import Easing
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color, Length, Time
from cutroom.render.pixels.sprite import Blend

Anchor = Literal[
    "center", "top", "bottom", "left", "right", "top-left", "top-right", "bottom-left", "bottom-right"
]
Area = Literal["frame", "action-safe", "title-safe"]
"""What places and shares refer to; the safe areas are the inner 93 % and 90 % (SMPTE ST 2046-1)."""


class TransitionUse(Model):
    """How a clip follows the one before it in its track."""

    type: str = Field(description="crossfade, wipe, slide, zoom, iris, luma or another of the transitions.")
    length: Time = Field(gt=0, le=60, description="Seconds during which both clips are seen.")
    easing: Easing = Field(default="linear", description="How it goes on over its time.")
    direction: Literal["left", "right", "up", "down"] = Field(default="left", description="Where it goes to.")
    softness: float = Field(default=0.0, ge=0, le=1, description="Width of a soft edge, as a share.")
    src: str | None = Field(default=None, description="The picture whose brightness steers `luma`.")


class MotionUse(Model):
    """How a clip comes in or goes out."""

    type: str = Field(description="fade, slide, zoom, pop, spin, blur or another of the motions.")
    length: Time = Field(gt=0, le=60, description="Seconds.")
    easing: Easing = Field(default="ease-out", description="How it goes on over its time.")
    direction: Literal["left", "right", "up", "down"] = Field(default="up", description="Where it goes to.")
    amount: float = Field(default=1.0, ge=0, le=10, description="How far; 1 is the motion's own measure.")


class ShadowUse(Model):
    """A soft shadow below a clip."""

    x: float = Field(default=0.0, ge=-1000, le=1000, description="Pixels to the right.")
    y: float = Field(default=8.0, ge=-1000, le=1000, description="Pixels down.")
    blur: float = Field(default=16.0, ge=0, le=500, description="Softness in pixels.")
    color: Color = Color(0, 0, 0, 128)


class MaskUse(Model):
    """What of a clip is seen: a shape, or the alpha or brightness of a picture, over the clip's own box."""

    shape: Literal["ellipse", "rectangle"] | None = Field(
        default=None, description="As large as the clip's box."
    )
    src: str | None = Field(default=None, description="A picture, stretched over the clip's box.")
    channel: Literal["alpha", "luma"] = Field(default="alpha", description="What of the picture decides.")
    invert: bool = Field(default=False, description="Whether it hides instead of shows.")


class Clip(Model):
    """A part of a track: what is played, when."""

    type: str
    id: str | None = Field(default=None, min_length=1, max_length=100, description="A name for messages.")
    start: Time | Literal["auto"] = Field(
        default="auto", description="Seconds; `auto`: where the clip before it ends, less the transition."
    )
    length: Time | Literal["auto", "end"] = Field(
        default="auto", description="Seconds; `auto`: as long as it plays; `end`: until the template ends."
    )
    _written_at: str = PrivateAttr("")

    @property
    def written_at(self) -> str:
        """Where it stands in the document as it was written; several have one place where it is repeated."""
        return self._written_at

    def place(self, path: str) -> None:
        """Say where it stands in the document as it was written."""
        self._written_at = path


Share = Annotated[float, Field(ge=0, le=1)]


class Crop(Model):
    """What is cut off at each edge, as shares of the source."""

    left: Share = Field(default=0.0, description="Share of the width.")
    top: Share = Field(default=0.0, description="Share of the height.")
    right: Share = Field(default=0.0, description="Share of the width.")
    bottom: Share = Field(default=0.0, description="Share of the height.")


class VisualClip(Clip):
    """A clip that is seen: where it stands and how it looks.

    The point of the clip that `anchor` names stands at (`x`, `y`) of the `area`; shares are of the area's
    width and height. Inside a group the group's box is the area.
    """

    x: Animated[Length] = Field(
        default=Length(50, is_percent=True), description="Where its anchor stands, from the left of the area."
    )
    y: Animated[Length] = Field(
        default=Length(50, is_percent=True), description="Where its anchor stands, from the top of the area."
    )
    anchor: Anchor = Field(default="center", description="The point of the clip that stands at x and y.")
    area: Area = Field(default="frame", description="What places and shares refer to.")
    width: Animated[Length] | None = Field(default=None, description="Left out: as the content needs.")
    height: Animated[Length] | None = Field(default=None, description="Left out: as the content needs.")
    scale: Animated[float] = Field(default=1.0, description="Factor, around the anchor.")
    rotation: Animated[float] = Field(default=0.0, description="Degrees, clockwise.")
    opacity: Animated[Share] = Field(default=1.0, description="0 is not seen at all.")
    blend: Blend = Field(default="normal", description="How it mixes with what is below.")
    radius: Animated[float] = Field(default=0.0, description="Rounded corners, in pixels.")
    blur: Animated[float] = Field(default=0.0, description="Sigma of a Gaussian blur, in pixels.")
    shadow: ShadowUse | None = Field(default=None, description="A soft shadow below it.")
    mask: MaskUse | None = Field(default=None, description="What of it is seen.")
    enter: MotionUse | None = Field(default=None, description="How it comes in.")
    exit: MotionUse | None = Field(default=None, description="How it goes out.")
    transition: TransitionUse | None = Field(default=None, description="How it follows the clip before it.")
