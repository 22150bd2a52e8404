"""Sine and exponential made of additions and multiplications alone, so that all machines agree.

The C library's own differ in the last bit between versions and between processors with and without fused
multiply-add; IEEE 754 fixes only the four operations and the square root.
"""

from __future__ import annotations

import math

_HALF_PI = 1.5707963267948966
_LN2_HIGH = 0.693147180369123816490  # with 32 zero bits below, so that times a count is exact (fdlibm)
_LN2_LOW = 1.90821492927058770002e-10


def sine(turns: float) -> float:
    """Return the sine of an angle given in turns (1 is 360 degrees); exact at quarters."""
    place = turns - math.floor(turns)
    quarter = math.floor(place * 4 + 0.5)
    angle = (place - quarter / 4) * 4 * _HALF_PI
    value = _sine(angle) if quarter % 2 == 0 else _cosine(angle)
    return -value if quarter in {2, 3} else value


def cosine(turns: float) -> float:
    """Return the cosine of an angle given in turns."""
    return sine(turns + 0.25)


def exponential(x: float) -> float:
    """Return e to the power of x, for x up to 700."""
    if x < -700:  # noqa: PLR2004 - below the smallest double that is normal
        return 0.0
    count = math.floor(x / (_LN2_HIGH + _LN2_LOW) + 0.5)
    rest = (x - count * _LN2_HIGH) - count * _LN2_LOW
    value = 1.0
    for term in range(18, 0, -1):
        value = 1.0 + value * rest / term
    return math.ldexp(value, count)


def _sine(angle: float) -> float:
    # Taylor series for at most 45 degrees: the first term left out is below 1e-17.
    square, value = angle * angle, 1.0
    for term in range(18, 0, -2):
        value = 1.0 - value * square / (term * (term + 1))
    return angle * value


def _cosine(angle: float) -> float:
    square, value = angle * angle, 1.0
    for term in range(19, 0, -2):
        value = 1.0 - value * square / (term * (term + 1))
    return value
