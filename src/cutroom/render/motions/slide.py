"""Slide: in from one side while fading."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Slide(Motion):
    """The motion `slide`."""

    name = "slide"
    title = "Slide"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        x, y = _FROM[use.direction]
        far = away * use.amount
        return Pose(x * width * far, y * height * far, opacity=1 - min(1.0, max(0.0, away)))


# Moving up means to come from below.
_FROM = {"up": (0, 1), "down": (0, -1), "left": (1, 0), "right": (-1, 0)}


motion = Slide()
