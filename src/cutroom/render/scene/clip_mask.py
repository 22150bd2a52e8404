"""Masks of clips: shapes, and pictures that lie over the clip's box."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

import numpy as np

from cutroom.render.document.clip import MaskUse
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Mask, Matrix, Source
from cutroom.render.scene.placing import Look
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.sources.stills import still_source


def mask_of(use: MaskUse, look: Look, media: Mapping[str, MediaItem]) -> Mask:
    """Return a clip's mask on the canvas."""
    if use.src:
        source, channel = still_source(media[use.src]), use.channel
    else:
        source, channel = _shape(use.shape or "rectangle", look), "alpha"
    box = Matrix(a=look.width / source.width, d=look.height / source.height)
    return Mask(source, box.then(look.matrix), channel, use.invert)


def _shape(shape: str, look: Look) -> Source:
    width, height = max(1, math.ceil(look.width)), max(1, math.ceil(look.height))
    draw = partial(ellipse if shape == "ellipse" else _rectangle, width, height)
    return Source(f"{shape}:{width}x{height}", width, height, draw)


def _rectangle(width: int, height: int) -> Picture:
    return Picture(np.full((height, width, 4), 255, np.uint8), is_opaque=True)


def ellipse(width: int, height: int) -> Picture:
    """Draw a white ellipse that fills its box, its edge smooth over one pixel."""
    y, x = np.ogrid[0.5:height, 0.5:width]
    rx, ry = width / 2, height / 2
    u, v = (x - rx) / rx, (y - ry) / ry
    # Distance to the edge in pixels, to first order: f / |grad f| for f = u2 + v2 - 1.
    slope = np.sqrt((2 * u / rx) ** 2 + (2 * v / ry) ** 2)
    distance = (u * u + v * v - 1) / np.maximum(slope, 1e-9)
    alpha = np.rint(np.clip(0.5 - distance, 0, 1) * 255).astype(np.uint8)
    return Picture(np.repeat(alpha[:, :, None], 4, axis=2))
