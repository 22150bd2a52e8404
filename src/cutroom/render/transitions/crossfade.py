"""Crossfade: one clip turns into the other."""

from __future__ import annotations

import math
from dataclasses import replace

from cutroom.render.cast import flat
from cutroom.render.placing import covers
from cutroom.render.sprite import Sprite
from cutroom.render.transition import Passage, Sprites, Transition


class Crossfade(Transition):
    """The transition `crossfade`."""

    name = "crossfade"
    title = "Crossfade"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        # In the 255 levels of a kernel's opacity, so that both shares together are exactly 1.
        level = math.floor(min(1.0, passage.progress) * 255 + 0.5)
        come = tuple(_fade(sprite, level) for sprite in entering)
        both = leaving + entering
        if all(covers(sprite, passage.width, passage.height) for sprite in both):
            return leaving + come
        gone = tuple(_fade(sprite, 255 - level) for sprite in leaving)
        if len(both) == 1 or any(sprite.blend != "normal" for sprite in both):
            return gone + come
        # What is not opaque shines through, and what the other does not cover must go too: both are added
        # up, which no blending of one over the other does.
        added = tuple(replace(sprite, blend="add") for sprite in come)
        mixed = flat(gone + added, passage.width, passage.height)
        return (replace(mixed, source=replace(mixed.source, is_still=False)),)


def _fade(sprite: Sprite, level: int) -> Sprite:
    return replace(sprite, opacity=sprite.opacity * level / 255)


transition = Crossfade()
