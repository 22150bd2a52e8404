"""Crossfade: one clip turns into the other."""

from __future__ import annotations

from cutroom.render.scene.passing import dissolve
from cutroom.render.transition import Passage, Sprites, Transition


class Crossfade(Transition):
    """The transition `crossfade`."""

    name = "crossfade"
    title = "Crossfade"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        return dissolve(leaving, entering, passage.progress, passage)


transition = Crossfade()
