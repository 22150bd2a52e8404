"""Where a long recording is cut for a recogniser: in pauses, minutes apart, silence left out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cutroom.engines.speech_probability import Activity
from cutroom.engines.speech_regions import FRAMES_PER_SECOND, Region

_MARGIN = round(0.8 * FRAMES_PER_SECOND)
"""Frames of room around speech: recognisers need a beginning and an end."""

_LONG_PAUSE = round(30 * FRAMES_PER_SECOND)
"""Frames: a longer silence is left out; hosted services charge for it and Whisper invents words in it."""

_SMOOTHED = 7
"""Frames over which the level is averaged to find the quietest place: 0.2 s, a short syllable."""


@dataclass(frozen=True)
class Stretch:
    """What one window holds, in frames: `begin` is its first, `end` the first behind it."""

    begin: int
    end: int
    speech: int
    """Frames in which somebody speaks."""


def plan_windows(activity: Activity, regions: list[Region], longest: float) -> list[Stretch]:
    """Cut a recording.

    A cut lies in the longest pause of the second half of what a window may hold; where somebody speaks
    without a pause, at the quietest place of its last quarter. Windows do not overlap and hold all speech.

    Args:
        activity: Levels, and how long the recording is.
        regions: Where somebody speaks.
        longest: Seconds that a window may hold, at least 2.
    """
    limit = max(_SMOOTHED * 4, int(longest * FRAMES_PER_SECOND) - 2 * _MARGIN)
    groups: list[list[Region]] = []
    group: list[Region] = []
    waiting = list(reversed(regions))
    while waiting:
        region = waiting.pop()
        if group and region.begin - group[-1].end > _LONG_PAUSE:
            groups.append(group)
            group = []
        begin = group[0].begin if group else region.begin
        group.append(region)
        if region.end - begin > limit:
            whole, rest = _split(group, limit, activity)
            groups.append(whole)
            waiting.extend(reversed(rest))
            group = []
    if group:
        groups.append(group)
    return _with_margins(groups, activity.power.size)


def _split(group: list[Region], limit: int, activity: Activity) -> tuple[list[Region], list[Region]]:
    """Part a group whose last region reaches beyond the limit."""
    begin = group[0].begin
    pauses = [
        (after.begin - before.end, number)
        for number, (before, after) in enumerate(pairwise(group), 1)
        if before.end - begin >= limit // 2
    ]
    if pauses:
        number = max(pauses)[1]
        return group[:number], group[number:]
    last = group[-1]
    if len(group) > 1 and (last.end - last.begin <= limit or last.begin - begin >= limit * 3 // 4):
        return group[:-1], group[-1:]
    cut = _quietest(activity, max(last.begin + 1, begin + limit * 3 // 4), begin + limit)
    return [*group[:-1], Region(last.begin, cut)], [Region(cut, last.end)]


def _quietest(activity: Activity, low: int, high: int) -> int:
    """Return the frame in [low, high) around which it is quietest."""
    first, last = max(0, low - _SMOOTHED // 2), high + _SMOOTHED // 2
    levels = np.convolve(activity.power[first:last], np.ones(_SMOOTHED), "same")[low - first : high - first]
    return low + int(np.argmin(levels))


def _with_margins(groups: list[list[Region]], frames: int) -> list[Stretch]:
    """Give each group its room: what is free, at most half of the pause to the next group."""
    ends = [0, *(group[-1].end for group in groups)]
    begins = [*(group[0].begin for group in groups), frames]
    rooms = [after - before for before, after in zip(ends, begins, strict=True)]
    rooms[1:-1] = [room // 2 for room in rooms[1:-1]]
    return [
        Stretch(
            group[0].begin - min(_MARGIN, rooms[number]),
            min(frames, group[-1].end + min(_MARGIN, rooms[number + 1])),
            sum(region.end - region.begin for region in group),
        )
        for number, group in enumerate(groups)
    ]
