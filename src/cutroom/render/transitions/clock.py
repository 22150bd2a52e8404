"""Clock: a hand that turns once brings the entering clip."""

from __future__ import annotations

from cutroom.render.pixels.ramps import SHARPEST, dial
from cutroom.render.pixels.sprite import Mask
from cutroom.render.scene.passing import uncover
from cutroom.render.transition import Passage, Sprites, Transition


class Clock(Transition):
    """The transition `clock`."""

    name = "clock"
    title = "Clock"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        mask = Mask(
            dial(passage.width, passage.height),
            channel="luma",
            threshold=min(1.0, max(0.0, passage.progress)),
            softness=max(passage.use.softness, SHARPEST),
        )
        return uncover(leaving, entering, mask, passage)


transition = Clock()
