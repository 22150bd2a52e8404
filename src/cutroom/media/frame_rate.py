"""Frames per second as an exact fraction: the standard rate that a container's rounded one means."""

from __future__ import annotations

from fractions import Fraction

_STANDARD = tuple(
    Fraction(rate) for rate in ("12", "15", "24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48")
) + tuple(Fraction(rate) for rate in ("50", "60000/1001", "60", "100", "120000/1001", "120"))
"""SMPTE ST 2036 and ST 274 rates, and the round ones of screens, phones and drawings."""

_SLACK = Fraction(1, 2500)
"""Share by which a rate may be off: 23.98 for 24000/1001 is 0.016 %; 24 and 24000/1001 are 0.1 % apart."""

_SLOWEST, _FASTEST = Fraction(1), Fraction(240)
_FINEST = 1001


def standard_rate(rate: Fraction | None) -> Fraction | None:
    """Return the standard rate that `rate` is within 0.04 % of, else `rate` itself, simplified.

    A mean rate of 2997/125, as Matroska and durations in milliseconds make it, becomes 24000/1001. None
    stays None, and so do rates that no picture has (under 1, over 240: still pictures, broken headers).
    """
    if rate is None or not _SLOWEST <= rate <= _FASTEST:
        return None
    for standard in _STANDARD:
        if abs(rate - standard) <= _SLACK * standard:
            return standard
    return rate.limit_denominator(_FINEST)
