"""How loud a sound is at each of its samples: volume over time, fades, crossfades."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cutroom.render.document.animated import Keyframes, value_at
from cutroom.render.sound import Sound

Gains = NDArray[np.float64]

_EASED_STEPS = 1000
"""Points per second at which an eased curve is computed; straight lines between them, so that a curve that
jumps (steps) does not click."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Which fades of a sound are halves of a crossfade."""

    fades_in: bool = False
    fades_out: bool = False


def find_crossings(sounds: Sequence[Sound]) -> list[Crossing]:
    """Say for each sound which of its fades meets the opposite fade of another over the same time.

    Such a pair keeps its power (equal-power crossfade); a fade on its own is a straight line.
    """
    rising = {(s.start, s.start + s.fade_in) for s in sounds if s.fade_in > 0}
    falling = {(_end(s) - s.fade_out, _end(s)) for s in sounds if s.fade_out > 0}
    both = rising & falling
    return [
        Crossing((s.start, s.start + s.fade_in) in both, (_end(s) - s.fade_out, _end(s)) in both)
        for s in sounds
    ]


def _end(sound: Sound) -> Fraction:
    return sound.start + sound.length


class Envelope:
    """The gain of a sound over its own samples, of which number 0 is the clip's beginning."""

    def __init__(self, sound: Sound, rate: int, crossing: Crossing) -> None:
        """Prepare for `rate` samples per second."""
        self._sound = sound
        self._rate = rate
        self._crossing = crossing
        self._frames: tuple[Any, ...] = ()
        volume: object = sound.volume
        if isinstance(volume, Keyframes):
            self._frames = cast("Keyframes[float]", volume).keyframes
        self._places = [float(frame.time * rate) for frame in self._frames]

    def gains(self, begin: int, count: int) -> Gains | float:
        """Return the linear gains of samples `begin` to `begin + count`; one number where they are equal."""
        gains: Gains | float = self._volume(begin, count)
        sound = self._sound
        rising = float(sound.fade_in * self._rate)
        if begin < rising:
            shares = np.arange(begin, begin + count, dtype=np.float64) / rising
            gains = gains * _curve(shares, is_crossing=self._crossing.fades_in)
        falling, end = float(sound.fade_out * self._rate), float(sound.length * self._rate)
        if begin + count > end - falling and falling > 0:
            shares = (end - np.arange(begin, begin + count, dtype=np.float64)) / falling
            gains = gains * _curve(shares, is_crossing=self._crossing.fades_out)
        return gains

    def _volume(self, begin: int, count: int) -> Gains | float:
        if not self._frames:
            return max(0.0, float(self._sound.volume))
        first = max(0, bisect_right(self._places, begin) - 1)
        last = min(len(self._places), bisect_left(self._places, begin + count) + 1)
        places: list[float] = []
        values: list[float] = []
        for number in range(first, last):
            if number > first and self._frames[number].easing != "linear":
                for place in self._grid(number, begin, begin + count):
                    places.append(place)
                    values.append(value_at(self._sound.volume, Fraction(place) / self._rate))
            places.append(self._places[number])
            values.append(float(self._frames[number].value))
        return np.maximum(0.0, np.interp(np.arange(begin, begin + count), places, values))

    def _grid(self, number: int, begin: int, end: int) -> list[int]:
        """Return samples inside the way to keyframe `number` at which its curve is computed."""
        step = self._rate // _EASED_STEPS
        left = max(int(self._places[number - 1]) // step + 1, begin // step)
        right = min(self._places[number], end + step)
        return [place for place in range(left * step, int(right) + 1, step) if place < right]


def _curve(shares: Gains, *, is_crossing: bool) -> Gains:
    """Return gains for shares of a fade.

    A crossfade takes the root of a smooth step, x * sqrt(3 - 2 x): the squares of both sides add up to 1 as
    with sine and cosine, by operations whose last bit is the same on every machine.
    """
    shares = np.clip(shares, 0.0, 1.0)
    return shares * np.sqrt(3 - 2 * shares) if is_crossing else shares
