"""The layer that is only heard: music, speech, effects."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from cutroom.base.errors import Refused
from cutroom.render.document.animated import Animated
from cutroom.render.document.clip import Clip
from cutroom.render.document.values import Time
from cutroom.render.layer import Drawing, Layer, Stage
from cutroom.render.sound import Role, Sound
from cutroom.render.sources.media_item import MediaItem, MediaUse

Volume = Annotated[float, Field(ge=0, le=4)]


class AudioClip(Clip):
    """A stretch of sound."""

    type: Literal["audio"] = "audio"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    src: str = Field(min_length=1, description="A file with sound; a film gives its sound.")
    trim: Time = Field(default=Fraction(0), ge=0, description="Seconds skipped at the file's beginning.")
    volume: Animated[Volume] = Field(default=1.0, description="1 is as loud as the file, 0.5 is 6 dB less.")
    fade_in: Time = Field(default=Fraction(0), ge=0, description="Seconds.")
    fade_out: Time = Field(default=Fraction(0), ge=0, description="Seconds.")
    loop: bool = Field(default=False, description="Begin again where the file ends; else silence.")
    speed: float = Field(default=1.0, ge=0.25, le=4, description="Twice as fast is 2; the pitch stays.")
    role: Role = Field(
        default="effect", description="Music is lowered under speech where the template's sound asks for it."
    )


class AudioLayer(Layer[AudioClip]):
    """Plays a file."""

    name: ClassVar[str] = "audio"
    title: ClassVar[str] = "Audio"
    summary: ClassVar[str] = "Music, speech or an effect: trimmed, faded, looped, at any volume and speed."
    model: ClassVar[type[Clip]] = AudioClip
    example: ClassVar[dict[str, Any]] = {
        "type": "audio",
        "src": "music.wav",
        "loop": True,
        "volume": 0.5,
        "fadeOut": 0.5,
        "role": "music",
    }

    def media(self, clip: AudioClip) -> tuple[MediaUse, ...]:
        """Return the file."""
        return (MediaUse(clip.src, "audio"),)

    def natural_length(self, clip: AudioClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return what is left of the file behind `trim`, at its speed; None for a loop."""
        seconds = media[clip.src].seconds
        if clip.loop or seconds is None:
            return None
        return max(Fraction(0), seconds - clip.trim) / Fraction(repr(clip.speed))

    def prepare(self, clip: AudioClip, stage: Stage) -> Drawing | None:
        """Return None: there is nothing to see."""
        del clip, stage
        return None

    def sounds(self, clip: AudioClip, stage: Stage) -> tuple[Sound, ...]:
        """Return the sound of the clip.

        Raises:
            Refused: With code `trim_behind_end` when nothing of the file is left.
        """
        item = stage.media[clip.src]
        if item.seconds is not None and clip.trim >= item.seconds:
            message = (
                f"The trim of {float(clip.trim):g} s leaves nothing of {clip.src!r}, which has"
                f" {float(item.seconds):.6g} s; trim less."
            )
            raise Refused(message, code="trim_behind_end")
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


layer = AudioLayer()
