"""Spin: a quarter turn while it grows and fades in."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Spin(Motion):
    """The motion `spin`."""

    name = "spin"
    title = "Spin"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        del width, height
        turned = -90 if use.direction in {"left", "up"} else 90
        return Pose(
            rotation=turned * away * use.amount,
            scale=max(0.0, 1 - away / 2),
            opacity=1 - min(1.0, max(0.0, away)),
        )


motion = Spin()
