"""Zoom: grows from half its size while fading."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Zoom(Motion):
    """The motion `zoom`."""

    name = "zoom"
    title = "Zoom"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        del width, height
        return Pose(scale=max(0.0, 1 - away * use.amount / 2), opacity=1 - min(1.0, max(0.0, away)))


motion = Zoom()
