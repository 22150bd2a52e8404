"""New times for cues whose text stays: room found between neighbours, and moves to shot changes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from cutroom.subtitles.check_limits import Limits, Shown
from cutroom.subtitles.check_rules import shots_near
from cutroom.subtitles.cue import Cue

_LATER = Fraction(1, 2)
"""Seconds a cue of unknown words may begin later than it did: half of what viewers take for out of sync."""
_MUCH_LATER = Fraction(2)
"""The same when cues are shown at once, where one of them has to wait."""
_EARLIER = Fraction(3, 2)
"""Seconds a cue may begin earlier; reading ahead disturbs less than reading after."""

Times = list[tuple[int, int]]
Room = tuple[int, int | None]
"""The first frame a cue may be shown, and the last it may end; None: for ever."""


def retimed(
    cues: Sequence[Shown], room: Room, limits: Limits, *, is_patient: bool = False
) -> Iterator[list[Cue]]:
    """Yield cues with times at which each can be read, moved as little as needed.

    Each is shown for as long as it was, or as it needs; it gives what it has more to its neighbours. The
    ends move first, then beginnings into free time, then neighbours.

    Args:
        cues: Consecutive cues.
        room: Where they must stay.
        limits: The rules.
        is_patient: Whether a cue may wait up to 2 s for the one before it.
    """
    times = _laid_out(cues, room, limits)
    if times is None:
        return
    closed = _closed(times, room, limits)
    for variant in (closed, _snapped(closed, cues, room, limits)):
        if variant != [(cue.start, cue.end) for cue in cues] and _is_in_sync(
            cues, variant, limits, is_patient
        ):
            yield _with_times(cues, variant, limits)


def shot_times(cues: Sequence[Shown], n: int, limits: Limits, *, is_start: bool) -> Iterator[list[Cue]]:
    """Yield cues in which one no longer begins, or ends, beside a shot change.

    Args:
        cues: Consecutive cues.
        n: Which of them; the one before it gives way when its start moves.
        limits: The rules.
        is_start: Whether its start moves; else its end.
    """
    shown, gap = cues[n], limits.rules.gap_frames
    far = math.ceil(limits.shot_frames)
    at = shown.start if is_start else shown.end
    targets: list[int] = []
    for shot in shots_near(limits, at):
        onto = shot if is_start else shot - gap
        targets += [onto, shot + far, shot - far]
    for target in sorted(set(targets) - {at}, key=lambda frame: abs(frame - at)):
        times = [(cue.start, cue.end) for cue in cues]
        times[n] = (target, max(shown.end, target + shown.needed)) if is_start else (shown.start, target)
        if is_start and n and target - cues[n - 1].end < max(limits.closed_below, gap):
            times[n - 1] = (times[n - 1][0], target - gap)
        if all(start < end for start, end in times) and _keeps_words(shown, times[n], limits):
            yield _with_times(cues, times, limits)


def on_frames(shown: Shown, limits: Limits) -> Cue:
    """Return a cue with its times on the nearest frames."""
    return _with_times([shown], [(shown.start, shown.end)], limits)[0]


def _laid_out(cues: Sequence[Shown], room: Room, limits: Limits) -> Times | None:
    """Return times that give each cue what it needs; None when there is not enough in all."""
    gap, longest = limits.rules.gap_frames, limits.longest
    times: Times = []
    free = room[0]
    for n, shown in enumerate(cues):
        start = max(shown.start, free)
        end = max(shown.end, start + shown.needed, _spoken_end(shown, limits))
        limit = cues[n + 1].start - gap if n + 1 < len(cues) else room[1]
        if limit is not None and end > limit:
            end = max(start + shown.needed, limit)
        if longest is not None:
            end = min(end, start + longest)
        times.append((start, end))
        free = end + gap
    limit = room[1]
    for n in range(len(cues) - 1, -1, -1):
        start, end = times[n]
        if limit is not None and end > limit:
            end = limit
            start = min(start, end - cues[n].needed)
        times[n] = (start, end)
        limit = start - gap
    return times if times[0][0] >= room[0] else None


def _spoken_end(shown: Shown, limits: Limits) -> int:
    """Return when a cue's last word ends; 0 where that is unknown or its words are far away."""
    words = shown.cue.words
    if not words or abs(words[0].start - shown.cue.start) > _LATER:
        return 0
    return limits.grid.ceil(words[-1].end)


def _closed(times: Times, room: Room, limits: Limits) -> Times:
    """Close the gaps that would flicker, by longer cues."""
    gap, result = limits.rules.gap_frames, list(times)
    starts = [*(start for start, _ in times[1:]), None if room[1] is None else room[1] + gap]
    for n, following in enumerate(starts):
        start, end = result[n]
        if following is None or not gap < following - end < limits.closed_below:
            continue
        if limits.longest is None or following - gap - start <= limits.longest:
            result[n] = (start, following - gap)
    return result


def _snapped(times: Times, cues: Sequence[Shown], room: Room, limits: Limits) -> Times:
    """Move new ends that came to lie beside a shot change, where there is room."""
    gap, far, result = limits.rules.gap_frames, math.ceil(limits.shot_frames), list(times)
    for n, (start, end) in enumerate(times):
        limit = times[n + 1][0] - gap if n + 1 < len(times) else room[1]
        if end == limit:
            continue
        for shot in shots_near(limits, end):
            for target in (shot - gap, shot + far):
                if target >= start + cues[n].needed and (limit is None or target <= limit):
                    result[n] = (start, target)
                    break
    return result


def _is_in_sync(cues: Sequence[Shown], times: Times, limits: Limits, is_patient: bool) -> bool:
    """Whether no cue begins or ends too far from where it did, or from its words."""
    rate = limits.grid.rate
    later = (_MUCH_LATER if is_patient else _LATER) * rate
    for shown, (start, end) in zip(cues, times, strict=True):
        is_late = start - shown.start > later and shown.start >= 0
        if is_late or shown.start - start > _EARLIER * rate or not _keeps_words(shown, (start, end), limits):
            return False
    return True


def _keeps_words(shown: Shown, times: tuple[int, int], limits: Limits) -> bool:
    """Whether a cue still covers its words as far as it did, but for what a gap or a shot change costs."""
    if not shown.cue.words:
        return True
    slack = max(limits.rules.gap_frames + 1, math.floor(limits.rules.shot_snap_seconds * limits.grid.rate))
    if not limits.shots:
        slack = limits.rules.gap_frames + 1
    first = limits.grid.floor(shown.cue.words[0].start)
    last = limits.grid.ceil(shown.cue.words[-1].end)
    return times[0] <= max(shown.start, first + slack - 1) and times[1] >= min(shown.end, last - slack)


def _with_times(cues: Sequence[Shown], times: Times, limits: Limits) -> list[Cue]:
    seconds = limits.grid.seconds
    return [
        shown.cue
        if (shown.cue.start, shown.cue.end) == (seconds(start), seconds(end))
        else replace(shown.cue, start=seconds(start), end=seconds(end))
        for shown, (start, end) in zip(cues, times, strict=True)
    ]
