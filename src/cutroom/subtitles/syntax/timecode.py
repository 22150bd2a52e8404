"""Clock times as subtitle files write them, exactly, with the slips of files in the wild."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

LOOSE = r"[-\u2212+]?\s?\d{1,9}(?:\s?[:;.,]\s?\d{1,9}){1,4}"
"""A pattern of everything that `read_clock` may be able to read."""
_CLOCK = re.compile(r"\s*([-\u2212+]?)\s?(\d.*?)\s*", re.DOTALL)
_FIELDS = re.compile(r"\s?([:;.,])\s?")
_PLAIN = re.compile(r"(?:\d+:)?\d\d:\d\d[.,]\d{3}")
_MOST_DIGITS = 9
_MILLI = 3
_LATEST = 10_000_000
"""Seconds; 115 days, as in the codec."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that was read.

    Attributes:
        seconds: Exact; negative where the file says so.
        is_odd: Whether it was written in another way than `h:mm:ss` or `mm:ss` with three decimals.
    """

    seconds: Fraction
    is_odd: bool


def write_clock(seconds: Fraction, *, point: str = ".", digits: int = 3, hours: int = 2) -> str:
    """Return `hh:mm:ss.mmm`; times before zero are 0, halves are rounded up.

    Args:
        seconds: The time.
        point: Stands before the decimals.
        digits: How many decimals.
        hours: Digits of the hours, at least.
    """
    unit = 10**digits
    ticks = max(0, math.floor(seconds * unit + Fraction(1, 2)))
    minutes, rest = divmod(ticks, 60 * unit)
    whole, decimals = divmod(rest, unit)
    return f"{minutes // 60:0{hours}}:{minutes % 60:02}:{whole:02}{point}{decimals:0{digits}}"


def decimals_of(text: str) -> int:
    """Return how many digits a clock time has after its last separator, when that is a point or comma."""
    parts = _FIELDS.split(text.strip())
    return len(parts[-1]) if len(parts) > 1 and parts[-2] in ".," else 0


def read_clock(text: str, *, rate: Fraction, unpadded: bool = False) -> Clock | None:
    """Read a clock time, or return None where it is none.

    Understood beside `hh:mm:ss,mmm`: fields with any number of digits, no hours, no decimals, a point, a
    colon or a semicolon before the decimals, spaces around separators, a minus. Two digits after a
    fourth colon are frames.

    Args:
        text: The time alone.
        rate: Frames per second, for times that end in frames.
        unpadded: Whether decimals are a count of milliseconds ("1,5" is 1.005), not a fraction (1.5).
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    parts = _FIELDS.split(match[2])
    fields, marks = parts[::2], parts[1::2]
    if not all(field.isdecimal() and len(field) <= _MOST_DIGITS for field in fields):
        return None
    has_decimals = bool(marks) and (marks[-1] in ".," or len(marks) == _MILLI)
    whole = fields[:-1] if has_decimals else fields
    if not 1 <= len(whole) <= _MILLI or (len(whole) == 1 and not has_decimals):
        return None
    seconds = Fraction(0)
    for field in whole:
        seconds = 60 * seconds + int(field)
    if has_decimals:
        seconds += _part(fields[-1], is_frames=marks[-1] in ":;", rate=rate, unpadded=unpadded)
    if seconds > _LATEST:
        return None
    is_odd = _PLAIN.fullmatch(match[2]) is None
    return Clock(-seconds if match[1] in {"-", "\u2212"} else seconds, is_odd)


def _part(digits: str, *, is_frames: bool, rate: Fraction, unpadded: bool) -> Fraction:
    """Return what stands after the whole seconds."""
    if is_frames and len(digits) < _MILLI:
        return int(digits) / rate
    if unpadded and len(digits) < _MILLI:
        return Fraction(int(digits), 1000)
    return Fraction(int(digits), 10 ** len(digits))
