"""A weight on a spring that is let go: it swings into its place, and stands in it at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from pydantic import Field

from cutroom.render.document.exact_math import cosine, exponential, sine
from cutroom.render.document.model import Model

_SETTLED = 0.001
_TURN = 6.283185307179586


class Spring(Model):
    """A damped harmonic oscillator that is let go."""

    stiffness: float = Field(default=100.0, ge=1, le=10_000, description="Force per distance; more: quicker.")
    damping: float = Field(
        default=10.0, ge=0.1, le=1000, description="Force per speed; less: longer swinging."
    )
    mass: float = Field(default=1.0, ge=0.01, le=100, description="More: slower, and longer swinging.")
    velocity: float = Field(
        default=0.0, ge=-100, le=100, description="Speed at the beginning, in whole ways per second."
    )


def spring_at(spring: Spring, progress: float) -> float:
    """Return how far a spring has come, 0 to 1 and beyond while it swings.

    Args:
        spring: Its measures. Its own seconds are stretched, so that it has settled when `progress` is 1.
        progress: Share of the time, 0 to 1.
    """
    if progress <= 0 or progress >= 1:
        return 0.0 if progress <= 0 else 1.0
    away, settled = _solve(spring.stiffness, spring.damping, spring.mass, spring.velocity)
    # What is left at the end, at most a thousandth, is taken out evenly.
    return 1.0 - away(progress * settled) + progress * away(settled)


@lru_cache(maxsize=64)
def _solve(
    stiffness: float, damping: float, mass: float, velocity: float
) -> tuple[Callable[[float], float], float]:
    """Return the distance to the place after seconds, and when it stays under a thousandth.

    The three closed forms of m x'' + c x' + k x = 0 with x(0) = 1, x'(0) = -v (any text on oscillators).
    """
    frequency = math.sqrt(stiffness / mass)
    ratio = damping / (2 * math.sqrt(stiffness * mass))
    if abs(ratio - 1) < 1e-4:  # noqa: PLR2004 - near it the other two forms lose all their digits
        away = _critical(frequency, velocity)
        return away, _settle(away, 1 / frequency)
    if ratio > 1:
        root = frequency * math.sqrt(ratio * ratio - 1)
        away = _creeping(root - frequency * ratio, -root - frequency * ratio, velocity)
        return away, _settle(away, 1 / (frequency * ratio - root))
    swing, fall = frequency * math.sqrt(1 - ratio * ratio), frequency * ratio
    side = (fall - velocity) / swing
    high = math.sqrt(1 + side * side)

    def swinging(time: float) -> float:
        turns = swing * time / _TURN
        return exponential(-fall * time) * (cosine(turns) + side * sine(turns))

    def crest(time: float) -> float:
        return high * exponential(-fall * time)

    return swinging, _settle(crest, 1 / fall)


def _critical(frequency: float, velocity: float) -> Callable[[float], float]:
    return lambda time: (1 + (frequency - velocity) * time) * exponential(-frequency * time)


def _creeping(slow: float, fast: float, velocity: float) -> Callable[[float], float]:
    share = (-velocity - fast) / (slow - fast)
    return lambda time: share * exponential(slow * time) + (1 - share) * exponential(fast * time)


def _settle(away: Callable[[float], float], step: float) -> float:
    """Return when a curve that falls in the end is below a thousandth for good, to a millionth of a step."""
    late = step
    while any(abs(away(late * more)) > _SETTLED for more in (1.0, 1.25, 1.5, 2.0)):
        late *= 2
    early = 0.0
    for _ in range(40):
        middle = (early + late) / 2
        if abs(away(middle)) > _SETTLED:
            early = middle
        else:
            late = middle
    return late
