"""What a motion is: one file in `motions/`, the way in which clips come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cutroom.base.registry import Registry
from cutroom.render.document.clip import MotionUse


@dataclass(frozen=True, slots=True)
class Pose:
    """How a clip differs from where and how it stands.

    Attributes:
        x: Pixels of the canvas to the right.
        y: Pixels down.
        scale: Factor.
        rotation: Degrees, clockwise.
        opacity: Factor, 0 to 1.
        blur: Sigma in pixels, added.
        reveal: The part of its box that is seen: left, top, right, bottom as shares; None: all.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    rotation: float = 0.0
    opacity: float = 1.0
    blur: float = 0.0
    reveal: tuple[float, float, float, float] | None = None


class Motion:
    """The contract; subclass it and bind an instance to `motion` in the file."""

    name: ClassVar[str]
    title: ClassVar[str]

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return how the clip stands.

        Args:
            away: 0: in its place; 1: not there at all; below 0 where an easing overshoots.
            use: What the template says of it.
            width: Of the clip's box, in pixels.
            height: The same.
        """
        raise NotImplementedError


MOTIONS: Registry[Motion] = Registry("cutroom.render.motions", "motion")
"""Every motion, by name."""
