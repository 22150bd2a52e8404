"""Push: the entering clip pushes the leaving one out."""

from __future__ import annotations

from cutroom.render.transition import Passage, Sprites, Transition, shift


class Push(Transition):
    """The transition `push`."""

    name = "push"
    title = "Push"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        out, into = shift(passage, -passage.progress), shift(passage, 1 - passage.progress)
        return tuple(sprite.moved(out) for sprite in leaving) + tuple(
            sprite.moved(into) for sprite in entering
        )


transition = Push()
