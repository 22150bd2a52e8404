"""Sources to be fitted into a box, and where they are seen."""

from __future__ import annotations

import numpy as np

from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Source, Sprite


def source_of(width: int, height: int) -> Source:
    return Source("x", width, height, lambda: Picture(np.zeros((height, width, 4), np.uint8)))


def box_of(sprite: Sprite) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what is seen, in the box."""
    left, top, right, bottom = sprite.crop or (0, 0, sprite.source.width, sprite.source.height)
    m = sprite.matrix
    return left * m.a + m.e, top * m.d + m.f, right * m.a + m.e, bottom * m.d + m.f
