"""Pop: grows from nothing and springs a little over its size."""

from __future__ import annotations

from cutroom.render.document.clip import MotionUse
from cutroom.render.motion import Motion, Pose


class Pop(Motion):
    """The motion `pop`."""

    name = "pop"
    title = "Pop"

    def pose(self, away: float, use: MotionUse, width: float, height: float) -> Pose:
        """Return the pose; see `Motion.pose`."""
        del width, height
        share = 1 - away
        # Penner's "back" easing: c = 1.70158 overshoots by 10 %.
        c = 1.70158 * use.amount
        grown = 1 + (c + 1) * (share - 1) ** 3 + c * (share - 1) ** 2
        return Pose(scale=max(0.0, grown), opacity=min(1.0, max(0.0, share * 4)))


motion = Pop()
