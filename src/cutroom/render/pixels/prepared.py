"""Sources made ready: drawn once, in the size in which they are sampled well, as kernels read them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Failed
from cutroom.render.pixels.geometry import Box, scale, scales
from cutroom.render.pixels.kernels import binding
from cutroom.render.pixels.picture import Picture, Pixels
from cutroom.render.pixels.picture_cache import PictureCache
from cutroom.render.pixels.resizing import halve, resize
from cutroom.render.pixels.sprite import Matrix, Source

_STEPS = 3
"""Sizes per halving that stills are brought to before they are sampled."""
_ROOTS = (1.0, 0.7937005259840998, 0.6299605249474366)
"""2 to the power of 0, -1/3 and -2/3."""
_MOST_STEPS = 60
_NEARLY = 1.001
"""A film that is as large as half its size, but for rounding, is halved."""
_SHARPEST = 1.6
"""Pixels of a still per pixel of the canvas, at most; at least 2 ** (1 / 3) times fewer. Measured on slow
zooms against exact Lanczos: 1.5 is best, and exactly the size of the canvas makes the picture breathe."""
UNCHANGED = Matrix()
_MARGIN = 2
"""Transparent pixels kept around what is visible, so that sampling finds the same neighbours."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A picture with what the kernels need of it.

    Attributes:
        picture: The pixels.
        view: `binding.image` of them.
        visible: The box of the picture outside of which all is transparent, with a margin; None: not known.
    """

    picture: Picture
    view: bytes
    visible: Box | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return self.picture.pixels.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """One channel of a picture.

    Attributes:
        values: (height, width) uint8.
    """

    values: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.values.nbytes


def prepare(picture: Picture, *, is_still: bool) -> Prepared:
    """Look at a picture: whether it is opaque, and where it is not transparent.

    Args:
        picture: Any.
        is_still: Whether it is drawn often enough that a closer look pays.
    """
    view = binding.image(picture.pixels)
    if picture.is_opaque or not is_still:
        return Prepared(picture, view)
    kernels = binding.kernels()
    if kernels.is_opaque(view):
        return Prepared(Picture(picture.pixels, is_opaque=True), view)
    box = np.zeros(4, np.int32)
    kernels.find_visible(view, binding.address(box))
    left, top, right, bottom = map(int, box)
    if right <= left:
        return Prepared(picture, view, (0.0, 0.0, 0.0, 0.0))
    visible = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    return Prepared(picture, view, visible)


class Darkroom:
    """Makes sources ready and keeps them as long as there is room."""

    def __init__(self, cache: PictureCache) -> None:
        """Begin with what the cache holds."""
        self.cache = cache
        self._scratch = np.empty(0, np.uint8)

    def scratch(self, width: int, height: int) -> Pixels:
        """Return transparent pixels, good until the next call: fresh memory costs more than wiping."""
        count = width * height * 4
        if self._scratch.size < count:
            self._scratch = np.empty(count, np.uint8)
        pixels = self._scratch[:count].reshape(height, width, 4)
        pixels.fill(0)
        return pixels

    def picture(self, source: Source) -> Prepared:
        """Return a source as it was drawn."""
        return self.cache.get(
            source.key, lambda: _draw(source), lambda made: made.size, is_still=source.is_still
        )

    def sampled(
        self, source: Source, matrix: Matrix, *, is_quick: bool | None = None
    ) -> tuple[Prepared, Matrix]:
        """Return a source in the size in which it is sampled well.

        What is shrunk is resampled first, in steps, so that no pixel is skipped: by Lanczos, or quickly by
        halves. Default: quickly what is not still.

        Returns:
            The picture, and the map of its pixels onto those of the source.
        """
        is_quick = not source.is_still if is_quick is None else is_quick
        across, down = scales(matrix)
        steps = (_steps_of(across, is_quick=is_quick), _steps_of(down, is_quick=is_quick))
        if steps == (0, 0):
            return self.picture(source), UNCHANGED
        level = self.cache.get(
            (source.key, is_quick, steps),
            lambda: _shrink(self.picture(source).picture, steps, is_quick=is_quick),
            lambda made: made.size,
            is_still=source.is_still,
        )
        shrunk = level.picture
        return level, scale(source.width / shrunk.width, source.height / shrunk.height)

    def channel(self, source: Source, matrix: Matrix, *, is_luma: bool) -> tuple[Shares, Matrix]:
        """Return alpha or luma of a source, in the size in which it is sampled well.

        Returns:
            The channel, and the map of its pixels onto those of the source.
        """
        prepared, back = self.sampled(source, matrix)
        key = (source.key, source.is_still, back, "luma" if is_luma else "alpha")
        shares = self.kept(key, lambda: _extract(prepared, is_luma=is_luma), is_still=source.is_still)
        return shares, back

    def kept(self, key: Any, make: Callable[[], Any], *, is_still: bool) -> Any:
        """Return what belongs to a key, made where it is not kept; it tells its own size."""
        return self.cache.get(key, make, lambda made: made.size, is_still=is_still)


def _draw(source: Source) -> Prepared:
    picture = source.draw()
    pixels = picture.pixels
    if pixels.dtype != np.uint8 or pixels.shape != (source.height, source.width, 4):
        message = f"The picture {source.key} is {pixels.shape} {pixels.dtype}, not what its source says."
        raise Failed(message, code="wrong_picture")
    if pixels.strides[1:] != (4, 1):
        picture = Picture(np.ascontiguousarray(pixels), picture.is_opaque)
    return prepare(picture, is_still=source.is_still)


def _steps_of(length: float, *, is_quick: bool) -> int:
    """Return how many times a source is shrunk by a step where one of its pixels becomes that long."""
    steps = 0
    if length <= 0:
        return steps
    if not is_quick:
        while length * _SHARPEST < 1 and _still_share(steps) >= length * _SHARPEST and steps < _MOST_STEPS:
            steps += 1
        return steps
    while 0.5 ** (steps + 1) >= length * _NEARLY and steps < _MOST_STEPS:
        steps += 1
    return steps


def _still_share(steps: int) -> float:
    """Return how large a still is after some steps; no logarithm: machines do not agree about them."""
    return math.ldexp(_ROOTS[steps % _STEPS], -(steps // _STEPS))


def _shrink(picture: Picture, steps: tuple[int, int], *, is_quick: bool) -> Prepared:
    if not is_quick:
        width, height = (
            max(1, math.ceil(length * _still_share(count)))
            for length, count in zip((picture.width, picture.height), steps, strict=True)
        )
        return prepare(resize(picture, width, height), is_still=True)
    for _ in range(min(steps)):
        picture = halve(picture)
    return prepare(picture, is_still=False)


def _extract(prepared: Prepared, *, is_luma: bool) -> Shares:
    picture = prepared.picture
    values = np.empty((picture.height, picture.width), np.uint8)
    binding.kernels().extract_channel(binding.plane(values), prepared.view, is_luma)
    return Shares(values)
