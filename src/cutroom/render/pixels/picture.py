"""Pixels: the one form that everything drawn has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width, 4) uint8, BGRA, premultiplied, C-contiguous rows; sRGB values, blended as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A drawn picture. Nobody changes its pixels once it is made: it may stand in a cache.

    Attributes:
        pixels: See `Pixels`.
        is_opaque: Whether every alpha is 255; False is always allowed.
    """

    pixels: Pixels
    is_opaque: bool = False

    @property
    def width(self) -> int:
        """Pixels in a row."""
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        """Rows."""
        return self.pixels.shape[0]
