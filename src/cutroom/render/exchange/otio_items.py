"""Single clips of a template as items of OpenTimelineIO."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# OpenTimelineIO has no types.

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import opentimelineio as otio

from cutroom.render.captions.captions_clip import CaptionsClip
from cutroom.render.captions.pages import cues_of
from cutroom.render.document.clip import Clip, VisualClip
from cutroom.render.layer import LAYERS
from cutroom.render.scene.timeline import Placed
from cutroom.render.sources.media_item import MediaItem

_LONGEST_NAME = 60


@dataclass(frozen=True)
class Grid:
    """The frames of a film, and its files.

    Attributes:
        rate: Frames per second.
        media: Files by `src`.
    """

    rate: Fraction
    media: Mapping[str, MediaItem]

    def frames(self, seconds: Fraction) -> int:
        """Return the number of the first frame that is shown at a time or after it."""
        return math.ceil(seconds * self.rate)

    def time(self, frames: int) -> Any:
        """Return frames as OpenTimelineIO has them."""
        return otio.opentime.RationalTime(frames, float(self.rate))

    def span(self, start: int, length: int) -> Any:
        """Return a range of frames."""
        return otio.opentime.TimeRange(self.time(start), self.time(length))


def has_sound(clip: Clip, media: Mapping[str, MediaItem]) -> bool:
    """Say whether anything is heard of a clip; of a group, whether anything is heard of its clips."""
    clips = getattr(clip, "clips", None)
    if clips is not None:
        return any(has_sound(one, media) for one in clips)
    if not isinstance(clip, VisualClip):
        return True
    if getattr(clip, "muted", True):
        return False
    return any(media[use.src].has_audio for use in LAYERS.load(clip.type).media(clip) if use.src in media)


def make_item(placed: Placed, kind: str, grid: Grid) -> Any:
    """Return a clip without its range; `trim_frames` of its metadata is where its file begins to play.

    Args:
        placed: The clip with its times.
        kind: Of the track that it goes to.
        grid: Frames and files.
    """
    clip = placed.clip
    item = otio.schema.Clip(name=_name(clip), media_reference=_reference(clip, grid))
    item.metadata["cutroom"] = describe(clip)
    trim = getattr(clip, "trim", None)
    if trim:
        item.metadata["cutroom"]["trim_frames"] = round(trim * grid.rate)
    speed = getattr(clip, "speed", 1)
    if speed != 1:
        item.effects.append(otio.schema.LinearTimeWarp(name="speed", time_scalar=float(speed)))
    if getattr(clip, "freeze", None) is not None:
        item.effects.append(otio.schema.FreezeFrame(name="freeze"))
    if isinstance(clip, CaptionsClip) and kind == otio.schema.TrackKind.Video:
        item.markers.extend(_cue_markers(clip, placed, grid))
    return item


def describe(clip: Clip, *, without: set[str] | None = None) -> dict[str, Any]:
    """Return what a template says of a clip, without what is as it is by default."""
    return clip.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=without) | {
        "type": clip.type
    }


def _reference(clip: Clip, grid: Grid) -> Any:
    uses = LAYERS.load(clip.type).media(clip)
    src = getattr(clip, "src", None)
    use = next((one for one in uses if one.src == src), None)
    if use is None:
        return otio.schema.GeneratorReference(
            name=clip.type, generator_kind=f"cutroom.{clip.type}", parameters=describe(clip)
        )
    item = grid.media.get(use.src)
    seconds = item.seconds if item is not None else None
    reference = otio.schema.ExternalReference(target_url=use.src)
    if seconds is not None:
        reference.available_range = grid.span(0, grid.frames(seconds))
    return reference


def _name(clip: Clip) -> str:
    if clip.id:
        return clip.id
    text = getattr(clip, "text", None)
    if isinstance(text, str) and text.strip():
        return " ".join(text.split())[:_LONGEST_NAME]
    src = getattr(clip, "src", None)
    if isinstance(src, str):
        return PurePosixPath(src.partition("?")[0]).name[:_LONGEST_NAME] or clip.type
    return LAYERS.load(clip.type).title


def _cue_markers(clip: CaptionsClip, placed: Placed, grid: Grid) -> list[Any]:
    begin = grid.frames(placed.start)
    markers: list[Any] = []
    for cue in cues_of(clip, grid.media):
        start = grid.frames(placed.start + max(cue.start, Fraction(0))) - begin
        end = grid.frames(placed.start + min(cue.end, placed.length)) - begin
        if end > start:
            markers.append(otio.schema.Marker(name=cue.text, marked_range=grid.span(start, end - start)))
    return markers
