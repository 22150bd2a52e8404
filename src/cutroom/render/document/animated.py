"""Values that change with time: plain, or a list of keyframes."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, cast

from pydantic import Discriminator, Field, Tag, model_validator

from cutroom.render.document.easing import Easing, ease
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color, Length, Time

T = TypeVar("T")


class _Portable(Model):
    """Pickled by fields: pickle finds no class that was made by `Keyframes[Length]` within another class."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Name the class without its parameter; values were checked already."""
        origin = type(self).__pydantic_generic_metadata__["origin"] or type(self)
        return _restore, (origin, dict(self))


def _restore(origin: type[Model], fields: dict[str, Any]) -> Model:
    return origin.model_construct(**fields)


class Keyframe(_Portable, Generic[T]):
    """A value at a moment.

    Attributes:
        time: Seconds from the beginning of the clip.
        value: What it is then.
        easing: How it is reached from the keyframe before.
    """

    time: Time
    value: T
    easing: Easing = "linear"


class Keyframes(_Portable, Generic[T]):
    """A value that passes through keyframes; before the first and after the last it stands still."""

    keyframes: tuple[Keyframe[T], ...] = Field(min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _in_order(self) -> Keyframes[T]:
        times = [frame.time for frame in self.keyframes]
        if any(later <= sooner for sooner, later in itertools.pairwise(times)):
            message = "must have keyframes whose times grow"
            raise ValueError(message)
        lengths = [frame.value for frame in self.keyframes if isinstance(frame.value, Length)]
        if len({length.is_percent for length in lengths}) > 1:
            message = "must have keyframes that are all in pixels or all in percent"
            raise ValueError(message)
        return self


def _form(value: object) -> str:
    moves = isinstance(value, Keyframes) or (isinstance(value, Mapping) and "keyframes" in value)
    return "keyframes" if moves else "value"


if TYPE_CHECKING:
    Animated = Annotated[T | Keyframes[T], "a value, or what it does with time"]
else:

    class Animated:
        """The same at run time, where typing leaves the parameter inside `Keyframes[T]` as it is."""

        def __class_getitem__(cls, kind: Any) -> Any:
            """Return the type of a value of a kind that may move."""
            return Annotated[
                Annotated[kind, Tag("value")] | Annotated[Keyframes[kind], Tag("keyframes")],
                Discriminator(_form),
            ]


"""`Animated[float]` is 0.5 or {"keyframes": [{"time": 0, "value": 0}, {"time": 1, "value": 1}]}."""


def value_at(animated: Any, time: Fraction) -> Any:
    """Return an animated value at a time.

    Args:
        animated: A plain value, which is returned as it is, or keyframes of numbers, lengths or colours.
        time: Seconds from the beginning of the clip.
    """
    if not isinstance(animated, Keyframes):
        return animated
    frames = cast("Keyframes[Any]", animated).keyframes
    after = bisect_right(frames, time, key=lambda frame: frame.time)
    if after == 0:
        return frames[0].value
    if after == len(frames):
        return frames[-1].value
    left, right = frames[after - 1], frames[after]
    progress = ease(right.easing, float((time - left.time) / (right.time - left.time)))
    return between(left.value, right.value, progress)


def between(left: Any, right: Any, progress: float) -> Any:
    """Return what lies between two values of one type; `progress` may overshoot 0 to 1."""
    if isinstance(left, Color) and isinstance(right, Color):
        parts = zip(
            (left.red, left.green, left.blue, left.alpha),
            (right.red, right.green, right.blue, right.alpha),
            strict=True,
        )
        return Color(*(min(255, max(0, round(a + (b - a) * progress))) for a, b in parts))
    if isinstance(left, Length) and isinstance(right, Length):
        return _length_between(left, right, progress)
    return left + (right - left) * progress


def _length_between(left: Length, right: Length, progress: float) -> Length:
    if left.is_percent != right.is_percent:
        message = "keyframes of one length are all in pixels or all in percent"
        raise ValueError(message)
    return Length(left.number + (right.number - left.number) * progress, left.is_percent)
