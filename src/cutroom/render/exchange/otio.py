"""A template's timeline for editing programs: OpenTimelineIO, with frames where they are drawn."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# OpenTimelineIO has no types.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import opentimelineio as otio

from cutroom.render.document.clip import Clip, VisualClip
from cutroom.render.document.template import Template
from cutroom.render.exchange.otio_items import Grid, describe, has_sound, make_item
from cutroom.render.layer import LAYERS
from cutroom.render.scene.timeline import Placed, Row, lay_out, lay_out_rows
from cutroom.render.sources.media_item import MediaItem

_DISSOLVES = frozenset({"crossfade"})


def export_otio(template: Template, media: Mapping[str, MediaItem]) -> str:
    """Return a template as an OpenTimelineIO document.

    Clips begin and end on the frames in which they are first and no longer seen. What editing programs have
    no word for (text, shapes, places, motions) stands in the metadata under `cutroom`, as in the template.

    Args:
        template: What is exported.
        media: Every file that `media_uses(template)` asks for, by its `src`.

    Raises:
        Refused: With code `bad_template`, where times contradict each other.
    """
    laid = lay_out(template, media)
    grid = Grid(laid.rate, media)
    timeline = otio.schema.Timeline(name=template.name or "Cutroom")
    timeline.global_start_time = grid.time(0)
    settings = template.model_dump(mode="json", by_alias=True, exclude={"tracks"})
    timeline.metadata["cutroom"] = {**settings, "frames": laid.frame_count}
    names = [track.id or f"Track {number + 1}" for number, track in enumerate(template.tracks)]
    timeline.tracks.extend(_tracks(laid.rows, names, grid))
    return otio.adapters.write_to_string(timeline, "otio_json")


@dataclass
class _Lane:
    """Clips that can follow each other in one track: they overlap in transitions only."""

    placed: list[Placed] = field(default_factory=list[Placed])


def _tracks(rows: Sequence[Row], names: Sequence[str], grid: Grid) -> list[Any]:
    """Return the tracks of some rows: what is seen, from below to above, then what is heard."""
    seen: list[Any] = []
    heard: list[Any] = []
    for row, name in zip(rows, names, strict=True):
        for kind, tracks, belongs in (
            (otio.schema.TrackKind.Video, seen, _is_seen),
            (otio.schema.TrackKind.Audio, heard, _is_heard(grid)),
        ):
            lanes = _lanes([one for one in row.placed if belongs(one.clip)], grid)
            for number, lane in enumerate(lanes):
                plain = name if number == 0 else f"{name}.{number + 1}"
                tracks.append(_track(lane, plain, kind, grid))
    return seen + heard


def _is_seen(clip: Clip) -> bool:
    return isinstance(clip, VisualClip)


def _is_heard(grid: Grid) -> Callable[[Clip], bool]:
    return lambda clip: has_sound(clip, grid.media)


def _lanes(placed: Sequence[Placed], grid: Grid) -> list[_Lane]:
    lanes: list[_Lane] = []
    for one in placed:
        free = (lane for lane in lanes if _follows(one, lane.placed[-1], grid))
        lane = next(free, None)
        if lane is None:
            lane = _Lane()
            lanes.append(lane)
        lane.placed.append(one)
    return lanes


def _follows(one: Placed, before: Placed, grid: Grid) -> bool:
    passes = bool(one.overlap) and before.end == one.start + one.overlap
    return passes or grid.frames(before.end) <= grid.frames(one.start)


def _track(lane: _Lane, name: str, kind: str, grid: Grid) -> Any:
    track = otio.schema.Track(name=name, kind=kind)
    at = 0
    for index, one in enumerate(lane.placed):
        following = lane.placed[index + 1] if index + 1 < len(lane.placed) else None
        begin = grid.frames(one.start)
        if begin > at:
            track.append(otio.schema.Gap(source_range=grid.span(0, begin - at)))
            at = begin
        end = grid.frames(one.end)
        transition = None
        if following is not None and following.overlap and one.overlapped:
            # The cut is in the middle of the transition, which reaches over both clips.
            shared = max(0, end - grid.frames(following.start))
            end = max(at + 1, end - (shared - shared // 2))
            transition = _transition(following, shared, grid)
        if end <= at:
            continue  # shorter than a frame, and between two of them: it is never seen
        item = _item(one, kind, grid)
        skipped = at - begin
        item.source_range = grid.span(item.metadata["cutroom"].pop("trim_frames", 0) + skipped, end - at)
        track.append(item)
        if transition is not None:
            track.append(transition)
        at = end
    return track


def _transition(placed: Placed, shared: int, grid: Grid) -> Any:
    use = placed.clip.transition if isinstance(placed.clip, VisualClip) else None
    if use is None or shared < 1:
        return None
    kinds = otio.schema.TransitionTypes
    return otio.schema.Transition(
        name=use.type,
        transition_type=kinds.SMPTE_Dissolve if use.type in _DISSOLVES else kinds.Custom,
        in_offset=grid.time(shared // 2),
        out_offset=grid.time(shared - shared // 2),
        metadata={"cutroom": use.model_dump(mode="json", by_alias=True)},
    )


def _item(placed: Placed, kind: str, grid: Grid) -> Any:
    clips = getattr(placed.clip, "clips", None)
    if clips is None:
        return make_item(placed, kind, grid)
    stack = otio.schema.Stack(name=placed.clip.id or LAYERS.load(placed.clip.type).title)
    rows, _ = lay_out_rows([(placed.path, (clip,)) for clip in clips], grid.media, placed.length)
    names = [clip.id or f"Clip {number + 1}" for number, clip in enumerate(clips)]
    stack.extend(track for track in _tracks(rows, names, grid) if track.kind == kind)
    stack.metadata["cutroom"] = describe(placed.clip, without={"clips"})
    return stack
