"""Fade: from nothing to opaque."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Fade(Motion):
    """The motion `fade`."""

    name = "fade"
    title = "Fade"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        del use, width, height
        return Pose(opacity=1 - min(1.0, max(0.0, away)))


motion = Fade()
