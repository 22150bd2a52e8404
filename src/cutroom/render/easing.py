"""How a change goes from its beginning to its end."""

from __future__ import annotations

import math
from collections.abc import Callable

Easing = str


def ease(easing: Easing, progress: float) -> float:
    """Return how much of a change is done after a share of its time.

    Args:
        easing: One of `EASINGS`.
        progress: Share of the time, 0 to 1.
    """
    return EASINGS[easing](progress)


EASINGS: dict[str, Callable[[float], float]] = {
    "linear": lambda share: share,
    "ease-in-out": lambda share: (1 - math.cos(math.pi * share)) / 2,
}
