"""Films: trimmed, looped, slowed down, frozen, fitted; with their sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, ClassVar, Literal

from pydantic import Field

from cutroom.render.document.animated import Animated, Keyframes, value_at
from cutroom.render.document.clip import Crop, VisualClip
from cutroom.render.document.values import Time
from cutroom.render.layer import Layer, Stage
from cutroom.render.layers.audio import Volume
from cutroom.render.pixels.chroma_key import ChromaKey, remove_color
from cutroom.render.pixels.sprite import Source, Sprite
from cutroom.render.scene.fitting import Fit, Focus, Zoom, box_size, cropped_size, lay, scale_into, window_of
from cutroom.render.scene.placing import largest
from cutroom.render.sound import Role, Sound
from cutroom.render.sources.films import FILMS, film_source
from cutroom.render.sources.media_item import MediaItem, MediaUse
from cutroom.render.sources.stills import Flip


class VideoClip(VisualClip):
    """A film of any rate, also variable, rotated or with alpha; animated GIFs too.

    Without `width` and `height` it fills the canvas; with one of them it keeps its proportions. When it is
    over, its last picture stands.
    """

    type: Literal["video"] = "video"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    src: str = Field(min_length=1)
    trim: Time = Field(default=Fraction(0), ge=0, description="Seconds skipped at the file's beginning.")
    speed: float = Field(default=1.0, ge=0.25, le=4, description="Twice as fast is 2; the pitch stays.")
    loop: bool = Field(default=False, description="Begin again (at `trim`) where the file ends.")
    freeze: Time | None = Field(
        default=None, ge=0, description="Second of the file whose picture stands still all the time."
    )
    muted: bool = False
    volume: Animated[Volume] = Field(default=1.0, description="1 is as loud as the file, 0.5 is 6 dB less.")
    fade_in: Time = Field(default=Fraction(0), ge=0, description="Seconds, of the sound.")
    fade_out: Time = Field(default=Fraction(0), ge=0, description="Seconds, of the sound.")
    role: Role = Field(default="effect", description="Music is lowered under speech where that is asked for.")
    fit: Fit = "cover"
    crop: Crop | None = None
    focus: Focus = Focus()
    zoom: Animated[Zoom] = Field(default=1.0, description="Factor within the box.")
    flip: Flip = "none"
    chroma_key: ChromaKey | None = Field(default=None, description="A colour that becomes transparent.")


@dataclass
class VideoDrawing:
    """A film in its box."""

    clip: VideoClip
    item: MediaItem
    stage: Stage

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the box: see `box_size`."""
        del time
        natural = cropped_size(self.item.width, self.item.height, self.clip.crop)
        return box_size(natural, self.clip.fit, (width, height), (self.stage.width, self.stage.height))

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return the picture that is shown."""
        clip = self.clip
        source = self._source(time, width, height)
        window = window_of(
            source,
            clip.fit,
            width,
            height,
            crop=clip.crop,
            focus=clip.focus,
            zoom=value_at(clip.zoom, time),
            density=source.width / self.item.width,
        )
        return (lay(source, window, width, height, crop=clip.crop),)

    def close(self) -> None:
        """Let go of the file."""
        FILMS.close(self.item)

    def _source(self, time: Fraction, width: float, height: float) -> Source:
        key = self.clip.chroma_key
        return film_source(
            self.item,
            moment(self.clip, self.item, time),
            self._size(width, height),
            flip=self.clip.flip,
            change=None if key is None else partial(remove_color, key),
            change_key="" if key is None else repr(key),
            clears=key is not None,
        )

    def _size(self, width: float, height: float) -> tuple[int, int]:
        """Return the size in which pictures are read: as large as they are ever shown, never enlarged."""
        clip = self.clip
        if isinstance(clip.width, Keyframes) or isinstance(clip.height, Keyframes):
            width, height = (
                self.stage.width,
                self.stage.height,
            )  # one size for all the time: it must not crawl
        near = largest(clip.scale) * largest(clip.zoom)
        natural = cropped_size(self.item.width, self.item.height, clip.crop)
        scale = near * max(scale_into(natural, clip.fit, width, height))
        if scale >= 1:
            return self.item.width, self.item.height
        return max(1, round(self.item.width * scale)), max(1, round(self.item.height * scale))


def moment(clip: VideoClip, item: MediaItem, time: Fraction) -> Fraction:
    """Return which second of the file is shown at a time of the clip."""
    if clip.freeze is not None:
        return clip.freeze
    gone = time * Fraction(repr(clip.speed))
    period = (item.seconds or Fraction(0)) - clip.trim
    return clip.trim + (gone % period if clip.loop and period > 0 else gone)


class VideoLayer(Layer[VideoClip]):
    """Films."""

    name = "video"
    title = "Video"
    summary = "A film: trimmed, looped, slowed down, fitted, keyed; with its sound."
    model = VideoClip
    example: ClassVar[dict[str, Any]] = {
        "type": "video",
        "src": "film.mp4",
        "trim": 0.5,
        "length": 1,
        "volume": 0.8,
    }

    def media(self, clip: VideoClip) -> tuple[MediaUse, ...]:
        """Return the film."""
        return (MediaUse(clip.src, "video"),)

    def natural_length(self, clip: VideoClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return what is left of the film behind `trim`, at its speed; None for loops and frozen pictures."""
        seconds = media[clip.src].seconds
        if clip.loop or clip.freeze is not None or seconds is None:
            return None
        return max(Fraction(0), seconds - clip.trim) / Fraction(repr(clip.speed))

    def prepare(self, clip: VideoClip, stage: Stage) -> VideoDrawing:
        """Take the film; it is opened when its first picture is drawn."""
        return VideoDrawing(clip, stage.media[clip.src], stage)

    def sounds(self, clip: VideoClip, stage: Stage) -> tuple[Sound, ...]:
        """Return the film's sound, unless it is muted, frozen or silent."""
        item = stage.media[clip.src]
        if clip.muted or clip.freeze is not None or not item.has_audio:
            return ()
        sound = Sound(
            item=item,
            start=stage.start,
            length=stage.length,
            trim=clip.trim,
            loop=clip.loop,
            speed=clip.speed,
            volume=clip.volume,
            fade_in=clip.fade_in,
            fade_out=clip.fade_out,
            role=clip.role,
        )
        return (sound,)


layer = VideoLayer()
