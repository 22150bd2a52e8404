"""The template: a document that says what a film shows and sounds like. Version 1."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, SerializeAsAny, WithJsonSchema

from cutroom.render.document.clip import Clip
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color, Time, read_fraction

VERSION = 1
MOST_PIXELS = 3840 * 2160
MOST_SECONDS = 6 * 3600


def _read_rate(value: object) -> object:
    # A rate is 30 or "30000/1001"; 29.97 means the latter.
    if isinstance(value, float | str) and str(value) in _NTSC:
        return _NTSC[str(value)]
    if isinstance(value, Fraction):
        return value
    message = 'must be frames per second, as 30 or "30000/1001"'
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError as a fault of the document
    return read_fraction(format(value), message)


_NTSC = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
}

Rate = Annotated[
    Fraction,
    BeforeValidator(_read_rate),
    PlainSerializer(lambda rate: int(rate) if rate.denominator == 1 else str(rate)),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d+(/\d+|\.\d+)?$"}]}),
]
"""Frames per second as an exact fraction."""


class Track(Model):
    """Clips that follow each other; a later track stands above an earlier one.

    Attributes:
        clips: Models of their layer types.
    """

    id: str | None = Field(default=None, min_length=1, max_length=100)
    clips: tuple[SerializeAsAny[Clip], ...] = Field(max_length=20_000)


class Mastering(Model):
    """What is done to the whole sound.

    Attributes:
        loudness: Target in LUFS (EBU R 128), at most -1 dBTP; None: left as mixed.
        ducking: How much music is lowered under speech, in decibels; 0: not at all.
        sample_rate: Samples per second.
    """

    loudness: float | None = Field(default=None, ge=-40, le=-5)
    ducking: float = Field(default=0.0, ge=0, le=40)
    sample_rate: Literal[44100, 48000] = 48000


class FontFile(Model):
    """A typeface given as a file."""

    family: str = Field(min_length=1, max_length=100)
    src: str


class Template(Model):
    """A template whose inputs are filled in, conditions decided and lists repeated.

    Attributes:
        version: Of the document's form.
        width: Pixels; even.
        height: Pixels; even.
        rate: Frames per second.
        length: Seconds; "auto": until the last clip ends.
        background: What is seen where nothing is.
        tracks: From below to above.
        sound: What is done to the whole sound.
        fonts: Typefaces beside the bundled ones.
    """

    version: Literal[1] = 1
    name: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=2000)
    width: int = Field(default=1080, ge=16, le=7680, multiple_of=2)
    height: int = Field(default=1920, ge=16, le=7680, multiple_of=2)
    rate: Rate = Field(default=Fraction(30), ge=1, le=120)
    length: Time | Literal["auto"] = "auto"
    background: Color = Color(0, 0, 0)
    tracks: tuple[Track, ...] = Field(min_length=1, max_length=1000)
    sound: Mastering = Mastering()
    fonts: tuple[FontFile, ...] = Field(default=(), max_length=50)


AnyDocument = dict[str, Any]
"""A template as it is written: with `inputs`, placeholders, `when` and `repeat`."""
