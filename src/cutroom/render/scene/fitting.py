"""How a picture lies in a box: the part of it that is seen, and its sprite."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from cutroom.render.document.clip import Crop, Share
from cutroom.render.document.model import Model
from cutroom.render.pixels.sprite import Matrix, Source, Sprite

Fit = Literal["cover", "contain", "fill", "none"]
"""As CSS `object-fit`: fill the box and cut off, show everything, stretch, keep the size."""

Zoom = Annotated[float, Field(ge=0.1, le=20)]


class Focus(Model):
    """The point of a picture that is kept in the middle of its box, as far as the picture reaches."""

    x: Share = 0.5
    y: Share = 0.5


CENTRE = Focus()


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a source that fills a box, in pixels of the source; it may reach out of the source.

    Attributes:
        left: Where the box begins.
        top: The same.
        width: How much of the source is as wide as the box; over 0.
        height: The same.
    """

    left: float
    top: float
    width: float
    height: float

    def towards(self, other: Window, progress: float) -> Window:
        """Return the window between this one and another; edges move evenly."""
        return Window(
            self.left + (other.left - self.left) * progress,
            self.top + (other.top - self.top) * progress,
            self.width + (other.width - self.width) * progress,
            self.height + (other.height - self.height) * progress,
        )


def crop_box(source: Source, crop: Crop) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of what a crop leaves of a source; at least one pixel."""
    left, top = source.width * crop.left, source.height * crop.top
    right, bottom = source.width * (1 - crop.right), source.height * (1 - crop.bottom)
    left, top = min(left, source.width - 1.0), min(top, source.height - 1.0)
    return left, top, max(right, left + 1.0), max(bottom, top + 1.0)


def cropped_size(width: int, height: int, crop: Crop | None) -> tuple[float, float]:
    """Return what a crop leaves of a picture's width and height; at least one pixel."""
    cut = crop or Crop()
    return max(1.0, width * (1 - cut.left - cut.right)), max(1.0, height * (1 - cut.top - cut.bottom))


def window_of(
    source: Source,
    fit: Fit,
    width: float,
    height: float,
    *,
    crop: Crop | None = None,
    focus: Focus = CENTRE,
    zoom: float = 1.0,
    density: float = 1.0,
) -> Window:
    """Return the part of a source that fills a box.

    Args:
        source: The picture.
        fit: How it is scaled.
        width: Of the box, in pixels.
        height: The same.
        crop: What is cut off before.
        focus: What is kept in the middle; where the picture is smaller than the box, where it stands in it.
        zoom: Factor of its size.
        density: Pixels of the source per pixel of the picture as it was given, for `none`.
    """
    left, top, right, bottom = crop_box(source, crop or Crop())
    scales = (
        (1 / density,) * 2 if fit == "none" else scale_into((right - left, bottom - top), fit, width, height)
    )
    seen = (width / (scales[0] * zoom), height / (scales[1] * zoom))
    return Window(
        left + _begin(right - left, seen[0], focus.x),
        top + _begin(bottom - top, seen[1], focus.y),
        *seen,
    )


def scale_into(natural: tuple[float, float], fit: Fit, width: float, height: float) -> tuple[float, float]:
    """Return by how much a picture is scaled, across and down, to fit into a box."""
    wide, high = width / natural[0], height / natural[1]
    if fit == "fill":
        return wide, high
    scale = {"cover": max(wide, high), "contain": min(wide, high), "none": 1.0}[fit]
    return scale, scale


def _begin(length: float, seen: float, focus: float) -> float:
    """Return where a window of `seen` begins on a picture of `length`."""
    if seen >= length:
        return (length - seen) * focus
    return min(max(0.0, focus * length - seen / 2), length - seen)


def lay(source: Source, window: Window, width: float, height: float, *, crop: Crop | None = None) -> Sprite:
    """Return the sprite of a source of which `window` fills a box; what reaches out of the box is cut off.

    Args:
        source: The picture.
        window: Which part of it fills the box.
        width: Of the box, in pixels.
        height: The same.
        crop: What of the source is never seen.
    """
    box = crop_box(source, crop or Crop())
    across, down = width / window.width, height / window.height
    e, f = -window.left * across, -window.top * down
    left, right = _cut(box[0], box[2], across, e, width)
    top, bottom = _cut(box[1], box[3], down, f, height)
    whole = (0.0, 0.0, float(source.width), float(source.height))
    seen = (left, top, right, bottom)
    return Sprite(source, Matrix(a=across, d=down, e=e, f=f), crop=None if seen == whole else seen)


def _cut(begin: float, end: float, scale: float, offset: float, length: float) -> tuple[float, float]:
    """Cut an edge of a source to the box, so that it reaches exactly to the box's ends or a hair over."""
    if begin * scale + offset < 0:
        begin = -offset / scale
        while begin * scale + offset > 0:
            begin = math.nextafter(begin, -math.inf)
    if end * scale + offset > length:
        end = (length - offset) / scale
        while end * scale + offset < length:
            end = math.nextafter(end, math.inf)
    return begin, max(begin, end)


def fit_into(
    source: Source,
    fit: Fit,
    width: float,
    height: float,
    *,
    crop: Crop | None = None,
    focus: Focus = CENTRE,
    zoom: float = 1.0,
    density: float = 1.0,
) -> Sprite:
    """Return a source as it lies in a box whose corner is (0, 0); see `window_of`."""
    window = window_of(source, fit, width, height, crop=crop, focus=focus, zoom=zoom, density=density)
    return lay(source, window, width, height, crop=crop)


def box_size(
    natural: tuple[float, float],
    fit: Fit,
    asked: tuple[float | None, float | None],
    stage: tuple[float, float],
) -> tuple[float, float]:
    """Return the size of a picture's box.

    Args:
        natural: Width and height of the picture, cropped.
        fit: `none` keeps the picture's size where nothing is asked for; else it fills the stage.
        asked: Width and height that the template asks for; one alone keeps the picture's proportions.
        stage: Width and height of the canvas, or of the group.
    """
    width, height = asked
    if width is None and height is None:
        return natural if fit == "none" else stage
    if width is None:
        return (height or 0.0) * natural[0] / natural[1], height or 0.0
    if height is None:
        return width, width * natural[1] / natural[0]
    return width, height
