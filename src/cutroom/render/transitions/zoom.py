"""Zoom: the leaving clip comes nearer and fades into the other."""

from __future__ import annotations

from cutroom.render.pixels.sprite import Matrix
from cutroom.render.scene.passing import dissolve
from cutroom.render.transition import Passage, Sprites, Transition


class Zoom(Transition):
    """The transition `zoom`."""

    name = "zoom"
    title = "Zoom"

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        share = min(1.0, max(0.0, passage.progress))
        grown = about_centre(passage, 1 + share)
        return dissolve(tuple(sprite.moved(grown) for sprite in leaving), entering, share, passage)


def about_centre(passage: Passage, scale: float) -> Matrix:
    """Return the map that scales the canvas about its centre."""
    return Matrix(scale, 0, 0, scale, passage.width * (1 - scale) / 2, passage.height * (1 - scale) / 2)


transition = Zoom()
