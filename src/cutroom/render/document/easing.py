"""How a change goes from its beginning to its end: named curves, Bézier curves, steps and springs."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, Discriminator, Field, Tag, WithJsonSchema

from cutroom.render.document.exact_math import cosine, sine
from cutroom.render.document.model import Model
from cutroom.render.document.springs import Spring, spring_at

Curve = Callable[[float], float]
Jump = Literal["start", "end", "none", "both"]
_Share = Annotated[float, Field(ge=0, le=1)]
_Reach = Annotated[float, Field(ge=-10, le=10)]


class BezierEasing(Model):
    """A cubic Bézier curve from (0, 0) to (1, 1), by its two inner points, as in CSS: [x1, y1, x2, y2]."""

    bezier: tuple[_Share, _Reach, _Share, _Reach] = Field(
        description="Shares of time: x1, x2; of the way: y1, y2."
    )


class SpringEasing(Model):
    """A spring that has settled when the change ends."""

    spring: Spring


class StepsEasing(Model):
    """A number of jumps, as in CSS."""

    steps: int = Field(ge=1, le=1000, description="How many jumps.")
    jump: Jump = Field(default="end", description="Where they are: `none` and `both` mean the two ends.")


def ease(easing: Easing, progress: float) -> float:
    """Return how much of a change is done after a share of its time.

    Args:
        easing: A name of `EASINGS`, a CSS function, or an object.
        progress: Share of the time, 0 to 1.

    Returns:
        0 at the beginning and 1 at the end (but for steps); between them curves may overshoot.
    """
    share = min(1.0, max(0.0, progress))
    return share if easing == "linear" else curve_of(cast("Any", easing))(share)


@lru_cache(maxsize=512)
def curve_of(easing: Any) -> Curve:
    """Return the curve of an `Easing`.

    Raises:
        ValueError: When nothing has that name.
    """
    if isinstance(easing, BezierEasing):
        return bezier(*easing.bezier)
    if isinstance(easing, SpringEasing):
        return lambda progress: spring_at(easing.spring, progress)
    if isinstance(easing, StepsEasing):
        return steps(easing.steps, easing.jump)
    return EASINGS[easing] if easing in EASINGS else _function(easing)


def bezier(x1: float, y1: float, x2: float, y2: float) -> Curve:
    """Return a Bézier curve as CSS Easing Functions Level 1 has it; x1 and x2 are 0 to 1."""

    def at(progress: float) -> float:
        if progress in {0.0, 1.0}:
            return progress
        return _bernstein(y1, y2, _parameter(x1, x2, progress))

    return at


def _bernstein(first: float, second: float, t: float) -> float:
    rest = 1 - t
    return (3 * rest * rest * t) * first + (3 * rest * t * t) * second + t * t * t


def _parameter(x1: float, x2: float, x: float) -> float:
    """Return where a curve whose x grows reaches x: Newton's steps, kept within a shrinking bracket."""
    low, high, t = 0.0, 1.0, x
    for _ in range(48):
        miss = _bernstein(x1, x2, t) - x
        if abs(miss) < 1e-12:  # noqa: PLR2004 - far finer than any pixel
            break
        low, high = (t, high) if miss < 0 else (low, t)
        rest = 1 - t
        slope = 3 * rest * rest * x1 + 6 * rest * t * (x2 - x1) + 3 * t * t * (1 - x2)
        newton = t - miss / slope if slope > 1e-9 else low  # noqa: PLR2004 - flat: halve instead
        t = newton if low < newton < high else (low + high) / 2
    return t


def steps(count: int, jump: Jump) -> Curve:
    """Return jumps as CSS Easing Functions Level 1 has them; "none" with one step jumps at the end."""
    early = 1 if jump in {"start", "both"} else 0
    levels = max(1, count + {"none": -1, "both": 1}.get(jump, 0))

    def at(progress: float) -> float:
        if progress >= 1:
            return 1.0
        return min(1.0, (math.floor(progress * count) + early) / levels)

    return at


def _function(written: str) -> Curve:
    """Read "cubic-bezier(0.1, 0.7, 1, 0.1)" or "steps(4, jump-end)"."""
    match = _FUNCTION.fullmatch(written.strip())
    if match is None:
        close = difflib.get_close_matches(written[:100], EASINGS, n=1)
        names = close[0] if close else "linear, ease-in-out, ease-out-back or spring"
        message = f"must be an easing, as {names}"
        raise ValueError(message)
    if match["curve"]:
        points = cast("tuple[float, float, float, float]", tuple(map(float, match["curve"].split(","))))
        if not (0 <= points[0] <= 1 and 0 <= points[2] <= 1):
            message = "must have x1 and x2 from 0 to 1"
            raise ValueError(message)
        return bezier(*points)
    jump = (match["jump"] or "end").removeprefix("jump-")
    return steps(max(1, int(match["count"])), cast("Jump", jump))


_NUMBER = r"\s*-?\d{0,2}\.?\d{1,9}\s*"
_FUNCTION = re.compile(
    rf"cubic-bezier\((?P<curve>{_NUMBER}(?:,{_NUMBER}){{3}})\)"
    r"|steps\(\s*(?P<count>\d{1,3})\s*(?:,\s*(?P<jump>(?:jump-)?(?:start|end)|jump-(?:none|both))\s*)?\)",
    re.ASCII,
)


def _power(exponent: int) -> Curve:
    return lambda share: math.prod([share] * exponent)


def _exponential(share: float) -> float:
    # 2 ** (10 x - 10) by squaring is no exact power; the ends of Penner's curve are 0 and 1 by decree.
    return 0.0 if share <= 0 else 1.0 if share >= 1 else _two_to(10 * share - 10)


def _two_to(exponent: float) -> float:
    whole = math.floor(exponent)
    rest, value = (exponent - whole) * 0.6931471805599453, 1.0
    for term in range(18, 0, -1):
        value = 1.0 + value * rest / term
    return math.ldexp(value, whole)


def _back(overshoot: float) -> Curve:
    return lambda share: share * share * ((overshoot + 1) * share - overshoot)


def _elastic(period: float) -> Curve:
    """Return Penner's elastic curve of amplitude 1; the quarter of a period brings it to 1 at the end."""

    def at(share: float) -> float:
        if share <= 0 or share >= 1:
            return 0.0 if share <= 0 else 1.0
        return -_two_to(10 * share - 10) * sine((share - 1 - period / 4) / period)

    return at


def _bounce(share: float) -> float:
    """Return Penner's bouncing ball, which falls; four parabolas of 7.5625 x²."""
    rest = 1 - share
    for end, middle, floor in ((1 / 2.75, 0, 0), (2 / 2.75, 1.5, 0.75), (2.5 / 2.75, 2.25, 0.9375)):
        if rest < end:
            away = rest - middle / 2.75
            return 1 - (7.5625 * away * away + floor)
    away = rest - 2.625 / 2.75
    return 1 - (7.5625 * away * away + 0.984375)


def _turned(curve: Curve) -> Curve:
    return lambda share: 1 - curve(1 - share)


def _doubled(curve: Curve) -> Curve:
    return lambda share: curve(2 * share) / 2 if share < 0.5 else 1 - curve(2 - 2 * share) / 2  # noqa: PLR2004 - half


# Robert Penner, Motion, Tweening, and Easing (2002); back and elastic as easings.net has them, where the
# doubled back overshoots 1.525 times as far and the doubled elastic swings in periods of 0.45.
_PENNER: dict[str, tuple[Curve, Curve]] = {
    "sine": (lambda share: 1 - cosine(share / 4), lambda share: 1 - cosine(share / 4)),
    "quad": (_power(2), _power(2)),
    "cubic": (_power(3), _power(3)),
    "quart": (_power(4), _power(4)),
    "quint": (_power(5), _power(5)),
    "expo": (_exponential, _exponential),
    "circ": (
        lambda share: 1 - math.sqrt(max(0.0, 1 - share * share)),
        lambda share: 1 - math.sqrt(max(0.0, 1 - share * share)),
    ),
    "back": (_back(1.70158), _back(1.70158 * 1.525)),
    "elastic": (_elastic(0.3), _elastic(0.45)),
    "bounce": (_bounce, _bounce),
}

EASINGS: dict[str, Curve] = {
    "linear": lambda share: share,
    "ease": bezier(0.25, 0.1, 0.25, 1),
    "ease-in": bezier(0.42, 0, 1, 1),
    "ease-out": bezier(0, 0, 0.58, 1),
    "ease-in-out": bezier(0.42, 0, 0.58, 1),
    "step-start": steps(1, "start"),
    "step-end": steps(1, "end"),
    "spring": lambda share: spring_at(Spring(), share),
}
"""Every easing that has a name: those of CSS, `spring`, and ease-in-, ease-out-, ease-in-out- of Penner's."""
for _name, (_single, _double) in _PENNER.items():
    EASINGS[f"ease-in-{_name}"] = _single
    EASINGS[f"ease-out-{_name}"] = _turned(_single)
    EASINGS[f"ease-in-out-{_name}"] = _doubled(_double)


def _check(written: str) -> str:
    curve_of(written)
    return written


def _form(value: object) -> str:
    if isinstance(value, Mapping):
        named = cast("Mapping[str, Any]", value).keys()
        return next((name for name in ("spring", "steps") if name in named), "bezier")
    forms = {BezierEasing: "bezier", SpringEasing: "spring", StepsEasing: "steps"}
    return forms.get(cast("Any", type(value)), "name")


_NAME_SCHEMA = {
    "anyOf": [
        {"enum": list(EASINGS)},
        {"type": "string", "pattern": r"^\s*(cubic-bezier|steps)\(.*\)\s*$"},
    ]
}
Easing = Annotated[
    Annotated[str, AfterValidator(_check), WithJsonSchema(_NAME_SCHEMA), Tag("name")]
    | Annotated[BezierEasing, Tag("bezier")]
    | Annotated[SpringEasing, Tag("spring")]
    | Annotated[StepsEasing, Tag("steps")],
    Discriminator(_form),
]
"""A name, {"bezier": [x1, y1, x2, y2]}, {"spring": {"stiffness", "damping", "mass"}} or {"steps": 4}."""
