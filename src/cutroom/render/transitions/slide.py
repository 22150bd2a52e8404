"""Slide: the entering clip moves over the leaving one."""

from __future__ import annotations

from cutroom.render.transition import Passage, Sprites, Transition, shift


class Slide(Transition):
    """The transition `slide`."""

    name = "slide"
    title = "Slide"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        moved = shift(passage, 1 - passage.progress)
        return leaving + tuple(sprite.moved(moved) for sprite in entering)


transition = Slide()
