"""A file that a template uses, as it was found: fetched, hashed and looked at before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

MediaKind = Literal["image", "video", "audio", "font", "subtitles", "animation"]


@dataclass(frozen=True, slots=True)
class MediaUse:
    """What a layer needs a file for.

    Attributes:
        src: As the template says it: a path, an address, an asset.
        kind: What it must be.
    """

    src: str
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A file of a template.

    Attributes:
        path: Where it lies on this machine.
        sha256: Of its bytes; keys of sources are made from it.
        kind: What it is.
        width: Pixels as shown, upright and with square pixels; 0 for sound.
        height: The same.
        seconds: How long it plays; None for a still picture.
        rate: Frames per second of a film.
        has_audio: Whether there is sound in it.
        has_alpha: Whether a film or picture may be transparent.
        first: Seconds at which a film's first picture appears.
        has_constant_rate: Whether picture n of a film appears at `first + n / rate`.
    """

    path: Path
    sha256: str
    kind: MediaKind
    width: int = 0
    height: int = 0
    seconds: Fraction | None = None
    rate: Fraction | None = None
    has_audio: bool = False
    has_alpha: bool = False
    first: Fraction = Fraction(0)
    has_constant_rate: bool = False
