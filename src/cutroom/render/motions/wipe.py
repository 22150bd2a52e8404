"""Wipe: an edge passes over the clip and uncovers it."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Wipe(Motion):
    """The motion `wipe`."""

    name = "wipe"
    title = "Wipe"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        del width, height
        hidden = min(1.0, max(0.0, away))
        left, top, right, bottom = _KEPT[use.direction]
        return Pose(reveal=(left * hidden, top * hidden, 1 - right * hidden, 1 - bottom * hidden))


# The edge moves that way: what lies ahead of it is hidden.
_KEPT = {"right": (0, 0, 1, 0), "left": (1, 0, 0, 0), "down": (0, 0, 0, 1), "up": (0, 1, 0, 0)}


motion = Wipe()
