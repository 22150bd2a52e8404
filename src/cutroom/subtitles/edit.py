"""Edits: what somebody does to cues, as values; `apply` does them and says what to undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cutroom.base.errors import Refused
from cutroom.subtitles.cue import Cue, Place, Track
from cutroom.subtitles.editing import edit_cues
from cutroom.subtitles.editing.edit_split import Halves, caret_to_visible, nearest_break, split_cue
from cutroom.subtitles.fix import Change, mend
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.splice import Splice, splice_between


@dataclass(frozen=True, slots=True)
class SetText:
    """Give a cue another text, markup included."""

    cue: int
    text: str


@dataclass(frozen=True, slots=True)
class SetTimes:
    """Show a cue from one time to another; both are moved to the nearest frames."""

    cue: int
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class Split:
    """Cut a cue in two.

    Attributes:
        cue: Which.
        at: Characters (code points) of its text, markup included, before the caret; None: `seconds` says
            between which words.
        seconds: When the second half begins; None: where its words or its share of the text begin.
    """

    cue: int
    at: int | None = None
    seconds: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one cue of a cue and the next."""

    cue: int


@dataclass(frozen=True, slots=True)
class Insert:
    """Put a new cue where its start belongs."""

    start: Fraction
    end: Fraction
    text: str = ""
    speaker: str | None = None
    place: Place = "bottom"


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a cue out."""

    cue: int


@dataclass(frozen=True, slots=True)
class Shift:
    """Move a cue and all after it, earlier when `seconds` is negative."""

    cue: int
    seconds: Fraction


@dataclass(frozen=True, slots=True)
class SetSpeaker:
    """Say who speaks; None: nobody knows."""

    cue: int
    speaker: str | None


@dataclass(frozen=True, slots=True)
class SetPlace:
    """Say where on the picture a cue stands."""

    cue: int
    place: Place


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """Replace a text in all cues; a cue of which nothing is left goes.

    Attributes:
        find: What cues show, not its markup; a space in it stands for a line break too.
        replace: What stands there afterwards; it looks like the first character that it replaces.
        match_case: Whether "a" is not "A".
        whole_words: Whether only whole words are found.
    """

    find: str
    replace: str
    match_case: bool = True
    whole_words: bool = False


@dataclass(frozen=True, slots=True)
class FixCues:
    """Let the fixer mend violations.

    Attributes:
        cues: Of which cues; None: of all.
        rules: Of which rules, keys of `violation.RULES`; None: of all.
    """

    cues: tuple[int, ...] | None = None
    rules: tuple[str, ...] | None = None


Edit = (
    SetText
    | SetTimes
    | Split
    | Merge
    | Insert
    | Delete
    | Shift
    | SetSpeaker
    | SetPlace
    | ReplaceText
    | FixCues
)


@dataclass(frozen=True, slots=True)
class Done:
    """What an edit did.

    Attributes:
        track: The subtitles afterwards.
        splice: What is between; its inverse undoes it. Empty when nothing changed.
        changes: What the fixer did, in order, where it was asked; their cues are places before the edit.
    """

    track: Track
    splice: Splice
    changes: tuple[Change, ...] = ()


def apply(
    track: Track,
    edit: Edit,
    rules: Rules,
    *,
    shots: Sequence[Fraction] = (),
    seconds: Fraction | None = None,
) -> tuple[Track, Splice]:
    """Do an edit as `carry_out` does; return the subtitles afterwards and the splice between."""
    done = carry_out(track, edit, rules, shots=shots, seconds=seconds)
    return done.track, done.splice


def carry_out(
    track: Track,
    edit: Edit,
    rules: Rules,
    *,
    shots: Sequence[Fraction] = (),
    seconds: Fraction | None = None,
) -> Done:
    """Do an edit.

    Args:
        track: The subtitles before.
        edit: What to do.
        rules: What decides line breaks and gaps.
        shots: Seconds; the first frame of every new shot, for `FixCues`.
        seconds: How long the recording is, for `FixCues`.

    Raises:
        NotFound: With code `unknown_cue`.
        Refused: With code `bad_times`, `cannot_split`, `text_too_long`, `nothing_to_find` or
            `unknown_rule`.
    """
    changes: tuple[Change, ...] = ()
    if isinstance(edit, FixCues):
        changed, changes = mend(track, rules, shots=shots, seconds=seconds, cues=edit.cues, only=edit.rules)
    else:
        changed = _DOERS[type(edit)](track, edit, rules)
    return Done(changed, splice_between(track, changed), changes)


def label(edit: Edit) -> str:
    """Return what an edit does, as a button for undo names it."""
    name = _LABELS[type(edit)]
    number = getattr(edit, "cue", None)
    return name if number is None else f"{name} {number + 1}"


def _set_text(track: Track, edit: SetText, _: Rules) -> Track:
    return edit_cues.set_text(track, edit.cue, edit.text)


def _set_times(track: Track, edit: SetTimes, _: Rules) -> Track:
    return edit_cues.set_times(track, edit.cue, edit.start, edit.end)


def _split(track: Track, edit: Split, rules: Rules) -> Track:
    cue = edit_cues.cue_at(track, edit.cue)
    if edit.at is not None:
        at = caret_to_visible(cue.text, edit.at)
    elif edit.seconds is not None:
        at = nearest_break(cue, edit.seconds)
    else:
        raise Refused("Say at which character or time the cue is to be cut.", code="cannot_split")
    frame = None if edit.seconds is None else FrameGrid(track.rate).nearest(edit.seconds)
    halves = split_cue(cue, Halves(at, frame), rules, track.language, track.rate)
    return edit_cues.replace_cues(track, edit.cue, 1, halves)


def _merge(track: Track, edit: Merge, rules: Rules) -> Track:
    return edit_cues.merge(track, edit.cue, rules)


def _insert(track: Track, edit: Insert, _: Rules) -> Track:
    cue = Cue(edit.start, edit.end, edit.text, speaker=edit.speaker, place=edit.place)
    return edit_cues.insert(track, cue)


def _delete(track: Track, edit: Delete, _: Rules) -> Track:
    edit_cues.cue_at(track, edit.cue)
    return edit_cues.replace_cues(track, edit.cue, 1, ())


def _shift(track: Track, edit: Shift, _: Rules) -> Track:
    return edit_cues.shift(track, edit.cue, edit.seconds)


def _set_speaker(track: Track, edit: SetSpeaker, _: Rules) -> Track:
    return edit_cues.set_speaker(track, edit.cue, edit.speaker)


def _set_place(track: Track, edit: SetPlace, _: Rules) -> Track:
    return edit_cues.set_place(track, edit.cue, edit.place)


def _replace_text(track: Track, edit: ReplaceText, rules: Rules) -> Track:
    if not edit.find.strip():
        raise Refused("Say what to find.", code="nothing_to_find")
    literal = r"\s+".join(re.escape(part) for part in re.split(r"\s+", edit.find))
    if edit.whole_words:
        literal = rf"(?<!\w){literal}(?!\w)"
    pattern = re.compile(literal, 0 if edit.match_case else re.IGNORECASE)
    return edit_cues.replace_text(track, pattern, edit.replace, rules)


_DOERS: dict[type, Callable[[Track, Any, Rules], Track]] = {
    SetText: _set_text,
    SetTimes: _set_times,
    Split: _split,
    Merge: _merge,
    Insert: _insert,
    Delete: _delete,
    Shift: _shift,
    SetSpeaker: _set_speaker,
    SetPlace: _set_place,
    ReplaceText: _replace_text,
}
_LABELS: dict[type, str] = {
    SetText: "Change the text of cue",
    SetTimes: "Change the times of cue",
    Split: "Split cue",
    Merge: "Join the next cue to cue",
    Insert: "Insert a cue",
    Delete: "Delete cue",
    Shift: "Move everything from cue",
    SetSpeaker: "Change the speaker of cue",
    SetPlace: "Change the place of cue",
    ReplaceText: "Replace text",
    FixCues: "Fix violations",
}
