"""What the editor's plain forms mean: one press of a button as edits of a track."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Track
from cutroom.subtitles.cue import Place
from cutroom.subtitles.edit import (
    Delete,
    Edit,
    FixCues,
    Insert,
    Merge,
    SetPlace,
    SetSpeaker,
    SetText,
    SetTimes,
    Shift,
    Split,
)
from cutroom.web.cue_rows import read_time, same_time

Form = Mapping[str, str]
_PLACES: dict[str, Place] = {"bottom": "bottom", "middle": "middle", "top": "top"}
_NEW_SECONDS = Fraction(2)
_MINUS = ("-", "\N{MINUS SIGN}")
_SECONDS = re.compile(r"\s*([-+\u2212]?)\s*(\d{1,7}(?:[.,]\d{1,6})?)\s*", re.ASCII)


def edits_of(form: Form, track: Track) -> list[Edit]:
    """Return what a form asks for; nothing where it leaves all as it is.

    Raises:
        Refused: For a time, a cue or a button that does not exist.
    """
    if form.get("do") == "fix-all":
        return [FixCues()]
    if form.get("do") == "shift":
        return [_shift(form, track)]
    number = read_number(form, "cue")
    if number >= len(track.cues):
        raise Refused(f"There is no cue {number + 1}; somebody deleted it meanwhile.", code="unknown_cue")
    cue = track.cues[number]
    if form.get("fix"):
        return [*_typed(form, number, cue), FixCues((number,), (form["fix"],))]
    act = _ACTS.get(form.get("do", "save"))
    if act is None:
        raise Refused("There is no such button.", code="unknown_edit")
    return act(form, number, cue, track)


def read_number(form: Form, name: str) -> int:
    """Return a whole number of a hidden field.

    Raises:
        Refused: With code `invalid_form`.
    """
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - far beyond any revision
        raise Refused(f"The form lacks its {name}; load the page again.", code="invalid_form")
    return int(text)


def _shift(form: Form, track: Track) -> Edit:
    """Move all cues, or those from one on."""
    match = _SECONDS.fullmatch(form.get("seconds", ""))
    seconds = Fraction(match[2].replace(",", ".")) if match else Fraction(0)
    if not match or not seconds:
        raise Refused("Write seconds with a sign: 1.5 is later, -1.5 is earlier.", code="invalid_time")
    if not track.cues:
        raise Refused("There are no cues to shift.", code="unknown_cue")
    number = form.get("number", "").strip() if form.get("which") == "part" else "1"
    is_number = number.isascii() and number.isdigit() and len(number) < 8  # noqa: PLR2004 - more than any track has
    if not (is_number and 1 <= int(number) <= len(track.cues)):
        raise Refused(f"Write the number of a cue, from 1 to {len(track.cues)}.", code="unknown_cue")
    return Shift(int(number) - 1, -seconds if match[1] in _MINUS else seconds)


def _typed(form: Form, number: int, cue: Cue) -> list[Edit]:
    """Return the edits that bring a cue to what stands in its fields."""
    edits: list[Edit] = []
    text = form.get("text", cue.text).replace("\r\n", "\n")
    if text != cue.text:
        edits.append(SetText(number, text))
    speaker = form.get("speaker", cue.speaker or "").strip() or None
    if speaker != cue.speaker:
        edits.append(SetSpeaker(number, speaker))
    place = _PLACES.get(form.get("place", cue.place))
    if place is not None and place != cue.place:
        edits.append(SetPlace(number, place))
    if "start" in form and "end" in form:
        start, end = read_time(form["start"], "The start"), read_time(form["end"], "The end")
        if not (same_time(start, cue.start) and same_time(end, cue.end)):
            start = cue.start if same_time(start, cue.start) else start
            end = cue.end if same_time(end, cue.end) else end
            # Last, because a cue that begins elsewhere may have another number afterwards.
            edits.append(SetTimes(number, start, end))
    return edits


def _save(form: Form, number: int, cue: Cue, track: Track) -> list[Edit]:
    del track
    return _typed(form, number, cue)


def _split(form: Form, number: int, cue: Cue, track: Track) -> list[Edit]:
    """Split before the word that is named, or in the middle."""
    del track
    typed = _typed(form, number, cue)
    if any(isinstance(each, SetTimes) for each in typed):
        raise Refused("Save the new times first, then split.", code="cannot_split")
    text = form.get("text", cue.text).replace("\r\n", "\n")
    starts = [at for at, sign in enumerate(text) if not sign.isspace() and (not at or text[at - 1].isspace())]
    if len(starts) < 2:  # noqa: PLR2004 - one word cannot be split
        raise Refused("This cue has one word; there is nothing to split.", code="cannot_split")
    wish = form.get("word", "").strip()
    middle = min(range(1, len(starts)), key=lambda each: abs(starts[each] - len(text) / 2))
    word = int(wish) - 1 if wish.isascii() and wish.isdigit() and len(wish) < 6 else middle  # noqa: PLR2004 - more words than any cue has
    if not 0 < word < len(starts):
        raise Refused(
            f"This cue has {len(starts)} words; give one from 2 to {len(starts)}.", code="cannot_split"
        )
    return [*typed, Split(number, at=starts[word])]


def _merge(form: Form, number: int, cue: Cue, track: Track) -> list[Edit]:
    if number + 1 >= len(track.cues):
        raise Refused("This is the last cue; there is none to merge it with.", code="unknown_cue")
    return [*_typed(form, number, cue), Merge(number)]


def _insert(form: Form, number: int, cue: Cue, track: Track) -> list[Edit]:
    """Put a cue behind this one, as long as there is room for it, at least a frame."""
    later = [other.start for other in track.cues[number + 1 :] if other.start > cue.end]
    end = min([cue.end + _NEW_SECONDS, *later[:1]])
    if end - cue.end < 1 / track.rate:
        raise Refused("There is no room behind this cue.", code="bad_times")
    return [Insert(cue.end, end, ""), *_typed(form, number, cue)]


def _delete(form: Form, number: int, cue: Cue, track: Track) -> list[Edit]:
    del form, cue, track
    return [Delete(number)]


_ACTS: dict[str, Callable[[Form, int, Cue, Track], list[Edit]]] = {
    "save": _save,
    "split": _split,
    "merge": _merge,
    "insert": _insert,
    "delete": _delete,
}
