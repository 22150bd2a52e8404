"""Iris: the entering clip in a growing circle."""

from __future__ import annotations

from cutroom.render.pixels.ramps import SHARPEST, rings
from cutroom.render.pixels.sprite import Mask
from cutroom.render.scene.passing import uncover
from cutroom.render.transition import Passage, Sprites, Transition


class Iris(Transition):
    """The transition `iris`."""

    name = "iris"
    title = "Iris"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        mask = Mask(
            rings(passage.width, passage.height),
            channel="luma",
            threshold=min(1.0, max(0.0, passage.progress)),
            softness=max(passage.use.softness, SHARPEST),
        )
        return uncover(leaving, entering, mask, passage)


transition = Iris()
