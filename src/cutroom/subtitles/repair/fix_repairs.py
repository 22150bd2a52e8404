"""Which repairs are tried for which rule, in the order in which people would like them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cutroom.subtitles.check_limits import Limits, Shown
from cutroom.subtitles.cue import Cue
from cutroom.subtitles.repair.fix_text import Cuts, joined, rewrapped
from cutroom.subtitles.repair.fix_times import Room, on_frames, retimed, shot_times

_NEAR = ((0, 0), (-1, 0), (0, 1), (-1, 1))
_WIDE = ((-2, 1), (-1, 2), (-2, 2), (-4, 4))
_CUTS = ((0, 0), (0, 1), (-1, 0), (-1, 1), (-2, 2))
_CROWD = 24
"""So many cues are looked at together where most have too little time."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Other cues for some consecutive ones.

    Attributes:
        first: The place of the first cue that is replaced.
        count: How many are.
        cues: What stands there afterwards.
        deed: What was done, when it is more than other times.
    """

    first: int
    count: int
    cues: Sequence[Cue]
    deed: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A track being repaired, and the cue that breaks a rule.

    Attributes:
        cues: The track's.
        n: The place of the one that breaks the rule.
        limits: The rules.
        cuts: Other cuts of some cues.
    """

    cues: Sequence[Shown]
    n: int
    limits: Limits
    cuts: Cuts

    def window(self, back: int, ahead: int) -> tuple[int, int]:
        """Return the first and the last cue of a window around this one."""
        return max(0, self.n + back), min(len(self.cues) - 1, self.n + ahead)

    def room(self, first: int, last: int) -> Room:
        """Return between which frames the cues of a window may be shown."""
        gap = self.limits.rules.gap_frames
        earliest = max(0, self.cues[first - 1].end + gap) if first else 0
        end = self.limits.last_frame
        if last + 1 < len(self.cues):
            following = self.cues[last + 1].start - gap
            end = following if end is None else min(end, following)
        return earliest, end


def repairs_for(rule: str, scene: Scene) -> Iterator[Repair]:
    """Yield what may mend a rule that a cue breaks; the least invasive first."""
    for repair in _REPAIRS[rule]:
        yield from repair(scene)


def _to_frames(scene: Scene) -> Iterator[Repair]:
    yield Repair(scene.n, 1, [on_frames(scene.cues[scene.n], scene.limits)])
    # Where several begin within one frame, they must move together to stay in order.
    for back, ahead in ((-1, 1), (-4, 4)):
        first, last = scene.window(back, ahead)
        cues = [on_frames(shown, scene.limits) for shown in scene.cues[first : last + 1]]
        yield Repair(first, len(cues), cues)


def _remove(scene: Scene) -> Iterator[Repair]:
    yield Repair(scene.n, 1, [], "Removed, because it showed no text")


def _turn_around(scene: Scene) -> Iterator[Repair]:
    """Yield the cue with its times swapped, and with the times of its words."""
    shown, grid = scene.cues[scene.n], scene.limits.grid
    turned = [replace(shown.cue, start=grid.seconds(shown.end), end=grid.seconds(shown.start))]
    words = shown.cue.words
    if words:
        first, last = grid.floor(words[0].start), grid.ceil(words[-1].end)
        turned.append(replace(shown.cue, start=grid.seconds(first), end=grid.seconds(last)))
    for cue in turned:
        if cue.start >= cue.end:
            continue
        again = Shown(cue, scene.limits, shown)
        for back, ahead in _NEAR:
            first, last = scene.window(back, ahead)
            cues = [*scene.cues[first : scene.n], again, *scene.cues[scene.n + 1 : last + 1]]
            for changed in retimed(cues, scene.room(first, last), scene.limits):
                yield Repair(first, len(cues), changed)
        yield Repair(scene.n, 1, [cue])


def _retime(scene: Scene) -> Iterator[Repair]:
    yield from _retime_windows(scene, _NEAR, is_patient=False)


def _retime_widely(scene: Scene) -> Iterator[Repair]:
    yield from _retime_windows(scene, _WIDE, is_patient=False)


def _retime_patiently(scene: Scene) -> Iterator[Repair]:
    yield from _retime_windows(scene, (*_NEAR, *_WIDE), is_patient=True)


def _retime_windows(
    scene: Scene, windows: Sequence[tuple[int, int]], *, is_patient: bool
) -> Iterator[Repair]:
    seen: set[tuple[int, int]] = set()
    for back, ahead in windows:
        first, last = scene.window(back, ahead)
        if (first, last) in seen:
            continue
        seen.add((first, last))
        cues = scene.cues[first : last + 1]
        for changed in retimed(cues, scene.room(first, last), scene.limits, is_patient=is_patient):
            yield Repair(first, len(cues), changed)


def _end_sooner(scene: Scene) -> Iterator[Repair]:
    """Yield the cue without the time it stays for nothing."""
    shown, limits = scene.cues[scene.n], scene.limits
    longest = shown.frames if limits.longest is None else min(shown.frames, limits.longest)
    if shown.needed > longest:
        return
    room = scene.room(scene.n, scene.n)
    for frames in dict.fromkeys((longest, shown.needed)):
        for changed in retimed([shown], (room[0], shown.start + frames), limits):
            yield Repair(scene.n, 1, changed)


def _begin_sooner(scene: Scene) -> Iterator[Repair]:
    """Yield the next cue begun earlier, or this one ended so early that the gap is one."""
    if scene.n + 1 == len(scene.cues):
        return
    shown, after, limits = scene.cues[scene.n], scene.cues[scene.n + 1], scene.limits
    seconds = limits.grid.seconds
    start = seconds(shown.end + limits.rules.gap_frames)
    yield Repair(scene.n + 1, 1, [replace(after.cue, start=start)])
    end = after.start - limits.closed_below
    if end - shown.start >= shown.needed:
        yield Repair(scene.n, 1, [replace(shown.cue, end=seconds(end))])


def _start_at_shot(scene: Scene) -> Iterator[Repair]:
    yield from _at_shot(scene, is_start=True)


def _end_at_shot(scene: Scene) -> Iterator[Repair]:
    yield from _at_shot(scene, is_start=False)


def _at_shot(scene: Scene, *, is_start: bool) -> Iterator[Repair]:
    first = scene.n - 1 if is_start and scene.n else scene.n
    cues = scene.cues[first : scene.n + 1]
    for changed in shot_times(cues, scene.n - first, scene.limits, is_start=is_start):
        yield Repair(first, len(cues), changed)


def _rewrap(scene: Scene) -> Iterator[Repair]:
    for changed in rewrapped(scene.cues[scene.n], scene.limits):
        yield Repair(scene.n, 1, changed, "Lines broken at other words")


def _join(scene: Scene) -> Iterator[Repair]:
    """Yield the cue joined with a neighbour, in all the time that both can have."""
    for first in (scene.n, scene.n - 1):
        if first < 0 or first + 1 >= len(scene.cues):
            continue
        for one in joined(scene.cues[first], scene.cues[first + 1], scene.limits):
            yield Repair(first, 2, one, "Two cues joined")
            shown = Shown(one[0], scene.limits)
            for changed in retimed([shown], scene.room(first, first + 1), scene.limits):
                yield Repair(first, 2, changed, "Two cues joined")


def _cut(scene: Scene) -> Iterator[Repair]:
    """Yield the words of the cue and its neighbours cut into other cues, and those moved a little."""
    seen: set[tuple[int, int]] = set()
    for back, ahead in _CUTS:
        first, last = scene.window(back, ahead)
        if (first, last) in seen:
            continue
        seen.add((first, last))
        yield from _cut_window(scene, first, last)


def _cut_window(scene: Scene, first: int, last: int) -> Iterator[Repair]:
    cues, room = scene.cues[first : last + 1], scene.room(first, last)
    for found in scene.cuts.of(cues, room):
        deed = _cut_deed(len(cues), len(found))
        yield Repair(first, len(cues), found, deed)
        shown = [Shown(cue, scene.limits) for cue in found]
        for changed in retimed(shown, room, scene.limits):
            yield Repair(first, len(cues), changed, deed)


def _cut_crowd(scene: Scene) -> Iterator[Repair]:
    """Yield many cues cut anew at once, where most have too little time, as captions word by word do."""
    first, last = scene.window(0, _CROWD - 1)
    while last > first and not _is_crowded(scene.cues[last]):
        last -= 1
    cues = scene.cues[first : last + 1]
    if 2 * sum(_is_crowded(shown) for shown in cues) >= _CROWD:
        yield from _cut_window(scene, first, last)


def _is_crowded(shown: Shown) -> bool:
    return shown.frames < shown.needed


def _cut_deed(before: int, after: int) -> str:
    if before == 1:
        return "Text broken anew" if after == 1 else f"Cut into {after} cues"
    return f"The words of {before} cues shared out among {'one' if after == 1 else after}"


_Repairs = tuple[Callable[[Scene], Iterator[Repair]], ...]
_TIMES: _Repairs = (_retime, _retime_widely)
_WAIT: _Repairs = (_retime, _join, _retime_widely, _retime_patiently, _cut)
_TEXT: _Repairs = (_rewrap, _cut)
_REPAIRS: dict[str, _Repairs] = {
    "empty": (_remove,),
    "before-zero": (_to_frames, *_WAIT),
    "ends-before-start": (_turn_around, *_WAIT),
    "overlap": _WAIT,
    "line-too-long": _TEXT,
    "too-many-lines": _TEXT,
    "too-many-words": _TEXT,
    "too-short": (_cut_crowd, *_TIMES, _join, _cut),
    "too-long": (_end_sooner, _cut),
    "too-fast": (_cut_crowd, *_TIMES, _join, _cut),
    "gap-too-small": (*_TIMES, _join, _cut),
    "gap-not-closed": (_retime, _begin_sooner, _retime_widely, _join, _cut),
    "off-frame": (_to_frames, _retime),
    "starts-near-shot": (_start_at_shot, _cut),
    "ends-near-shot": (_end_at_shot, _retime, _cut),
    "bad-line-break": _TEXT,
    "bad-cue-break": (_join, _cut),
    "after-end": (_retime, _retime_widely, _join),
}
