"""Crossfade: one clip turns into the other."""

from __future__ import annotations

from dataclasses import replace

from cutroom.render.placing import covers
from cutroom.render.transition import Passage, Sprites, Transition


class Crossfade(Transition):
    """The transition `crossfade`."""

    name = "crossfade"
    title = "Crossfade"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        share = passage.progress
        opaque = all(covers(sprite, passage.width, passage.height) for sprite in leaving)
        if not opaque:
            # What is not opaque would shine through the other: it goes as the other comes.
            leaving = tuple(replace(sprite, opacity=sprite.opacity * (1 - share)) for sprite in leaving)
        entering = tuple(replace(sprite, opacity=sprite.opacity * min(1.0, share)) for sprite in entering)
        return leaving + entering


transition = Crossfade()
