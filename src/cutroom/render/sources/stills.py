"""Pictures of files as sources: read when they are needed, known by what they hold."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from cutroom.base.errors import BrokenMedia
from cutroom.media import read_image
from cutroom.render.pixels.picture import Picture, Pixels
from cutroom.render.pixels.sprite import Source
from cutroom.render.pixels.yuv import from_planes
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.sources.vector import draw_svg, is_svg

Flip = Literal["none", "horizontal", "vertical", "both"]

MOST_PIXELS = 7680 * 4320
"""Larger pictures are reduced while they are read: 133 MB each are enough, and no film has more pixels."""

_LARGEST_VECTOR = 4096
_VERSION = 1
"""Raise it when the same file is read as other pixels: it is part of every key."""


def still_source(
    item: MediaItem, *, flip: Flip = "none", width: float | None = None, height: float | None = None
) -> Source:
    """Return a picture file as a source.

    Args:
        item: The file, of kind `image`.
        flip: How it is mirrored.
        width: The largest it will be shown, in pixels: vector pictures are drawn at that size, others come
            in their own.
        height: The same.
    """
    size = _source_size(item, width, height)
    name = f"image{_VERSION}:{item.sha256}:{size[0]}x{size[1]}:{flip}"

    def draw() -> Picture:
        pixels = mirrored(_read(item, size), flip)
        return Picture(pixels, not item.has_alpha or is_opaque(pixels))

    return Source(name, *size, draw, is_opaque=not item.has_alpha)


def _source_size(item: MediaItem, width: float | None, height: float | None) -> tuple[int, int]:
    if is_svg(item.path):
        scale = max((width or 0) / item.width, (height or 0) / item.height) or 1.0
        scale = min(scale, _LARGEST_VECTOR / max(item.width, item.height))
    else:
        scale = min(1.0, math.sqrt(MOST_PIXELS / (item.width * item.height)))
    if scale == 1.0:
        return item.width, item.height
    return max(1, round(item.width * scale)), max(1, round(item.height * scale))


def _read(item: MediaItem, size: tuple[int, int]) -> Pixels:
    if is_svg(item.path):
        return draw_svg(item.path, *size)
    pixels = read_image(
        item.path, size=None if size == (item.width, item.height) else size, paint=from_planes
    )
    if pixels.shape[:2] != (size[1], size[0]):
        message = f"The picture is {pixels.shape[1]} x {pixels.shape[0]} pixels, not {size[0]} x {size[1]}."
        raise BrokenMedia(message, code="changed_file", hint="Give the template the same file again.")
    return pixels


def mirrored(pixels: Pixels, flip: Flip) -> Pixels:
    """Return pixels mirrored."""
    if flip in {"horizontal", "both"}:
        pixels = pixels[:, ::-1]
    if flip in {"vertical", "both"}:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def is_opaque(pixels: Pixels) -> bool:
    """Say whether nothing shines through."""
    return bool(pixels[..., 3].min() == 255)  # noqa: PLR2004 - opaque
