"""Several sprites as one picture: what clips are when they are faded, masked or passed over together."""

from __future__ import annotations

from cutroom.render.document.values import Color
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Sprite

_BYTES = 96 << 20
_CLEAR = Color(0, 0, 0, 0)
_idle: list[Compositor] = []


def draw_flat(sprites: tuple[Sprite, ...], width: int, height: int) -> Picture:
    """Draw sprites on a transparent canvas.

    Groups stand in groups: each depth has a compositor of its own, whose cache outlives the call.
    """
    try:
        compositor = _idle.pop()
    except IndexError:  # asked for first, another thread might take the last one in between
        compositor = Compositor(16, 16, _CLEAR, cache_bytes=_BYTES)
    try:
        return compositor.flatten(sprites, width, height)
    finally:
        _idle.append(compositor)
