"""The clips of a film or a group, ready to be drawn: what is seen at any time, from below to above."""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from cutroom.base.errors import CutroomError, Refused
from cutroom.render.document.clip import VisualClip
from cutroom.render.document.easing import ease
from cutroom.render.layer import LAYERS, Drawing, Stage
from cutroom.render.pixels.flattening import draw_flat
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source, Sprite
from cutroom.render.scene.clip_mask import mask_of
from cutroom.render.scene.placing import Box, Look, bounds_of, covers, largest, look_at, put
from cutroom.render.scene.timeline import Placed, Row, named
from cutroom.render.transition import TRANSITIONS, Passage

Sprites = tuple[Sprite, ...]
_OPEN = 48
"""Clips kept ready at a time; a film's decoder among them holds some 30 MB."""

_MOST_PIXELS = 8192 * 8192
"""Of one picture: 268 MB, eight times a frame of 4K."""


@dataclass(frozen=True)
class _Ready:
    placed: Placed
    stage: Stage
    drawing: Drawing | None


class Cast:
    """Everything that plays on one canvas, or in one group."""

    def __init__(self, rows: Sequence[Row], stage: Stage, *, is_cut: bool = True) -> None:
        """Make clips ready when they are first seen.

        Args:
            rows: Tracks, from below to above.
            stage: The canvas; each clip gets its own start and length.
            is_cut: Whether nothing is seen outside of the canvas; clips reach out of a group's box.
        """
        self._rows = tuple(rows)
        self._stage = stage
        self._is_cut = is_cut
        self._ready: OrderedDict[tuple[int, int], _Ready] = OrderedDict()

    def at(self, time: Fraction) -> Sprites:
        """Return what is seen at a time, without what is wholly hidden.

        Raises:
            CutroomError: When a clip cannot be drawn; it says which.
        """
        seen: list[Sprite] = []
        for number, row in enumerate(self._rows):
            for sprite in self._track_at(number, row, time):
                if covers(sprite, self._stage.width, self._stage.height):
                    seen = [] if self._is_cut else [one for one in seen if self._reaches_out(one)]
                if sprite.opacity > 0:
                    seen.append(sprite)
        return tuple(seen)

    def _reaches_out(self, sprite: Sprite) -> bool:
        left, top, right, bottom = bounds_of(sprite)
        return left < 0 or top < 0 or right > self._stage.width or bottom > self._stage.height

    def close(self) -> None:
        """Let go of open files."""
        while self._ready:
            _close(self._ready.popitem()[1])

    def _track_at(self, number: int, row: Row, time: Fraction) -> Sprites:
        seen: Sprites = ()
        for index, placed in row.at(time):
            ready = self._prepared((number, index), placed)
            drawn = self._clip_at(ready, time)
            if placed.overlap and time - placed.start < placed.overlap:
                seen = self._mixed(seen, drawn, ready, time)
            else:
                seen += drawn
        return seen

    def _mixed(self, leaving: Sprites, entering: Sprites, ready: _Ready, time: Fraction) -> Sprites:
        placed = ready.placed
        use = placed.clip.transition if isinstance(placed.clip, VisualClip) else None
        if use is None:
            return leaving + entering
        progress = ease(use.easing, float((time - placed.start) / placed.overlap))
        item = self._stage.media.get(use.src) if use.src else None
        width, height = self._stage.width, self._stage.height
        passage = Passage(min(1.0, max(0.0, progress)), width, height, use, item)
        sides = [self._one(side) for side in (leaving, entering)]
        return TRANSITIONS.load(use.type).mix(sides[0], sides[1], passage)

    def _one(self, sprites: Sprites) -> Sprites:
        """Make several sprites one, as large as the canvas."""
        if len(sprites) <= 1:
            return sprites
        return (flat(sprites, self._stage.width, self._stage.height),)

    def _prepared(self, key: tuple[int, int], placed: Placed) -> _Ready:
        found = self._ready.get(key)
        if found is None:
            start = self._stage.start + placed.start
            stage = replace(self._stage, start=start, length=placed.length, path=placed.path)
            found = _Ready(placed, stage, _prepare(placed, stage))
            self._ready[key] = found
            if len(self._ready) > _OPEN:
                _close(self._ready.popitem(last=False)[1])
        self._ready.move_to_end(key)
        return found

    def _clip_at(self, ready: _Ready, time: Fraction) -> Sprites:
        placed, clip = ready.placed, ready.placed.clip
        if ready.drawing is None or not isinstance(clip, VisualClip):
            return ()
        try:
            size = (float(self._stage.width), float(self._stage.height))
            look = look_at(clip, ready.drawing, time - placed.start, placed.length, size)
            seen = self._on_canvas(clip, look)
            _check_sizes((*look.sprites, *seen))
        except CutroomError as error:
            raise named(error, placed.clip, placed.path) from error
        return tuple(_named_when_drawn(sprite, placed) for sprite in seen)

    def _on_canvas(self, clip: VisualClip, look: Look) -> Sprites:
        if look.opacity <= 0 or look.scale <= 0 or not look.sprites:
            return ()
        masks = () if clip.mask is None else (mask_of(clip.mask, look, self._stage.media),)
        # These are of the box: of a picture that fills it, but not of one clip that a group holds.
        boxed = look.radius or look.blur or look.reveal or clip.shadow or clip.blend != "normal"
        if len(look.sprites) == 1 and not (boxed and hasattr(clip, "clips")):
            return (put(look, clip, look.sprites[0], masks),)
        moved = look.matrix == Matrix(e=look.matrix.e, f=look.matrix.f)
        if moved and not (boxed or masks or look.opacity < 1):
            return tuple(sprite.moved(look.matrix) for sprite in look.sprites)
        return (put(look, clip, self._joined(clip, look), masks),)

    def _joined(self, clip: VisualClip, look: Look) -> Sprite:
        """Draw the sprites of a clip as one picture, as fine as the clip is ever shown."""
        fine = min(4.0, max(1.0, largest(clip.scale)))
        left, top, right, bottom = _around(look)
        width, height = math.ceil((right - left) * fine), math.ceil((bottom - top) * fine)
        shift = Matrix(fine, 0, 0, fine, -left * fine, -top * fine)
        moved = tuple(sprite.moved(shift) for sprite in look.sprites)
        shown = flat(moved, max(1, width), max(1, height))
        box = (-left, -top, look.width - left, look.height - top)
        crop = (box[0] * fine, box[1] * fine, box[2] * fine, box[3] * fine) if look.radius else None
        return replace(shown, matrix=Matrix(1 / fine, 0, 0, 1 / fine, left, top), crop=crop)


def flat(sprites: Sprites, width: int, height: int) -> Sprite:
    """Return one sprite that shows several, on a transparent canvas of that size."""
    key = "flat:" + hashlib.sha256(repr((sprites, width, height)).encode()).hexdigest()
    still = all(sprite.source.is_still for sprite in sprites)
    return Sprite(Source(key, width, height, partial(draw_flat, sprites, width, height), is_still=still))


def _around(look: Look) -> Box:
    """Return whole pixels around everything that a clip shows, its box included."""
    boxes = [bounds_of(sprite) for sprite in look.sprites]
    return (
        float(math.floor(min(0.0, *(box[0] for box in boxes)))),
        float(math.floor(min(0.0, *(box[1] for box in boxes)))),
        float(math.ceil(max(look.width, *(box[2] for box in boxes)))),
        float(math.ceil(max(look.height, *(box[3] for box in boxes)))),
    )


def _check_sizes(sprites: Sprites) -> None:
    """Refuse what would fill the memory before it is drawn."""
    for sprite in sprites:
        for source in (sprite.source, *(mask.source for mask in sprite.masks)):
            if source.width * source.height > _MOST_PIXELS:
                message = (
                    f"It would be drawn as a picture of {source.width} x {source.height} pixels, and at most "
                    f"{_MOST_PIXELS:,} in all are drawn; make it smaller."
                )
                raise Refused(message, code="too_large_clip")


def _named_when_drawn(sprite: Sprite, placed: Placed) -> Sprite:
    """Return a sprite whose errors say which clip it is of: files are read when they are first drawn."""
    masks = tuple(replace(mask, source=_named_source(mask.source, placed)) for mask in sprite.masks)
    return replace(sprite, source=_named_source(sprite.source, placed), masks=masks)


def _named_source(source: Source, placed: Placed) -> Source:
    return replace(source, draw=partial(_draw, source.draw, placed))


def _draw(draw: Callable[[], Picture], placed: Placed) -> Picture:
    try:
        return draw()
    except CutroomError as error:
        raise named(error, placed.clip, placed.path) from error


def _prepare(placed: Placed, stage: Stage) -> Drawing | None:
    try:
        return LAYERS.load(placed.clip.type).prepare(placed.clip, stage)
    except CutroomError as error:
        raise named(error, placed.clip, placed.path) from error


def _close(ready: _Ready) -> None:
    close = getattr(ready.drawing, "close", None)
    if close is not None:
        close()
