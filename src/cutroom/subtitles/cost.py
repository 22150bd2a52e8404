"""The price of a way to cut subtitles, as one number that compares in the order of what matters."""

from __future__ import annotations

WARNING = 1 << 36
"""One warning: more than all costs of quality of the longest recording together."""
SHARED = 1 << 52
"""A cue that two speakers share: only where that spares an error."""
ERROR = 1 << 68
"""One error: more than everything else together."""


def errors_of(cost: int) -> int:
    """Return how many errors a cost stands for."""
    return cost // ERROR


def warnings_of(cost: int) -> int:
    """Return how many warnings a cost stands for."""
    return cost % SHARED // WARNING
