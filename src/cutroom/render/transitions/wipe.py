"""Wipe: an edge passes over the picture and brings the other clip."""

from __future__ import annotations

from dataclasses import replace

from cutroom.render.pixels.ramps import ramp
from cutroom.render.pixels.sprite import Mask
from cutroom.render.scene.passing import hides_all, uncover
from cutroom.render.scene.placing import Box, meet
from cutroom.render.transition import Passage, Sprites, Transition


class Wipe(Transition):
    """The transition `wipe`."""

    name = "wipe"
    title = "Wipe"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        use, share = passage.use, min(1.0, max(0.0, passage.progress))
        if use.softness:
            across = use.direction in {"left", "right"}
            far = use.direction in {"left", "up"}
            mask = Mask(
                ramp(passage.width, passage.height, across=across, is_reversed=far),
                channel="luma",
                threshold=share,
                softness=use.softness,
            )
            return uncover(leaving, entering, mask, passage)
        bounds = _uncovered(use.direction, share, passage.width, passage.height)
        if not hides_all(entering, passage):
            rest = _uncovered(_BACK[use.direction], 1 - share, passage.width, passage.height)
            leaving = tuple(replace(sprite, bounds=meet(sprite.bounds, rest)) for sprite in leaving)
        return leaving + tuple(replace(sprite, bounds=meet(sprite.bounds, bounds)) for sprite in entering)


_BACK = {"left": "right", "right": "left", "up": "down", "down": "up"}


def _uncovered(direction: str, share: float, width: int, height: int) -> Box:
    """Return the box of the canvas that the edge has passed; it moves in `direction`."""
    boxes: dict[str, Box] = {
        "right": (0.0, 0.0, width * share, float(height)),
        "left": (width * (1 - share), 0.0, float(width), float(height)),
        "down": (0.0, 0.0, float(width), height * share),
        "up": (0.0, height * (1 - share), float(width), float(height)),
    }
    return boxes[direction]


transition = Wipe()
