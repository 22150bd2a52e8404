"""What a layer type is: one file in `layers/`, from which its part of the schema and its pixels follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from cutroom.base.registry import Registry
from cutroom.render.document.clip import Clip
from cutroom.render.fonts import FontBook
from cutroom.render.pixels.sprite import Sprite
from cutroom.render.sound import Sound
from cutroom.render.sources.media_item import MediaItem, MediaUse

AnyClip = TypeVar("AnyClip", bound=Clip)


@dataclass(frozen=True)
class Stage:
    """Where a clip is shown.

    Attributes:
        width: Pixels of the canvas, or of the group it stands in.
        height: The same.
        rate: Frames per second of the template.
        start: Seconds of the clip's beginning on the timeline.
        length: Seconds the clip is played.
        media: Every file of the template, by its `src`.
        fonts: The typefaces that may be used.
        total: Seconds of the whole template.
        path: Where the clip stands in the document.
    """

    width: int
    height: int
    rate: Fraction
    start: Fraction
    length: Fraction
    media: Mapping[str, MediaItem]
    fonts: FontBook
    total: Fraction
    path: str = "$"


class Drawing(Protocol):
    """One clip, ready to be drawn at any time; both methods are cheap and draw no pixel."""

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return width and height of the clip's box in pixels of the canvas.

        Args:
            time: Seconds since the clip's beginning.
            width: What the template asks for; None: as the content needs.
            height: The same.
        """
        ...

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return what is seen, from below to above, in a box of that size whose corner is (0, 0).

        It may reach out of the box (shadows, outlines). Times are asked for in any order.
        """
        ...


class Layer(Generic[AnyClip]):
    """The contract of a layer type; subclass it and bind an instance to `layer` in the file."""

    name: ClassVar[str]
    """What templates call it: the `type` of its clips, the file's name with hyphens."""
    title: ClassVar[str]
    summary: ClassVar[str]
    model: ClassVar[type[Clip]]
    """What its clips may say; `type` is a Literal of the name."""
    example: ClassVar[dict[str, Any]]
    """A clip that can be rendered with the files that tests make."""
    plugins: ClassVar[Mapping[str, Registry[Any]]] = MappingProxyType({})
    """Fields of its clips that name a plug-in, by their names in JSON."""

    def media(self, clip: AnyClip) -> tuple[MediaUse, ...]:
        """Return the files that the clip needs."""
        del clip
        return ()

    def natural_length(self, clip: AnyClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return how long the clip plays where its length is "auto"; None: as long as there is to play."""
        del clip, media
        return None

    def prepare(self, clip: AnyClip, stage: Stage) -> Drawing | None:
        """Make the clip ready to be drawn; None: there is nothing to see.

        Raises:
            CutroomError: When a file cannot be read as what it must be.
        """
        raise NotImplementedError

    def sounds(self, clip: AnyClip, stage: Stage) -> tuple[Sound, ...]:
        """Return what is heard of the clip."""
        del clip, stage
        return ()


LAYERS: Registry[Layer[Any]] = Registry("cutroom.render.layers", "layer")
"""Every layer type, by name."""
