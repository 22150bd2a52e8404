"""Cut: the entering clip at once; its sound still fades."""

from __future__ import annotations

from cutroom.render.transition import Passage, Sprites, Transition


class Cut(Transition):
    """The transition `cut`."""

    name = "cut"
    title = "Cut"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        del leaving, passage
        return entering


transition = Cut()
