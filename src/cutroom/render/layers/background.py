"""Backgrounds: a colour, a gradient, or a picture or film that is blurred until it fills the frame."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from cutroom.media import read_image
from cutroom.render.document.animated import Animated, Keyframes, value_at
from cutroom.render.document.clip import Share, VisualClip
from cutroom.render.document.model import Model
from cutroom.render.document.values import Color, Time
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.gradients import Gradient, draw_gradient
from cutroom.render.pixels.picture import Picture, Pixels
from cutroom.render.pixels.softening import reduction_for, soften
from cutroom.render.pixels.sprite import Matrix, Source, Sprite
from cutroom.render.scene.fitting import fit_into
from cutroom.render.sources.films import FILMS, film_source
from cutroom.render.sources.media_item import MediaItem, MediaUse
from cutroom.render.sources.stills import is_opaque
from cutroom.render.sources.vector import draw_svg, is_svg

_OPAQUE = 255
_SWATCH = 8
"""Side of the picture of a colour that changes with every frame: it is enlarged."""

_COARSE = 4
"""By how much smaller a moving gradient is drawn: it has no detail, and each frame is another."""


class BlurredFill(Model):
    """A picture or film, blurred and enlarged to cover everything: behind one of another shape."""

    src: str = Field(min_length=1)
    kind: Literal["image", "video"] = "image"
    blur: float = Field(default=40.0, ge=1, le=400, description="Sigma in pixels.")
    brightness: Share = Field(default=0.7, description="1 leaves it as bright as it is.")
    trim: Time = Field(default=Fraction(0), ge=0, description="Seconds of the film skipped at its beginning.")
    speed: float = Field(default=1.0, ge=0.25, le=4)
    loop: bool = False


class BackgroundClip(VisualClip):
    """Fills the canvas unless it has a size of its own; says one of `color`, `gradient` and `blurOf`."""

    type: Literal["background"] = "background"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    color: Animated[Color] | None = None
    gradient: Gradient | None = None
    blur_of: BlurredFill | None = None

    @model_validator(mode="after")
    def _is_one(self) -> BackgroundClip:
        if sum(one is not None for one in (self.color, self.gradient, self.blur_of)) != 1:
            message = "a background has one of color, gradient and blurOf"
            raise ValueError(message)
        return self


@dataclass
class BackgroundDrawing:
    """A background in its box."""

    clip: BackgroundClip
    stage: Stage

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the box; what is not asked for is the stage's."""
        del time
        return width or float(self.stage.width), height or float(self.stage.height)

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the background."""
        clip = self.clip
        if clip.blur_of is not None:
            return (_blurred(clip.blur_of, self.stage, time, (width, height)),)
        size = max(1, round(width)), max(1, round(height))
        source = _plain(clip, time, size)
        stretch = Matrix(a=width / source.width, d=height / source.height)
        return (Sprite(source, stretch),)

    def close(self) -> None:
        """Let go of the file."""
        fill = self.clip.blur_of
        if fill is not None and fill.kind == "video":
            FILMS.close(self.stage.media[fill.src])


def _plain(clip: BackgroundClip, time: Fraction, size: tuple[int, int]) -> Source:
    if clip.gradient is None:
        color: Color = value_at(clip.color, time)
        is_still = not isinstance(clip.color, Keyframes)
        if not is_still:
            size = (_SWATCH, _SWATCH)
        key = f"solid:{color.write()}:{size[0]}x{size[1]}"
        draw = partial(_solid, color, size)
        return Source(key, *size, draw, is_still=is_still, is_opaque=color.alpha == _OPAQUE)
    gradient = clip.gradient.still_at(time)
    moves = gradient != clip.gradient
    if moves:
        size = max(1, size[0] // _COARSE), max(1, size[1] // _COARSE)
    name = hashlib.sha256(gradient.model_dump_json().encode()).hexdigest()
    opaque = all(value_at(stop.color, time).alpha == _OPAQUE for stop in gradient.stops)
    draw = partial(_graded, gradient, size, is_opaque=opaque)
    return Source(f"gradient1:{name}:{size[0]}x{size[1]}", *size, draw, is_still=not moves, is_opaque=opaque)


def _solid(color: Color, size: tuple[int, int]) -> Picture:
    parts = [round(part * color.alpha / _OPAQUE) for part in (color.blue, color.green, color.red)]
    pixels = np.empty((size[1], size[0], 4), np.uint8)
    pixels.view(np.uint32)[:] = np.array([*parts, color.alpha], np.uint8).view(np.uint32)
    return Picture(pixels, color.alpha == _OPAQUE)


def _graded(gradient: Gradient, size: tuple[int, int], *, is_opaque: bool) -> Picture:
    return Picture(draw_gradient(gradient, *size), is_opaque)


def _blurred(fill: BlurredFill, stage: Stage, time: Fraction, box: tuple[float, float]) -> Sprite:
    item = stage.media[fill.src]
    cover = max(box[0] / item.width, box[1] / item.height)
    reduction = reduction_for(fill.blur)
    scale = min(1.0, cover / reduction)
    size = max(2, round(item.width * scale)), max(2, round(item.height * scale))
    sigma = fill.blur * size[0] / (item.width * cover)
    change = partial(soften, sigma=sigma, brightness=fill.brightness)
    name = f"soft2:{sigma!r}:{fill.brightness!r}"
    if fill.kind == "video":
        seconds = _moment(fill, item, time)
        source = film_source(item, seconds, size, change=change, change_key=name)
    else:
        key = f"image1:{item.sha256}:{size[0]}x{size[1]}:{name}"
        draw = partial(_softened, item, size, sigma, fill.brightness)
        source = Source(key, *size, draw, is_opaque=not item.has_alpha)
    return fit_into(source, "cover", *box)


def _moment(fill: BlurredFill, item: MediaItem, time: Fraction) -> Fraction:
    gone = time * Fraction(repr(fill.speed))
    period = (item.seconds or Fraction(0)) - fill.trim
    return fill.trim + (gone % period if fill.loop and period > 0 else gone)


def _softened(item: MediaItem, size: tuple[int, int], sigma: float, brightness: float) -> Picture:
    pixels: Pixels = draw_svg(item.path, *size) if is_svg(item.path) else read_image(item.path, size=size)
    made = soften(pixels, sigma, brightness)
    return Picture(made, is_opaque(made))


class Background(Layer[BackgroundClip]):
    """Fills the frame."""

    name = "background"
    title = "Background"
    summary = "A colour, a gradient, or a blurred picture or film that fills the frame."
    model = BackgroundClip
    example: ClassVar[dict[str, Any]] = {
        "type": "background",
        "length": 2,
        "gradient": {"angle": 135, "stops": [{"color": "#1e3a8a"}, {"color": "#9333ea"}]},
    }

    def media(self, clip: BackgroundClip) -> tuple[MediaUse, ...]:
        """Return the picture or film that is blurred."""
        return () if clip.blur_of is None else (MediaUse(clip.blur_of.src, clip.blur_of.kind),)

    def prepare(self, clip: BackgroundClip, stage: Stage) -> BackgroundDrawing:
        """Take the clip."""
        return BackgroundDrawing(clip, stage)


layer = Background()
