"""Sounds, and how loud they are at every sample."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from cutroom.render.document.animated import Keyframe, Keyframes
from cutroom.render.sound import Sound
from cutroom.render.sounds.envelope import Crossing, Envelope
from cutroom.render.sources.media_item import MediaItem

RATE = 48000

SOUND = Sound(MediaItem(Path("a.wav"), "0", "audio"), Fraction(0), Fraction(2))


def gains(sound: Sound, count: int = 2 * RATE, crossing: Crossing | None = None) -> np.ndarray:
    made = Envelope(sound, RATE, crossing or Crossing()).gains(0, count)
    return np.broadcast_to(np.asarray(made, np.float64), count)


def curve(*points: tuple[str, float], easing: str = "linear") -> Keyframes[float]:
    return Keyframes[float](
        keyframes=tuple(
            Keyframe[float](time=Fraction(time), value=value, easing=easing) for time, value in points
        )
    )
