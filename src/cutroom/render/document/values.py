"""The kinds of value that a template is written in: time, length, colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from cutroom.render.document.color_names import COLORS

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,6}):(\d{1,6}(?:\.\d{1,12})?)", re.ASCII)
_FRACTION = re.compile(r"[+-]?(?:\d+/\d+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?)", re.ASCII | re.IGNORECASE)
_HEX_PATTERN = "#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})"
_HEX = re.compile(_HEX_PATTERN)
_FARTHEST = 1_000_000
_PERCENT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*%")


def read_time(value: object) -> Fraction:
    """Read seconds, exactly as they are written: 1.5, "1.5", "1/3" or "00:01:02.5".

    Raises:
        ValueError: When it is none of these.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        message = 'must be seconds, as 1.5, or a clock time, as "00:01:02.5"'
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError as a fault of the document
    text = value.strip() if isinstance(value, str) else format(value)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + Fraction(seconds)
    return read_fraction(text, 'must be seconds, as 1.5, or a clock time, as "00:01:02.5"')


def read_fraction(text: str, message: str) -> Fraction:
    """Read "2", "1.5", "1e-3" or "1/3" exactly.

    Args:
        text: At most 40 characters, and an exponent of two digits at most: a fraction of 1e9999999 would
            fill the memory.
        message: What the error says.

    Raises:
        ValueError: When it is no such number.
    """
    if not _FRACTION.fullmatch(text) or len(text) > 40:  # noqa: PLR2004 - more than any double needs
        raise ValueError(message)
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError(message) from None


def write_time(value: Fraction) -> float | str:
    """Return a time as JSON: a number where that says it exactly, else "1/3"."""
    number = float(value)
    return number if Fraction(repr(number)) == value else str(value)


Time = Annotated[
    Fraction,
    BeforeValidator(read_time),
    PlainSerializer(write_time),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[\d:./ ]+$"}]}),
]
"""Seconds as an exact fraction."""


@dataclass(frozen=True, slots=True)
class Length:
    """A distance on the canvas: pixels of the template, or a share of something.

    Attributes:
        number: How many.
        is_percent: Whether `number` counts hundredths of the whole.
    """

    number: float
    is_percent: bool = False

    def pixels(self, whole: float) -> float:
        """Return pixels, where 100 % is `whole` pixels."""
        return self.number * whole / 100 if self.is_percent else self.number

    @classmethod
    def read(cls, value: object) -> Length:
        """Read a number of pixels or "50%".

        Raises:
            ValueError: When it is neither.
        """
        if isinstance(value, Length):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            length = cls(float(value))
        elif isinstance(value, str) and _PERCENT.fullmatch(value.strip()):
            length = cls(float(value.strip().rstrip("% ")), is_percent=True)
        else:
            message = 'must be pixels, as 120, or a share, as "50%"'
            raise ValueError(message)
        if not abs(length.number) <= _FARTHEST:
            message = f"must be within ±{_FARTHEST:,}"
            raise ValueError(message)
        return length

    def write(self) -> float | str:
        """Return it as JSON."""
        if not self.is_percent:
            return self.number
        digits = f"{self.number:.12f}".rstrip("0").rstrip(".")
        return f"{digits}%"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic how a length is read and written."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls.write)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, *_: Any) -> dict[str, Any]:
        """Tell JSON Schema what a length may be."""
        return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?[\d.]+ ?%$"}]}


@dataclass(frozen=True, slots=True)
class Color:
    """A colour in sRGB, not premultiplied; each part 0 to 255."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @classmethod
    def read(cls, value: object) -> Color:
        """Read "#rgb", "#rrggbb", "#rrggbbaa", "transparent" or a name that CSS has, as "navy".

        Raises:
            ValueError: When it is none of these.
        """
        if isinstance(value, Color):
            return value
        text = value.strip().lower() if isinstance(value, str) else ""
        if not _HEX.fullmatch(text) and text not in COLORS:
            message = 'must be a colour, as "#ff8800", "#ff880080", "navy" or "transparent"'
            raise ValueError(message)
        digits = COLORS.get(text) or text[1:]
        if len(digits) <= 4:  # noqa: PLR2004 - #rgb and #rgba
            digits = "".join(digit * 2 for digit in digits)
        return cls(*bytes.fromhex(digits))

    def write(self) -> str:
        """Return it as JSON: "#rrggbb", with alpha where it is not opaque."""
        parts = (self.red, self.green, self.blue) + ((self.alpha,) if self.alpha < 255 else ())  # noqa: PLR2004 - opaque
        return "#" + bytes(parts).hex()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic how a colour is read and written."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(cls.write)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, *_: Any) -> dict[str, Any]:
        """Tell JSON Schema what a colour may be."""
        names = "|".join(COLORS)
        return {"type": "string", "format": "color", "pattern": f"^(?:{_HEX_PATTERN}|{names})$"}
