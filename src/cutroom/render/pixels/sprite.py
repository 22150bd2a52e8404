"""What a frame is made of: sources of pixels, placed on the canvas. Cheap to make, compared by key."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from cutroom.render.document.values import Color
from cutroom.render.pixels.picture import Picture

Blend = Literal[
    "normal",
    "multiply",
    "screen",
    "overlay",
    "darken",
    "lighten",
    "add",
    "difference",
    "color-dodge",
    "color-burn",
    "hard-light",
    "soft-light",
    "exclusion",
]
"""How a sprite mixes with what is below it (W3C Compositing and Blending Level 1; `add`: plus-lighter).
The order is that of the kernels' modes in blend.c."""


@dataclass(frozen=True, slots=True)
class Source:
    """A picture that can be drawn when it is needed.

    Attributes:
        key: Names what it shows: equal keys, equal pixels, on every machine. Made from contents (a file's
            SHA-256, a text with its style), never from paths or times of day.
        width: Pixels.
        height: Pixels.
        draw: Makes it; the compositor calls it once and keeps the picture as long as it has room.
        is_still: Whether the same key comes again in most frames: then it is worth preparing and keeping.
        is_opaque: Whether nothing shines through it anywhere; False is always allowed.
    """

    key: str
    width: int
    height: int
    draw: Callable[[], Picture] = field(compare=False, repr=False)
    is_still: bool = True
    is_opaque: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """An affine map of a source's pixels onto the canvas: x' = a x + c y + e, y' = b x + d y + f.

    Coordinates are continuous: (0, 0) is the upper left corner of the first pixel, (0.5, 0.5) its centre.
    """

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, after: Matrix) -> Matrix:
        """Return the map that does this one first, `after` second."""
        return Matrix(
            after.a * self.a + after.c * self.b,
            after.b * self.a + after.d * self.b,
            after.a * self.c + after.c * self.d,
            after.b * self.c + after.d * self.d,
            after.a * self.e + after.c * self.f + after.e,
            after.b * self.e + after.d * self.f + after.f,
        )


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft copy of a sprite's outline below it; lengths in pixels of the canvas, blur as a sigma."""

    x: float
    y: float
    blur: float
    color: Color


@dataclass(frozen=True, slots=True)
class Mask:
    """What of a sprite is seen, on the canvas: everything outside its source is hidden.

    Attributes:
        source: The picture whose alpha, or brightness, decides.
        matrix: Maps the source's pixels onto the canvas.
        channel: What of the source is read: alpha, or the luma of its premultiplied colours (BT.709).
        is_inverted: Whether it hides instead of shows.
        threshold: None: the channel is the share that is seen. Else for luma wipes: seen where the channel is
            below this (0 to 1), with soft edges of `softness`.
        softness: Width of the soft edge, 0 to 1.
    """

    source: Source
    matrix: Matrix = Matrix()
    channel: Literal["alpha", "luma"] = "alpha"
    is_inverted: bool = False
    threshold: float | None = None
    softness: float = 0.0


@dataclass(frozen=True, slots=True)
class Sprite:
    """A source in its place on the canvas.

    Attributes:
        source: What is shown.
        matrix: Maps the source's pixels onto the canvas.
        opacity: 0 to 1.
        blend: How it mixes with what is below.
        crop: The part of the source that is seen: left, top, right, bottom in its pixels; None: all.
        radius: Radius of rounded corners of the crop, in pixels of the source.
        blur: Sigma of a Gaussian blur, in pixels of the canvas; 0: none.
        shadow: Drawn below it, with its opacity.
        masks: All must let a pixel through.
        bounds: Nothing is drawn outside this box of the canvas: left, top, right, bottom in pixels, which may
            be fractions (an edge pixel is then partly covered); None: everywhere.
    """

    source: Source
    matrix: Matrix = Matrix()
    opacity: float = 1.0
    blend: Blend = "normal"
    crop: tuple[float, float, float, float] | None = None
    radius: float = 0.0
    blur: float = 0.0
    shadow: Shadow | None = None
    masks: tuple[Mask, ...] = ()
    bounds: tuple[float, float, float, float] | None = None

    def moved(self, by: Matrix) -> Sprite:
        """Return the sprite after its canvas was mapped, with all that stands on it: masks, bounds, shadow.

        Bounds that are turned become the upright box around them.
        """
        masks = tuple(replace(mask, matrix=mask.matrix.then(by)) for mask in self.masks)
        growth = math.sqrt(abs(by.a * by.d - by.b * by.c))
        shadow, bounds = self.shadow, self.bounds
        if shadow is not None:
            x, y = by.a * shadow.x + by.c * shadow.y, by.b * shadow.x + by.d * shadow.y
            shadow = Shadow(x, y, shadow.blur * growth, shadow.color)
        if bounds is not None:
            corners = [(x, y) for x in (bounds[0], bounds[2]) for y in (bounds[1], bounds[3])]
            across = [by.a * x + by.c * y + by.e for x, y in corners]
            down = [by.b * x + by.d * y + by.f for x, y in corners]
            bounds = (min(across), min(down), max(across), max(down))
        matrix, blur = self.matrix.then(by), self.blur * growth
        return replace(self, matrix=matrix, blur=blur, shadow=shadow, masks=masks, bounds=bounds)


def signature(sprites: Sequence[Sprite], background: Color) -> str:
    """Return the SHA-256 of everything that decides how a frame looks."""
    return hashlib.sha256(repr((background, tuple(sprites))).encode()).hexdigest()
