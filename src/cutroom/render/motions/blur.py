"""Blur: from out of focus while fading."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Blur(Motion):
    """The motion `blur`."""

    name = "blur"
    title = "Blur"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        del width, height
        return Pose(blur=24 * use.amount * max(0.0, away), opacity=1 - min(1.0, max(0.0, away)))


motion = Blur()
