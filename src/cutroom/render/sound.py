"""What is heard: a stretch of a file, placed on the timeline, with its level over time."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from cutroom.render.sources.media_item import MediaItem

Role = Literal["speech", "music", "effect"]


@dataclass(frozen=True)
class Sound:
    """A stretch of a file that is heard.

    Attributes:
        item: The file.
        start: Seconds on the timeline of its first sample.
        length: Seconds it is heard.
        trim: Seconds of the file that are skipped at its beginning.
        loop: Whether it begins again (at `trim`) where the file ends before `length` is over; else silence.
        speed: How much faster it plays than it was recorded, pitch kept, 0.25 to 4.
        volume: Gain in linear amplitude, 0 to 4, animated; times from the clip's beginning.
        fade_in: Seconds.
        fade_out: Seconds.
        role: What it is: music is lowered under speech where the template asks for it.
        path: Where its clip stands in the template; only errors say it.
    """

    item: MediaItem
    start: Fraction
    length: Fraction
    trim: Fraction = Fraction(0)
    loop: bool = False
    speed: float = 1.0
    volume: Any = 1.0
    fade_in: Fraction = Fraction(0)
    fade_out: Fraction = Fraction(0)
    role: Role = "effect"
    path: str = field(default="", compare=False)
