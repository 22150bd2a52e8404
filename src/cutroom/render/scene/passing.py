"""What transitions share: one clip in place of the other, also where it hides not all of it."""

from __future__ import annotations

import math
from dataclasses import replace

from cutroom.render.pixels.sprite import Mask, Sprite
from cutroom.render.scene.cast import flat
from cutroom.render.scene.placing import covers
from cutroom.render.transition import Passage, Sprites


def dissolve(leaving: Sprites, entering: Sprites, share: float, passage: Passage) -> Sprites:
    """Return the entering clip by a share, and the leaving one by the rest; see `Transition.mix`."""
    # In the 255 levels of a kernel's opacity, so that both shares together are exactly 1.
    level = math.floor(min(1.0, max(0.0, share)) * 255 + 0.5)
    come = tuple(_fade(sprite, level) for sprite in entering)
    if hides_all(entering, passage):
        return leaving + come
    return _add_up(tuple(_fade(sprite, 255 - level) for sprite in leaving), come, passage)


def uncover(leaving: Sprites, entering: Sprites, mask: Mask, passage: Passage) -> Sprites:
    """Return the entering clip where a mask shows it, and the leaving one elsewhere."""
    come = tuple(replace(sprite, masks=(*sprite.masks, mask)) for sprite in entering)
    if hides_all(entering, passage):
        return leaving + come
    rest = replace(mask, is_inverted=not mask.is_inverted)
    gone = tuple(replace(sprite, masks=(*sprite.masks, rest)) for sprite in leaving)
    return _add_up(gone, come, passage)


def hides_all(entering: Sprites, passage: Passage) -> bool:
    """Say whether nothing of the leaving clip is seen behind the entering one."""
    return any(covers(sprite, passage.width, passage.height) for sprite in entering)


def _fade(sprite: Sprite, level: int) -> Sprite:
    return replace(sprite, opacity=sprite.opacity * level / 255)


def _add_up(gone: Sprites, come: Sprites, passage: Passage) -> Sprites:
    """Return both as one: laid one over the other, what is below them would shine through."""
    both = gone + come
    if len(both) <= 1 or any(sprite.blend != "normal" for sprite in both):
        return both
    added = tuple(replace(sprite, blend="add") for sprite in come)
    mixed = flat(gone + added, passage.width, passage.height)
    return (replace(mixed, source=replace(mixed.source, is_still=False)),)
