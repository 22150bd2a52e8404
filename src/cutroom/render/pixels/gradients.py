"""Gradients: linear, radial and conic, as CSS draws them, with the same bits on every machine."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from cutroom.render.document.animated import Animated, value_at
from cutroom.render.document.clip import Share
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color
from cutroom.render.pixels.picture import Pixels

_TABLE = 4096
"""Steps of a gradient's colours: 16 for each level, so that its edges are right to a sixteenth of a level."""

_START = Fraction(0)
_Plane = NDArray[np.float64]


class Stop(Model):
    """A colour of a gradient, and where it stands."""

    color: Animated[Color]
    at: Share | None = Field(default=None, description="0 to 1; left out: evenly between its neighbours.")


class Gradient(Model):
    """A change of colours over a box (CSS Images 4, 3)."""

    kind: Literal["linear", "radial", "conic"] = "linear"
    stops: tuple[Stop, ...] = Field(min_length=2, max_length=32)
    angle: Animated[float] = Field(
        default=180.0, description="Degrees: 0 goes up, 90 to the right; where a conic one begins."
    )
    x: Share = Field(default=0.5, description="Centre of a radial or conic one, as a share of the box.")
    y: Share = Field(default=0.5, description="The same, from above.")
    radius: float = Field(
        default=1.0, gt=0, le=10, description="Of a radial one; 1 reaches the farthest corner."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Gradient:
        places = [stop.at for stop in self.stops if stop.at is not None]
        if places != sorted(places):
            message = "the stops of a gradient must not go back"
            raise ValueError(message)
        return self

    def still_at(self, time: Fraction) -> Gradient:
        """Return the gradient at a time, without keyframes."""
        stops = tuple(Stop(color=value_at(stop.color, time), at=stop.at) for stop in self.stops)
        return self.model_copy(update={"stops": stops, "angle": value_at(self.angle, time)})


def draw_gradient(gradient: Gradient, width: int, height: int) -> Pixels:
    """Draw a gradient without keyframes.

    Colours are mixed premultiplied (CSS Images 4, 3.4.2).

    Returns:
        `(height, width, 4)`, premultiplied BGRA.
    """
    xs = np.arange(width, dtype=np.float64)[None, :] + 0.5
    ys = np.arange(height, dtype=np.float64)[:, None] + 0.5
    if gradient.kind == "linear":
        share = _linear(gradient, xs, ys, (width, height))
    elif gradient.kind == "radial":
        share = _radial(gradient, xs, ys, (width, height))
    else:
        share = _conic(gradient, xs, ys, (width, height))
    places = np.clip(share * (_TABLE - 1) + 0.5, 0, _TABLE - 1).astype(np.int16)
    return _colours(gradient)[places]


def _degrees(gradient: Gradient) -> float:
    return float(value_at(gradient.angle, _START))


def _linear(gradient: Gradient, xs: _Plane, ys: _Plane, size: tuple[int, int]) -> _Plane:
    """Return the share along the gradient line (CSS Images 3, 3.1.1)."""
    angle = math.radians(_degrees(gradient))
    # Rounded: sines differ in the last digit between machines.
    sine, cosine = round(math.sin(angle), 9), round(math.cos(angle), 9)
    length = abs(size[0] * sine) + abs(size[1] * cosine)
    return ((xs - size[0] / 2) * (sine / length) - (ys - size[1] / 2) * (cosine / length)) + 0.5


def _radial(gradient: Gradient, xs: _Plane, ys: _Plane, size: tuple[int, int]) -> _Plane:
    x, y = gradient.x * size[0], gradient.y * size[1]
    far = (max(x, size[0] - x), max(y, size[1] - y))
    radius = math.sqrt(far[0] * far[0] + far[1] * far[1]) * gradient.radius
    across, down = (xs - x) / radius, (ys - y) / radius
    return np.sqrt(across * across + down * down)


def _conic(gradient: Gradient, xs: _Plane, ys: _Plane, size: tuple[int, int]) -> _Plane:
    across = np.broadcast_to(xs - gradient.x * size[0], (size[1], size[0]))
    up = np.broadcast_to(gradient.y * size[1] - ys, (size[1], size[0]))
    turns = _turns(across, up) - _degrees(gradient) / 360
    return turns - np.floor(turns)


def _turns(across: _Plane, up: _Plane) -> _Plane:
    """Return the clockwise angle from upwards, in turns, 0 to 1.

    The arc tangent is Abramowitz and Stegun's 4.4.49 (error under 1e-5 radians), because libraries' own ones
    differ in the last digits.
    """
    wide, high = np.abs(across), np.abs(up)
    small, large = np.minimum(wide, high), np.maximum(np.maximum(wide, high), 1e-12)
    ratio = small / large
    square = ratio * ratio
    series = np.full_like(square, 0.0208351)
    for factor in (-0.0851330, 0.1801410, -0.3302995, 0.9998660):
        series = series * square + factor
    eighth = np.minimum(series * ratio / (2 * math.pi), 0.125)
    quarter = np.where(wide > high, 0.25 - eighth, eighth)
    half = np.where(up < 0, 0.5 - quarter, quarter)
    return np.where(across < 0, 1 - half, half)


def _colours(gradient: Gradient) -> NDArray[np.uint8]:
    """Return the colours of the gradient, premultiplied BGRA, at `_TABLE` even places."""
    stops = [value_at(stop.color, _START) for stop in gradient.stops]
    rows = np.array(
        [[c.blue * c.alpha / 255, c.green * c.alpha / 255, c.red * c.alpha / 255, c.alpha] for c in stops]
    )
    places = _places([stop.at for stop in gradient.stops])
    at = np.arange(_TABLE, dtype=np.float64) / (_TABLE - 1)
    made = np.empty((_TABLE, 4), np.float64)
    after = np.clip(np.searchsorted(places, at, side="right"), 1, len(stops) - 1)
    begin, end = np.asarray(places)[after - 1], np.asarray(places)[after]
    share = np.clip((at - begin) / np.maximum(end - begin, 1e-9), 0, 1)[:, None]
    made[:] = rows[after - 1] + (rows[after] - rows[after - 1]) * share
    return np.floor(made + 0.5).astype(np.uint8)


def _places(given: list[float | None]) -> list[float]:
    """Fill in the stops that say nothing (CSS Images 3, 3.4.3)."""
    places = list(given)
    places[0] = 0.0 if places[0] is None else places[0]
    places[-1] = 1.0 if places[-1] is None else places[-1]
    known = [(number, place) for number, place in enumerate(places) if place is not None]
    filled: list[float] = [known[0][1]]
    for (first, begin), (last, end) in itertools.pairwise(known):
        filled.extend(begin + (end - begin) * step / (last - first) for step in range(1, last - first + 1))
    return filled
