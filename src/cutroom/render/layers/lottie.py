"""Lottie: vector animations as design tools export them, drawn by ThorVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Literal

from pydantic import Field

from cutroom.render.document.clip import VisualClip
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.sprite import Source, Sprite
from cutroom.render.scene.fitting import Fit, box_size, lay, window_of
from cutroom.render.sources.lottie_player import draw_lottie
from cutroom.render.sources.lottie_reading import clean_lottie
from cutroom.render.sources.media_item import MediaItem, MediaUse

_LARGEST = 4096


class LottieClip(VisualClip):
    """A Lottie animation; pictures in it must be embedded."""

    type: Literal["lottie"] = "lottie"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    src: str = Field(min_length=1)
    fit: Fit = "contain"
    speed: float = Field(default=1.0, ge=0.1, le=10)
    loop: bool = False


class Lottie(Layer[LottieClip]):
    """The layer `lottie`."""

    name = "lottie"
    title = "Lottie animation"
    summary = "A vector animation in Lottie JSON, as After Effects and Figma plug-ins export it."
    model = LottieClip
    example: ClassVar[dict[str, Any]] = {"type": "lottie", "src": "spinner.json", "length": 2, "loop": True}

    def media(self, clip: LottieClip) -> tuple[MediaUse, ...]:
        """Return the animation; see `Layer.media`."""
        return (MediaUse(clip.src, "animation"),)

    def natural_length(self, clip: LottieClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return how long it plays once; see `Layer.natural_length`."""
        seconds = media[clip.src].seconds
        return None if clip.loop or seconds is None else seconds / Fraction(str(clip.speed))

    def prepare(self, clip: LottieClip, stage: Stage) -> LottieDrawing:
        """Read the animation; see `Layer.prepare`."""
        item = stage.media[clip.src]
        return LottieDrawing(clip, item, stage, clean_lottie(item.path, item.sha256))


@dataclass(frozen=True)
class LottieDrawing:
    """A Lottie animation in its box."""

    clip: LottieClip
    item: MediaItem
    stage: Stage
    content: bytes

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the box; see `box_size`."""
        del time
        natural = (float(self.item.width), float(self.item.height))
        return box_size(natural, self.clip.fit, (width, height), (self.stage.width, self.stage.height))

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the frame of that time, drawn as large as it is shown; see `Drawing.sprites`."""
        clip, item = self.clip, self.item
        rate, seconds = item.rate or Fraction(30), item.seconds or Fraction(1)
        played = time * Fraction(str(clip.speed))
        played = played % seconds if clip.loop else min(played, seconds)
        # Between two frames Lottie interpolates; steps of a hundredth are not told apart.
        frame = round(min(float(played * rate), float(seconds * rate) - 0.01), 2)
        scale = min(_LARGEST / max(item.width, item.height), max(width / item.width, height / item.height))
        size = (max(1, round(item.width * scale)), max(1, round(item.height * scale)))
        key = f"lottie:{item.sha256}:{frame:.2f}:{size[0]}x{size[1]}"
        draw = partial(draw_lottie, self.content, item.sha256, frame, size)
        source = Source(key, *size, draw, is_still=False)
        return (lay(source, window_of(source, clip.fit, width, height, density=scale), width, height),)


layer = Lottie()
