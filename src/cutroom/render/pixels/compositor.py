"""The compositor: sprites in, a picture out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Failed
from cutroom.render.document.values import Color
from cutroom.render.pixels.blurring import blur_sprite
from cutroom.render.pixels.geometry import EVERYWHERE, Box, intersect, shift, surround
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Picture, Pixels
from cutroom.render.pixels.picture_cache import PictureCache
from cutroom.render.pixels.prepared import UNCHANGED, Darkroom, Prepared
from cutroom.render.pixels.sprite import Mask, Matrix, Shadow, Sprite

_MODES = {name: number for number, name in enumerate(binding.MODES)}
_SHARP = 0.05
"""A blur below this sigma cannot be seen in 8 bits."""
_ALMOST = 1e-4
"""Pixels that an edge may be off and still cover, rounded, all of the pixel beside it."""
_TRANSPARENT = Color(0, 0, 0, 0)


class Compositor:
    """Draws frames; the same sprites give the same bytes, whatever was drawn before.

    A blur and a shadow reach over the edges of their sprite; what is cut off by the canvas is drawn as if it
    went on. Masks work after the blur; masks with a threshold, and bounds, hide the shadow too. A matrix that
    leaves no area shows nothing. Not for several threads at once: each has its own.
    """

    def __init__(
        self,
        width: int,
        height: int,
        background: Color,
        cache_bytes: int = 256 << 20,
        cache: PictureCache | None = None,
    ) -> None:
        """Take a canvas.

        Args:
            width: Pixels of the canvas.
            height: The same.
            background: What is seen where nothing is.
            cache_bytes: What drawn sources and what is made of them may fill, in a cache of its own.
            cache: A cache of this thread, instead.
        """
        self.width = width
        self.height = height
        self.background = background
        self._darkroom = Darkroom(cache or PictureCache(cache_bytes))

    def compose(self, sprites: Sequence[Sprite], out: Pixels | None = None) -> Picture:
        """Draw sprites over the background, the first one lowest.

        Args:
            sprites: What the frame is made of.
            out: (height, width, 4) uint8 to draw into, contiguous within rows; None: new pixels.

        Raises:
            CutroomError: What drawing a source raises; Failed when it is not what it says, or without memory;
                Unsupported when the kernels are not built.
        """
        pixels = binding.empty(self.width, self.height) if out is None else out
        if pixels.shape != (self.height, self.width, 4) or pixels.strides[1:] != (4, 1):
            message = (
                f"A frame of {self.width} x {self.height} cannot be drawn into pixels of {pixels.shape}."
            )
            raise Failed(message, code="wrong_canvas")
        return self._draw_all(sprites, pixels, self.background)

    def flatten(self, sprites: Sequence[Sprite], width: int, height: int) -> Picture:
        """Draw sprites onto a transparent canvas of another size, as for a group."""
        return self._draw_all(sprites, binding.empty(width, height), _TRANSPARENT)

    def _draw_all(self, sprites: Sequence[Sprite], pixels: Pixels, background: Color) -> Picture:
        height, width, _ = pixels.shape
        view = binding.image(pixels)
        lowest = self._find_lowest(sprites, width, height)
        if lowest is None:
            binding.kernels().fill_picture(view, _pixel(background))
        is_opaque = lowest is not None or background.alpha == 255  # noqa: PLR2004 - opaque
        canvas = Prepared(Picture(pixels, is_opaque), view)
        for sprite in itertools.islice(sprites, lowest or 0, None):
            self._draw(canvas, sprite)
        return canvas.picture

    def _find_lowest(self, sprites: Sequence[Sprite], width: int, height: int) -> int | None:
        """Return the uppermost sprite that hides all below it; None: the background may be seen."""
        for index in range(len(sprites) - 1, -1, -1):
            sprite = sprites[index]
            if _covers(sprite, width, height):
                prepared, _ = self._darkroom.sampled(sprite.source, sprite.matrix)
                if prepared.picture.is_opaque:
                    return index
        return None

    def _draw(self, canvas: Prepared, sprite: Sprite, *, is_quick: bool | None = None) -> None:
        if sprite.opacity <= 0 or not math.isfinite(sum(_numbers(sprite.matrix))):
            return
        if sprite.shadow is not None:
            self._draw_shadow(canvas, sprite, sprite.shadow)
        if sprite.blur > _SHARP:
            seen = _seen(canvas, sprite)
            prepared, matrix = blur_sprite(sprite, (), sprite.blur, seen, self._darkroom, self._draw_quickly)
            self._paint(canvas, prepared, sprite, Placed(matrix, None, 0.0, sprite.masks))
            return
        matrix, crop, radius = sprite.matrix, sprite.crop, sprite.radius
        prepared, back = self._darkroom.sampled(sprite.source, matrix, is_quick=is_quick)
        if back is not UNCHANGED:
            matrix = back.then(matrix)
            crop = crop and (crop[0] / back.a, crop[1] / back.d, crop[2] / back.a, crop[3] / back.d)
            radius /= math.sqrt(back.a * back.d)
        self._paint(canvas, prepared, sprite, Placed(matrix, crop, radius, sprite.masks))

    def _draw_quickly(self, canvas: Prepared, sprite: Sprite) -> None:
        self._draw(canvas, sprite, is_quick=True)

    def _draw_shadow(self, canvas: Prepared, sprite: Sprite, shadow: Shadow) -> None:
        shaping = tuple(mask for mask in sprite.masks if mask.threshold is None)
        wiping = tuple(mask for mask in sprite.masks if mask.threshold is not None)
        move = shift(shadow.x, shadow.y)
        seen = surround(shift(-shadow.x, -shadow.y), _seen(canvas, sprite))
        sigma = math.sqrt(max(shadow.blur, 0.0) ** 2 + max(sprite.blur, 0.0) ** 2)
        prepared, matrix = blur_sprite(
            sprite, shaping, sigma, seen, self._darkroom, self._draw_quickly, shadow.color
        )
        self._paint(canvas, prepared, sprite, Placed(matrix.then(move), None, 0.0, wiping), is_normal=True)

    def _paint(
        self, canvas: Prepared, prepared: Prepared, sprite: Sprite, placed: Placed, *, is_normal: bool = False
    ) -> None:
        """Draw what was made of a sprite, with its opacity, its bounds and its blend mode, unless normal."""
        picture = prepared.picture
        crop = placed.crop or (0.0, 0.0, float(picture.width), float(picture.height))
        if prepared.visible and placed.radius <= 0:
            crop = intersect(crop, prepared.visible)
        placement = binding.PLACEMENT.pack(
            *_numbers(placed.matrix),
            *crop,
            *(sprite.bounds or EVERYWHERE),
            placed.radius,
            math.floor(min(sprite.opacity, 1.0) * 255 + 0.5),
            0 if is_normal else _MODES[sprite.blend],
            picture.is_opaque,
            0,
        )
        masks = [self._mask(mask) for mask in placed.masks]
        views = b"".join(view for view, _ in masks) or None
        binding.check(
            binding.kernels().draw_picture(canvas.view, prepared.view, placement, views, len(masks))
        )

    def _mask(self, mask: Mask) -> tuple[bytes, tuple[Any, ...]]:
        """Return the kernels' view of a mask, and what must outlive its use."""
        is_luma = mask.channel == "luma"
        shares, back = self._darkroom.channel(mask.source, mask.matrix, is_luma=is_luma)
        table = _shares_let_through(mask.threshold, mask.softness, mask.is_inverted)
        values = shares.values
        view = binding.MASK.pack(
            *_numbers(back.then(mask.matrix)),
            binding.address(values),
            values.strides[0],
            values.shape[1],
            values.shape[0],
            binding.address(table),
        )
        return view, (values, table)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where something is painted: as the fields of a sprite say, in pixels of what was made of its source."""

    matrix: Matrix
    crop: Box | None
    radius: float
    masks: tuple[Mask, ...]


def _seen(canvas: Prepared, sprite: Sprite) -> Box:
    """Return what of the canvas a sprite may touch."""
    whole = (0.0, 0.0, float(canvas.picture.width), float(canvas.picture.height))
    return intersect(whole, sprite.bounds or EVERYWHERE)


def _numbers(matrix: Matrix) -> tuple[float, float, float, float, float, float]:
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _covers(sprite: Sprite, width: int, height: int) -> bool:
    """Say whether a sprite reaches every pixel of the canvas, as far as its place tells."""
    is_plain = sprite.blend == "normal" and sprite.opacity >= 1 and not sprite.masks
    matrix = sprite.matrix
    if not is_plain or sprite.blur > _SHARP or sprite.radius > 0 or matrix.b or matrix.c:
        return False
    whole = (0.0, 0.0, float(sprite.source.width), float(sprite.source.height))
    crop = intersect(sprite.crop, whole) if sprite.crop else whole
    if abs(matrix.a) * (crop[2] - crop[0]) < width - 1 or abs(matrix.d) * (crop[3] - crop[1]) < height - 1:
        return False
    left, top, right, bottom = intersect(surround(matrix, crop), sprite.bounds or EVERYWHERE)
    return left <= _ALMOST and top <= _ALMOST and right >= width - _ALMOST and bottom >= height - _ALMOST


def _pixel(color: Color) -> int:
    """Return a colour as the kernels fill with it: premultiplied, blue in the lowest byte."""
    blue, green, red = ((part * color.alpha + 127) // 255 for part in (color.blue, color.green, color.red))
    return int.from_bytes(bytes((blue, green, red, color.alpha)), "little")


@lru_cache(maxsize=1024)
def _shares_let_through(threshold: float | None, softness: float, is_inverted: bool) -> NDArray[np.uint8]:
    """Return the share that a mask lets through at each of the 256 values of its channel.

    With a threshold the soft edge moves from below the first value to above the last one, so that 0 hides and
    1 shows everything.
    """
    values = range(256)
    if threshold is None:
        shares = list(values)
    else:
        soft = max(softness, 1 / 255)
        edge = threshold * (1 + soft)
        shares = [math.floor(min(max((edge - value / 255) / soft, 0.0), 1.0) * 255 + 0.5) for value in values]
    return np.array([255 - share if is_inverted else share for share in shares], np.uint8)
