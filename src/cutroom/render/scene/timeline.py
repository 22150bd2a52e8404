"""When each clip plays: "auto" and "end" become seconds, as exact fractions."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.base.errors import CutroomError
from cutroom.render.document.clip import Clip, TransitionUse
from cutroom.render.document.faults import Fault, refuse
from cutroom.render.document.template import MOST_SECONDS, Template
from cutroom.render.layer import LAYERS
from cutroom.render.sources.media_item import MediaItem

Media = Mapping[str, MediaItem]


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip with its times.

    Attributes:
        clip: What is played.
        start: Seconds on the timeline; the first moment it is seen.
        length: Seconds; more than 0.
        path: Where it stands in the document.
        overlap: Seconds during which the clip before it is still seen: the length of its transition.
        overlapped: The same at its end, for the clip that follows.
    """

    clip: Clip
    start: Fraction
    length: Fraction
    path: str
    overlap: Fraction = Fraction(0)
    overlapped: Fraction = Fraction(0)

    @property
    def end(self) -> Fraction:
        """The first moment at which it is gone."""
        return self.start + self.length


class Row:
    """The clips of a track in the order they begin."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        """Take clips in the order of the document; of two that begin together the later stands above."""
        self.placed = tuple(sorted(placed, key=lambda one: one.start))
        self._starts = [one.start for one in self.placed]
        self._latest: list[Fraction] = []
        for one in self.placed:
            self._latest.append(max(one.end, self._latest[-1]) if self._latest else one.end)

    def at(self, time: Fraction) -> Iterator[tuple[int, Placed]]:
        """Yield what plays at a time with its number in the row, from below to above."""
        last = first = bisect_right(self._starts, time)
        while first > 0 and self._latest[first - 1] > time:
            first -= 1
        for number in range(first, last):
            if self.placed[number].end > time:
                yield number, self.placed[number]


@dataclass(frozen=True)
class Timeline:
    """Every clip with its times.

    Attributes:
        rows: The tracks, from below to above.
        seconds: How long the film is.
        rate: Frames per second.
    """

    rows: tuple[Row, ...]
    seconds: Fraction
    rate: Fraction

    @property
    def frame_count(self) -> int:
        """How many frames begin before the end."""
        return math.ceil(self.seconds * self.rate)


def lay_out(template: Template, media: Media) -> Timeline:
    """Give every clip its times.

    Raises:
        Refused: With code `bad_template`, where times contradict each other.
    """
    paths = [f"$.tracks[{number}].clips" for number in range(len(template.tracks))]
    lists = [track.clips for track in template.tracks]
    wanted = None if template.length == "auto" else template.length
    rows, seconds = lay_out_rows(list(zip(paths, lists, strict=True)), media, wanted)
    if not 0 < seconds <= MOST_SECONDS:
        message = f"must be more than 0 and at most {MOST_SECONDS} seconds, not {float(seconds):g}"
        hint = "Give the template a length, or a clip that has one."
        refuse([Fault("$.length", str(template.length), message, hint)])
    return Timeline(rows, seconds, template.rate)


def lay_out_rows(
    tracks: Sequence[tuple[str, Sequence[Clip]]],
    media: Media,
    seconds: Fraction | None,
    *,
    is_group: bool = False,
) -> tuple[tuple[Row, ...], Fraction]:
    """Give the clips of some tracks their times.

    Args:
        tracks: Path in the document and clips of each.
        media: Every file of the template.
        seconds: When everything ends; None: with the last clip.
        is_group: Whether each track holds one clip of the list at its path.

    Returns:
        The rows, and when everything ends.

    Raises:
        Refused: With code `bad_template`.
    """
    faults: list[Fault] = []
    drafts = [
        _draft(path, clips, media, faults, first=number if is_group else 0)
        for number, (path, clips) in enumerate(tracks)
    ]
    if seconds is None:
        ends = [draft.start + draft.length for row in drafts for draft in row if draft.length is not None]
        seconds = max(ends, default=Fraction(0))
    rows = tuple(Row(_settle(row, seconds, faults)) for row in drafts)
    if faults:
        refuse(faults)
    return rows, seconds


@dataclass(frozen=True, slots=True)
class _Draft:
    """A clip whose length may still be open: it then plays to the end of everything."""

    clip: Clip
    start: Fraction
    length: Fraction | None
    path: str


def _draft(
    path: str, clips: Sequence[Clip], media: Media, faults: list[Fault], *, first: int
) -> list[_Draft]:
    drafts: list[_Draft] = []
    for number, clip in enumerate(clips):
        here = clip.written_at or f"{path}[{first + number}]"
        start = clip.start if clip.start != "auto" else _after(drafts, clip, here, faults)
        if start < 0:
            message = f"must not be negative: {float(start):g}"
            faults.append(Fault(f"{here}.start", str(clip.start), message, "Time begins at 0."))
        length = _length(clip, media, here, faults)
        if clip.length == "auto" and length is None and number + 1 < len(clips):
            length = _until_next(start, clips[number + 1])
        if length is not None and length <= 0:
            message = f"must be more than 0, not {float(length):g}"
            faults.append(Fault(f"{here}.length", str(clip.length), message, "Lengthen or remove the clip."))
            length = Fraction(1)
        drafts.append(_Draft(clip, start, length, here))
    return drafts


def _after(drafts: Sequence[_Draft], clip: Clip, path: str, faults: list[Fault]) -> Fraction:
    """Return where a clip begins that follows the one before it."""
    if not drafts:
        return Fraction(0)
    before = drafts[-1]
    if before.length is None:
        message = 'cannot be "auto": the clip before it plays to the end'
        faults.append(Fault(f"{path}.start", "auto", message, "Give one of them a time."))
        return before.start
    use = transition_of(clip)
    return before.start + before.length - (use.length if use else 0)


def _length(clip: Clip, media: Media, path: str, faults: list[Fault]) -> Fraction | None:
    if clip.length == "end":
        return None
    if clip.length != "auto":
        return clip.length
    try:
        return LAYERS.load(clip.type).natural_length(clip, media)
    except CutroomError as error:
        inner = (error.details or {}).get("errors")
        if inner is None:
            raise named(error, clip, path) from error
        # A group knows its clips, but not where it stands.
        faults += [Fault(**{**fault, "path": _inside(path, fault["path"])}) for fault in inner]
        return None


def _inside(path: str, inner: str) -> str:
    return inner if inner.startswith("$") else path + inner


def named(error: CutroomError, clip: Clip, path: str) -> CutroomError:
    """Return an error that says which clip it befell."""
    if "path" in (error.details or {}) or "errors" in (error.details or {}):
        return error
    name = f"{clip.type} clip {clip.id!r}" if clip.id else f"{clip.type} clip"
    details = {**(error.details or {}), "path": path}
    message = f"The {name} at {path}: {error.message}"
    return type(error)(message, code=error.code_word, hint=error.hint, details=details)


def _until_next(start: Fraction, following: Clip) -> Fraction | None:
    """Return the length of an open clip whose follower says when it begins."""
    if following.start == "auto" or following.start <= start:
        return None
    use = transition_of(following)
    return following.start - start + (use.length if use else 0)


def _settle(drafts: Sequence[_Draft], seconds: Fraction, faults: list[Fault]) -> list[Placed]:
    placed: list[Placed] = []
    for draft in drafts if seconds > 0 else ():
        length = seconds - draft.start if draft.length is None else draft.length
        if length <= 0 or draft.start >= seconds:
            message = f"begins at {float(draft.start):g} s, when everything ends ({float(seconds):g} s)"
            faults.append(Fault(draft.path, str(draft.clip.start), message, "Begin it sooner."))
            continue
        one = Placed(draft.clip, draft.start, min(length, seconds - draft.start), draft.path)
        use = transition_of(draft.clip)
        if use is not None:
            one = _overlap(placed, one, use, faults)
        placed.append(one)
    return placed


def _overlap(placed: list[Placed], one: Placed, use: TransitionUse, faults: list[Fault]) -> Placed:
    """Note a transition at both of its clips."""
    path = f"{one.path}.transition"
    if not placed:
        hint = "Use `enter` for the first clip of a track."
        faults.append(Fault(path, use.type, "has no clip before it to pass from", hint))
        return one
    before = placed[-1]
    shared = before.end - one.start
    if shared < use.length or use.length > min(before.length, one.length):
        together = max(0.0, float(shared))
        message = f"lasts {float(use.length):g} s, but the clips are seen together for {together:g} s"
        hint = 'Shorten it, lengthen the clips, or leave the start "auto".'
        faults.append(Fault(f"{path}.length", str(use.length), message, hint))
        return one
    # After the transition the clip before is gone, however long it had still to play.
    length = one.start + use.length - before.start
    placed[-1] = replace(before, length=length, overlapped=use.length)
    return replace(one, overlap=use.length)


def transition_of(clip: Clip) -> TransitionUse | None:
    """Return how a clip follows the one before it; None: by a cut."""
    return getattr(clip, "transition", None)
