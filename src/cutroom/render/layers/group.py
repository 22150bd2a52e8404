"""Group: clips that are placed, turned and faded together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field, SerializeAsAny

from cutroom.render.document.animated import value_at
from cutroom.render.document.clip import Clip, VisualClip
from cutroom.render.layer import LAYERS, Drawing, Layer, Stage
from cutroom.render.pixels.sprite import Sprite
from cutroom.render.scene.cast import Cast
from cutroom.render.scene.placed_files import uses_of
from cutroom.render.scene.placing import area_box
from cutroom.render.scene.timeline import Placed, Row, lay_out_rows
from cutroom.render.sound import Sound
from cutroom.render.sources.media_item import MediaItem, MediaUse


class GroupClip(VisualClip):
    """Clips in a box of their own: their places and shares are of the box.

    Each begins with the group unless it says otherwise; later ones stand above earlier ones. Its width and
    height are those of its beginning.
    """

    type: Literal["group"] = "group"  # pyright: ignore[reportIncompatibleVariableOverride] - frozen
    clips: tuple[SerializeAsAny[Clip], ...] = Field(min_length=1, max_length=1000)


class Group(Layer[GroupClip]):
    """The layer `group`."""

    name = "group"
    title = "Group"
    summary = "Clips that are placed, turned, faded and masked together."
    model = GroupClip
    example: ClassVar = {
        "type": "group",
        "width": 400,
        "height": 200,
        "rotation": -8,
        "length": 2,
        "clips": [{"type": "background", "color": "#3355ff"}],
    }

    def media(self, clip: GroupClip) -> tuple[MediaUse, ...]:
        """Return the files of everything in it; see `Layer.media`."""
        return tuple(use for child in clip.clips for use in uses_of(child))

    def natural_length(self, clip: GroupClip, media: Mapping[str, MediaItem]) -> Fraction | None:
        """Return when the last of its clips ends that has an end; see `Layer.natural_length`."""
        _, seconds = _rows(clip, media, None, "")
        return seconds or None

    def prepare(self, clip: GroupClip, stage: Stage) -> Drawing:
        """Lay its clips out; see `Layer.prepare`."""
        return _GroupDrawing(clip, stage)

    def sounds(self, clip: GroupClip, stage: Stage) -> tuple[Sound, ...]:
        """Return what is heard of its clips; see `Layer.sounds`."""
        rows, _ = _rows(clip, stage.media, stage.length, stage.path)
        placed = [one for row in rows for one in row.placed]
        return tuple(sound for one in placed for sound in _heard(stage, one))


def _rows(
    clip: GroupClip, media: Mapping[str, MediaItem], seconds: Fraction | None, path: str
) -> tuple[tuple[Row, ...], Fraction]:
    tracks = [(f"{path}.clips", (child,)) for child in clip.clips]
    return lay_out_rows(tracks, media, seconds, is_group=True)


def _heard(stage: Stage, placed: Placed) -> tuple[Sound, ...]:
    inside = replace(stage, start=stage.start + placed.start, length=placed.length, path=placed.path)
    sounds = LAYERS.load(placed.clip.type).sounds(placed.clip, inside)
    return tuple(replace(sound, path=sound.path or placed.path) for sound in sounds)


class _GroupDrawing:
    def __init__(self, clip: GroupClip, stage: Stage) -> None:
        left, top, right, bottom = area_box(clip.area, stage.width, stage.height)
        sizes = ((clip.width, right - left), (clip.height, bottom - top))
        start = Fraction(0)
        self._size = tuple(
            whole if wanted is None else max(1.0, value_at(wanted, start).pixels(whole))
            for wanted, whole in sizes
        )
        rows, _ = _rows(clip, stage.media, stage.length, stage.path)
        width, height = (max(1, round(side)) for side in self._size)
        self._cast = Cast(rows, replace(stage, width=width, height=height), is_cut=False)

    def measure(self, time: Fraction, width: float | None, height: float | None) -> tuple[float, float]:
        """Return the group's own size; see `Drawing.measure`."""
        del time, width, height
        return self._size[0], self._size[1]

    def sprites(self, time: Fraction, width: float, height: float) -> tuple[Sprite, ...]:
        """Return what is seen of its clips; see `Drawing.sprites`."""
        del width, height
        return self._cast.at(time)

    def close(self) -> None:
        """Let go of open files."""
        self._cast.close()


layer = Group()
