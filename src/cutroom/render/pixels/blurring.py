"""Blurred sprites and shadows: drawn apart, small where that is enough, and kept while nothing changes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cutroom.render.document.exact_math import exponential
from cutroom.render.document.values import Color
from cutroom.render.pixels.geometry import Box, intersect, shift, surround
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.prepared import Darkroom, Prepared, prepare
from cutroom.render.pixels.resizing import shares_of
from cutroom.render.pixels.sprite import Mask, Matrix, Sprite

_SHARPEST = 2.0
"""Above this sigma a picture is blurred in half its size, which is off by 2 levels at hard edges."""
_WHOLE = 128
"""Weights are fractions of it, as blur.c reads them."""
_REACH = 3.0
"""Sigmas after which a Gaussian counts as 0: 0.3 % lie outside."""

Paint = Callable[[Prepared, Sprite], None]
"""Draws a sprite onto a canvas, shrunk by halves, whose own blur is known."""


def blur_sprite(
    sprite: Sprite,
    masks: tuple[Mask, ...],
    sigma: float,
    canvas: Box,
    darkroom: Darkroom,
    paint: Paint,
    colour: Color | None = None,
) -> tuple[Prepared, Matrix]:
    """Return a sprite's source with its crop and corners, mapped and blurred.

    Where the sprite moves without turning or growing, what was made before is used again.

    Args:
        sprite: Its source, matrix, crop and radius are looked at.
        masks: What shapes it before it is blurred.
        sigma: Of the Gaussian, in pixels of the canvas.
        canvas: What of the canvas will be seen.
        darkroom: Keeps the result.
        paint: Draws the sharp sprite.
        colour: Fills the outline; None: the sprite's own colours.

    Returns:
        The picture, and the map of its pixels onto the canvas.
    """
    factor = 1
    while sigma > _SHARPEST * factor:
        factor *= 2
    weights = _gaussian(sigma, factor)
    reach = (len(weights) - 1) // 2
    place = sprite.matrix
    to_layer = Matrix(1 / factor, 0.0, 0.0, 1 / factor, -place.e / factor, -place.f / factor)
    layer = Sprite(
        sprite.source,
        Matrix(place.a / factor, place.b / factor, place.c / factor, place.d / factor),
        crop=sprite.crop,
        radius=sprite.radius,
        masks=masks and tuple(replace(mask, matrix=_rounded(mask.matrix.then(to_layer))) for mask in masks),
    )
    box = _layer_box(layer, surround(to_layer, canvas), reach)
    key = ("blurred", layer, sigma, box, colour)
    is_still = sprite.source.is_still and all(mask.source.is_still for mask in masks)
    made = darkroom.kept(key, lambda: _make(layer, box, weights, colour, darkroom, paint), is_still=is_still)
    left, top = (box[0] - reach) * factor, (box[1] - reach) * factor
    return made, Matrix(factor, 0.0, 0.0, factor, left + place.e, top + place.f)


def _rounded(matrix: Matrix) -> Matrix:
    """Return a map that is the same wherever its sprite stands: without the noise of the last digits."""
    return replace(matrix, e=round(matrix.e, 6), f=round(matrix.f, 6))


def _layer_box(layer: Sprite, canvas: Box, reach: int) -> tuple[int, int, int, int]:
    """Return the whole pixels of the layer that are drawn: all, or what the canvas sees of a large one."""
    crop = layer.crop or (0.0, 0.0, float(layer.source.width), float(layer.source.height))
    box = surround(layer.matrix, crop)
    seen = (canvas[0] - reach - 2, canvas[1] - reach - 2, canvas[2] + reach + 2, canvas[3] + reach + 2)
    if (box[2] - box[0]) * (box[3] - box[1]) > 2 * (seen[2] - seen[0]) * (seen[3] - seen[1]):
        box = intersect(box, seen)
    left, top = math.floor(box[0]), math.floor(box[1])
    return left, top, max(left, math.ceil(box[2])), max(top, math.ceil(box[3]))


def _make(
    layer: Sprite,
    box: tuple[int, int, int, int],
    weights: NDArray[np.int8],
    colour: Color | None,
    darkroom: Darkroom,
    paint: Paint,
) -> Prepared:
    kernels = binding.kernels()
    margin = len(weights) - 1  # the reach on both sides, and again for what the blur cuts off
    width, height = box[2] - box[0] + margin, box[3] - box[1] + margin
    sharp = darkroom.scratch(width + margin, height + margin)
    move = shift(margin - box[0], margin - box[1])
    masks = tuple(replace(mask, matrix=mask.matrix.then(move)) for mask in layer.masks)
    paint(
        Prepared(Picture(sharp), binding.image(sharp)),
        replace(layer, matrix=layer.matrix.then(move), masks=masks),
    )
    if margin:
        target = binding.empty(width, height)
        taps = binding.address(weights), len(weights)
        binding.check(kernels.blur_picture(binding.image(target), binding.image(sharp), *taps))
    else:
        target = sharp.copy()
    if colour is not None:
        parts = np.array([colour.blue, colour.green, colour.red, colour.alpha], np.uint8)
        kernels.colour_outline(binding.image(target), binding.address(parts))
    return prepare(Picture(target), is_still=False)  # its box is narrow, and no edge of it opaque


@lru_cache(maxsize=256)
def _gaussian(sigma: float, factor: int) -> NDArray[np.int8]:
    """Return the weights of a blur of a picture that was shrunk by a factor and will be enlarged again.

    Shrinking by a box and enlarging between two pixels blur by themselves; their variances in pixels of the
    canvas, factor ** 2 / 12 and factor ** 2 / 6, are taken off.
    """
    variance = sigma**2 if factor == 1 else sigma**2 - factor**2 / 4
    inner = math.sqrt(variance) / factor
    if inner < 0.3:  # noqa: PLR2004 - neighbours would weigh less than 1 in 128
        return np.zeros(1, np.int8)
    reach = math.ceil(_REACH * inner)
    values = [exponential(-(x**2) / (2 * inner**2)) for x in range(-reach, reach + 1)]
    shares = shares_of(values, _WHOLE)
    idle = next(index for index, share in enumerate(shares) if share)
    return np.array(shares[idle : len(shares) - idle], np.int8)
