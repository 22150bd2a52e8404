"""Dip: down to what lies below the track, then up to the other clip."""

from __future__ import annotations

from dataclasses import replace

from cutroom.render.transition import Passage, Sprites, Transition

HALF = 0.5


class Dip(Transition):
    """The transition `dip`."""

    name = "dip"
    title = "Dip"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        share = passage.progress
        side, left = (leaving, 1 - 2 * share) if share < HALF else (entering, 2 * share - 1)
        return tuple(replace(sprite, opacity=sprite.opacity * min(1.0, max(0.0, left))) for sprite in side)


transition = Dip()
