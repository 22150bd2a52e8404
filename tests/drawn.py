"""Pictures for the tests of the compositor, and what they should look like: slow, in double precision."""

from __future__ import annotations

import numpy as np

from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source

BLACK = Color(0, 0, 0)


def still(pixels, key="still", is_still=True):
    """Return a source that shows these pixels."""
    height, width, _ = pixels.shape
    return Source(key, width, height, lambda: Picture(np.ascontiguousarray(pixels)), is_still)


def noise(width, height, seed=1, opaque=False):
    """Return premultiplied pixels of every kind."""
    numbers = np.random.default_rng(seed)
    alpha = np.full((height, width), 255) if opaque else numbers.integers(0, 256, (height, width))
    colours = numbers.integers(0, 256, (height, width, 3)) * alpha[..., None] // 255
    return np.dstack([colours, alpha]).astype(np.uint8)


def solid(width, height, blue, green, red, alpha=255):
    """Return pixels of one premultiplied colour."""
    return np.full((height, width, 4), (blue, green, red, alpha), np.uint8)


def smooth(width, height):
    """Return opaque pixels without hard edges."""
    down, across = np.mgrid[0:height, 0:width]
    waves = [128 + 120 * np.sin(across / 9 + k) * np.cos(down / (7 + k)) for k in range(3)]
    return np.dstack([*waves, np.full((height, width), 255)]).astype(np.uint8)


def expected(pixels, matrix: Matrix, width, height):
    """Return what a placed picture looks like: bilinear, with edges by the distance of a pixel's centre."""
    across = np.array([[matrix.a, matrix.c], [matrix.b, matrix.d]])
    inverse = np.linalg.inv(across)
    down, right = np.mgrid[0:height, 0:width] + 0.5
    u = inverse[0, 0] * (right - matrix.e) + inverse[0, 1] * (down - matrix.f)
    v = inverse[1, 0] * (right - matrix.e) + inverse[1, 1] * (down - matrix.f)
    coverage = slab(u, pixels.shape[1], inverse[0]) * slab(v, pixels.shape[0], inverse[1])
    return bilinear(pixels.astype(float), u, v) * coverage[..., None]


def slab(place, length, gradient):
    """Return how much of each pixel lies between 0 and a length of the source."""
    steepness = np.hypot(*gradient)
    low, high = place / steepness, (length - place) / steepness
    return np.clip(np.clip(low + 0.5, 0, 1) + np.clip(high + 0.5, 0, 1) - 1, 0, 1)


def bilinear(pixels, u, v):
    """Return values between the centres of pixels; edges go on."""
    height, width, _ = pixels.shape
    x, y = np.clip(u - 0.5, 0, width - 1), np.clip(v - 0.5, 0, height - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    x, y = (x - left)[..., None], (y - top)[..., None]
    upper = pixels[top, left] * (1 - x) + pixels[top, right] * x
    lower = pixels[bottom, left] * (1 - x) + pixels[bottom, right] * x
    return upper * (1 - y) + lower * y


def over(below, above):
    """Return one premultiplied picture over another."""
    return above + below * (1 - above[..., 3:] / 255)


def draw(*sprites, width=40, height=30, background=BLACK):
    """Return the pixels that the compositor makes of sprites."""
    return Compositor(width, height, background).compose(sprites).pixels
