"""Luma: the brightness of a picture says which part changes first: the dark ones."""

from __future__ import annotations

from cutroom.render.pixels.ramps import SHARPEST
from cutroom.render.pixels.sprite import Mask, Matrix
from cutroom.render.scene.passing import uncover
from cutroom.render.sources.stills import still_source
from cutroom.render.transition import Passage, Sprites, Transition


class Luma(Transition):
    """The transition `luma`."""

    name = "luma"
    title = "Luma"
    needs_picture = True

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen; see `Transition.mix`."""
        if passage.item is None:
            return leaving + entering
        source = still_source(passage.item)
        mask = Mask(
            source,
            Matrix(a=passage.width / source.width, d=passage.height / source.height),
            channel="luma",
            threshold=min(1.0, max(0.0, passage.progress)),
            softness=max(passage.use.softness, SHARPEST),
        )
        return uncover(leaving, entering, mask, passage)


transition = Luma()
