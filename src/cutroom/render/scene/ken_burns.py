"""The slow move over a still picture, named after the film maker who made it known."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cutroom.render.document.easing import Easing
from cutroom.render.document.model import Model
from cutroom.render.scene.fitting import Zoom
from cutroom.render.sources.media_item import MediaItem


class View(Model):
    """What is seen of a picture: how near, and around which point."""

    zoom: Zoom = 1.0
    x: float = Field(default=0.5, ge=0, le=1, description="Point in the middle, as a share of the picture.")
    y: float = Field(default=0.5, ge=0, le=1, description="The same, from above.")


class KenBurns(Model):
    """A slow move over a picture from one view to another, as long as the clip."""

    start: View = Field(default=View(), alias="from")
    end: View = Field(default=View(zoom=1.2), alias="to")
    easing: Easing = "linear"


Preset = Literal["in", "out", "left", "right", "up", "down", "auto"]

_NEAR = 1.2


def _move(start: View, end: View) -> KenBurns:
    return KenBurns.model_validate({"from": start, "to": end})


_MOVES: dict[str, KenBurns] = {
    "in": _move(View(), View(zoom=_NEAR)),
    "out": _move(View(zoom=_NEAR), View()),
    "left": _move(View(zoom=_NEAR, x=1.0), View(zoom=_NEAR, x=0.0)),
    "right": _move(View(zoom=_NEAR, x=0.0), View(zoom=_NEAR, x=1.0)),
    "up": _move(View(zoom=_NEAR, y=1.0), View(zoom=_NEAR, y=0.0)),
    "down": _move(View(zoom=_NEAR, y=0.0), View(zoom=_NEAR, y=1.0)),
}
"""The camera moves where the name says; `auto` chooses one of these by the picture."""


def move_of(wanted: KenBurns | Preset, item: MediaItem) -> KenBurns:
    """Return the move that a clip asks for; `auto` is the same for the same picture everywhere."""
    if isinstance(wanted, KenBurns):
        return wanted
    if wanted == "auto":
        return tuple(_MOVES.values())[int(item.sha256[:8], 16) % len(_MOVES)]
    return _MOVES[wanted]
