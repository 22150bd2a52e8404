"""What clips with text say of its look: typeface, outline, plate, emphasis, motion of its parts."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from cutroom.render.document.animated import Animated
from cutroom.render.document.clip import MotionUse
from cutroom.render.document.easing import Easing
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color, Time
from cutroom.render.text.units import By

Size = Annotated[float, Field(gt=0, le=4000)]
Weight = Annotated[int, Field(ge=1, le=1000)]
Case = Literal["as-written", "upper", "lower"]


class Outline(Model):
    """A line around letters."""

    color: Animated[Color] = Color(0, 0, 0)
    width: Animated[Annotated[float, Field(ge=0, le=200)]] = Field(
        default=4.0, description="Pixels outside the letters' edge."
    )


class Plate(Model):
    """A filled box behind text."""

    color: Animated[Color] = Color(0, 0, 0, 160)
    padding_x: float = Field(default=24.0, ge=0, le=1000)
    padding_y: float = Field(default=12.0, ge=0, le=1000)
    radius: float = Field(default=12.0, ge=0, le=1000)
    per: Literal["block", "line"] = Field(
        default="block", description="One behind the whole text, or one behind each line."
    )


class Emphasis(Model):
    """How the words between asterisks differ: `Read *this* first`."""

    color: Animated[Color] | None = None
    background: Animated[Color] | None = Field(default=None, description="A marker behind the words.")
    weight: Weight | None = None


class UnitMotion(MotionUse):
    """How the characters, words or lines of a text come in or go out, one after the other."""

    type: str = Field(
        default="fade",
        description="A motion, or `typewriter`: each part is there at once when its turn comes.",
    )
    length: Time = Field(default=Fraction(2, 5), gt=0, le=60, description="Seconds that each part moves.")
    easing: Easing = "ease-out"
    by: By = "word"
    stagger: Time = Field(default=Fraction(2, 25), ge=0, le=10, description="Seconds between two parts.")
    start: Time = Field(
        default=Fraction(0), ge=0, le=3600, description="Seconds before the first part moves."
    )
    order: Literal["forward", "backward", "middle"] = "forward"
