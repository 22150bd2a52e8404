"""Pictures: photographs, drawings, logos; fitted, cropped, slowly zoomed and panned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field

from cutroom.render.document.animated import Animated, value_at
from cutroom.render.document.clip import Crop, VisualClip
from cutroom.render.document.easing import ease
from cutroom.render.layer import Layer, Stage
from cutroom.render.pixels.sprite import Source, Sprite
from cutroom.render.scene.fitting import Fit, Focus, Window, Zoom, box_size, cropped_size, lay, window_of
from cutroom.render.scene.ken_burns import KenBurns, Preset, move_of
from cutroom.render.scene.placing import largest
from cutroom.render.sources.media_item import MediaItem, MediaUse
from cutroom.render.sources.stills import Flip, still_source


class ImageClip(VisualClip):
    """A picture: JPEG, PNG, WebP, AVIF, SVG, or the first frame of a GIF.

    Without `width` and `height` it fills the canvas; with one of them it keeps its proportions.
    """

    type: Literal["image"] = "image"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    src: str = Field(min_length=1)
    fit: Fit = "cover"
    crop: Crop | None = None
    focus: Focus = Focus()
    zoom: Animated[Zoom] = Field(default=1.0, description="Factor within the box.")
    flip: Flip = "none"
    ken_burns: KenBurns | Preset | None = Field(
        default=None, description="A slow zoom and pan over the length of the clip."
    )


@dataclass
class ImageDrawing:
    """A picture in its box."""

    clip: ImageClip
    item: MediaItem
    stage: Stage
    _sources: dict[tuple[float, float], Source] = field(default_factory=dict[tuple[float, float], Source])

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the box: see `box_size`."""
        del time
        natural = cropped_size(self.item.width, self.item.height, self.clip.crop)
        return box_size(natural, self.clip.fit, (width, height), (self.stage.width, self.stage.height))

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the picture."""
        source = self._source(width, height)
        window = self._window(source, time, width, height)
        return (lay(source, window, width, height, crop=self.clip.crop),)

    def _source(self, width: float, height: float) -> Source:
        size = (width, height)
        if size not in self._sources:
            near = max(1.0, largest(self.clip.scale)) * self._nearest()
            self._sources.clear()
            self._sources[size] = still_source(
                self.item, flip=self.clip.flip, width=width * near, height=height * near
            )
        return self._sources[size]

    def _nearest(self) -> float:
        if self.clip.ken_burns is None:
            return largest(self.clip.zoom)
        move = move_of(self.clip.ken_burns, self.item)
        return largest(self.clip.zoom) * max(move.start.zoom, move.end.zoom)

    def _window(self, source: Source, time: Fraction, width: float, height: float) -> Window:
        clip = self.clip
        zoom = value_at(clip.zoom, time)
        density = source.width / self.item.width

        def window(focus: Focus, factor: float) -> Window:
            return window_of(
                source, clip.fit, width, height, crop=clip.crop, focus=focus, zoom=factor, density=density
            )

        if clip.ken_burns is None:
            return window(clip.focus, zoom)
        move = move_of(clip.ken_burns, self.item)
        ends = [window(Focus(x=v.x, y=v.y), zoom * v.zoom) for v in (move.start, move.end)]
        done = min(1.0, max(0.0, float(time / self.stage.length)))
        return ends[0].towards(ends[1], ease(move.easing, done))


class ImageLayer(Layer[ImageClip]):
    """Pictures."""

    name = "image"
    title = "Image"
    summary = "A picture: fitted, cropped, flipped, with a slow zoom and pan."
    model = ImageClip
    example: ClassVar[dict[str, Any]] = {
        "type": "image",
        "src": "photo.jpg",
        "length": 2,
        "kenBurns": "in",
    }

    def media(self, clip: ImageClip) -> tuple[MediaUse, ...]:
        """Return the picture."""
        return (MediaUse(clip.src, "image"),)

    def natural_length(self, clip: ImageClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return None: a picture stands as long as it is left."""
        del clip, media
        return None

    def prepare(self, clip: ImageClip, stage: Stage) -> ImageDrawing:
        """Take the picture."""
        return ImageDrawing(clip, stage.media[clip.src], stage)


layer = ImageLayer()
