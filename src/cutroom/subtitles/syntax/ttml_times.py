"""Time expressions of timed text (TTML2, 10.3), and the frame rates they count in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cutroom.subtitles.syntax.timecode import read_clock

_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,12})?)(h|ms|m|s|f|t)")
_CLOCK = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}):(\d{1,3})(?:\.(\d{1,3}))?")
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,12})?")
_PAIR = re.compile(r"(\d{1,9})[\s:]+(\d{1,9})")
_WHOLE = re.compile(r"[1-9]\d{0,8}")
_NTSC = Fraction(30000, 1001)
_DROPPED = 2
"""Frame numbers left out at every minute but each tenth (SMPTE ST 12-1)."""


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What a document's times count in.

    Attributes:
        frame_rate: Whole frames per second, as numbered.
        rate: Frames that really pass per second: with the multiplier.
        tick_rate: Ticks per second.
        sub_frames: Parts of a frame.
        is_smpte: Whether clock times are frame numbers, not seconds and frames.
        drops: Whether numbers are dropped, as in NTSC.
    """

    frame_rate: int
    rate: Fraction
    tick_rate: Fraction
    sub_frames: int
    is_smpte: bool
    drops: bool

    def read(self, text: str) -> Fraction | None:
        """Return a time in seconds, or None where it is none."""
        text = text.strip()
        if match := _OFFSET.fullmatch(text):
            return Fraction(match[1]) * self._unit(match[2])
        if match := _CLOCK.fullmatch(text):
            return self._frames(match)
        if _SECONDS.fullmatch(text):
            return Fraction(text)
        clock = read_clock(text, rate=self.rate)
        return clock.seconds if clock else None

    def _unit(self, name: str) -> Fraction:
        units = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
        units |= {"f": 1 / self.rate, "t": 1 / self.tick_rate}
        return units[name]

    def _frames(self, match: re.Match[str]) -> Fraction:
        hours, minutes, seconds, frames = (int(match[group]) for group in range(1, 5))
        whole = 3600 * hours + 60 * minutes + seconds
        part = frames + Fraction(int(match[5] or 0), self.sub_frames)
        if not self.is_smpte:
            return whole + part / self.rate
        number = whole * self.frame_rate + part
        if self.drops:
            past = 60 * hours + minutes
            number -= _DROPPED * (past - past // 10)
        return number / self.rate


def read_clockwork(attributes: Mapping[str, str], fallback: Fraction) -> Clockwork:
    """Read the parameters of the root element (TTML2, 7.2).

    Args:
        attributes: By local name.
        fallback: Frames per second where the document does not say (TTML takes 30 then).
    """
    said = attributes.get("frameRate", "").strip()
    named = _WHOLE.fullmatch(said)
    number = int(said) if named else round(fallback)
    pair = _PAIR.fullmatch(attributes.get("frameRateMultiplier", "").strip())
    rate = Fraction(number) if named else fallback
    if named and pair and int(pair[1]) and int(pair[2]):
        rate = number * Fraction(int(pair[1]), int(pair[2]))
    ticks = attributes.get("tickRate", "").strip()
    sub = attributes.get("subFrameRate", "").strip()
    is_smpte = attributes.get("timeBase", "media").strip() == "smpte"
    drops = attributes.get("dropMode", "nonDrop").strip() == "dropNTSC"
    return Clockwork(
        frame_rate=max(1, number),
        rate=_NTSC if is_smpte and drops else rate,
        tick_rate=Fraction(int(ticks)) if _WHOLE.fullmatch(ticks) else (rate if named else Fraction(1)),
        sub_frames=int(sub) if _WHOLE.fullmatch(sub) else 1,
        is_smpte=is_smpte,
        drops=drops,
    )


def write_rate(rate: Fraction) -> str:
    """Return the attributes that say a frame rate."""
    is_slowed = rate.denominator == _NTSC.denominator and rate.numerator % 1000 == 0
    number = rate.numerator // 1000 if is_slowed else round(rate)
    multiplier = rate / max(1, number)
    said = f'ttp:frameRate="{max(1, number)}"'
    if multiplier == 1:
        return said
    return f'{said} ttp:frameRateMultiplier="{multiplier.numerator} {multiplier.denominator}"'
