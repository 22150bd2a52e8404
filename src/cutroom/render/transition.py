"""What a transition is: one file in `transitions/`, that mixes two clips of a track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cutroom.base.registry import Registry
from cutroom.render.document.clip import TransitionUse
from cutroom.render.pixels.sprite import Matrix, Sprite
from cutroom.render.sources.media_item import MediaItem

Sprites = tuple[Sprite, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One moment of a transition.

    Attributes:
        progress: 0 when only the leaving clip is seen, 1 when only the entering one is; eased already.
        width: Pixels of the canvas.
        height: The same.
        use: What the template says of it.
        item: The picture that steers it, where the template names one.
    """

    progress: float
    width: int
    height: int
    use: TransitionUse
    item: MediaItem | None = None


class Transition:
    """The contract; subclass it and bind an instance to `transition` in the file."""

    name: ClassVar[str]
    title: ClassVar[str]
    needs_picture: ClassVar[bool] = False

    def mix(self, leaving: Sprites, entering: Sprites, passage: Passage) -> Sprites:
        """Return what is seen, from below to above.

        Each side has at most one sprite: several were made one before.
        """
        raise NotImplementedError


def shift(passage: Passage, far: float) -> Matrix:
    """Return the map that moves a clip `far` canvases against the direction of the transition.

    1: it stands outside, where it comes from; 0: in its place; -1: outside, where it goes.
    """
    x, y = _FROM[passage.use.direction]
    return Matrix(e=x * far * passage.width, f=y * far * passage.height)


_FROM = {"left": (1, 0), "right": (-1, 0), "up": (0, 1), "down": (0, -1)}

TRANSITIONS: Registry[Transition] = Registry("cutroom.render.transitions", "transition")
"""Every transition, by name."""
