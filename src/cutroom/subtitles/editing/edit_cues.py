"""What editing does to a track, one function for each kind of edit."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from cutroom.base.errors import NotFound, Refused
from cutroom.subtitles import markup
from cutroom.subtitles.cue import Cue, Place, Track
from cutroom.subtitles.editing.edit_split import DASH
from cutroom.subtitles.editing.edit_words import SPACELESS, realign
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.line_break import wrap
from cutroom.subtitles.reading import visible
from cutroom.subtitles.rules import Rules

LONGEST_TEXT = 10_000
"""Characters of a cue; a page of a book has 3,000."""
LATEST = 10_000_000
"""Seconds; see `codec`."""
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def cue_at(track: Track, number: int) -> Cue:
    """Return a cue by its place.

    Raises:
        NotFound: With code `unknown_cue`.
    """
    if not 0 <= number < len(track.cues):
        raise NotFound(
            f"There is no cue {number + 1}; the subtitles have {len(track.cues)}.", code="unknown_cue"
        )
    return track.cues[number]


def replace_cues(track: Track, first: int, count: int, cues: tuple[Cue, ...]) -> Track:
    """Return a track with some consecutive cues replaced by others, in the order of their starts."""
    changed = [*track.cues[:first], *cues, *track.cues[first + count :]]
    around = changed[max(0, first - 1) : first + len(cues) + 1]
    if any(later.start < cue.start for cue, later in pairwise(around)):
        changed.sort(key=lambda cue: cue.start)
    return replace(track, cues=tuple(changed))


def tidy(text: str) -> str:
    r"""Return a text as cues have it: lines end with "\n"; none is empty, or begins or ends with a space."""
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    shown = visible(text)
    lines = [line.strip() for line in shown.split("\n")]
    tidied = "\n".join(line for line in lines if line)
    return text if tidied == shown else markup.restyle(tidied, text)


def set_text(track: Track, number: int, text: str) -> Track:
    """Give a cue another text; words that stay keep their times.

    Raises:
        Refused: With code `text_too_long`.
    """
    cue = cue_at(track, number)
    return replace_cues(track, number, 1, (_with_text(cue, text),))


def set_times(track: Track, number: int, start: Fraction, end: Fraction) -> Track:
    """Show a cue at other times, which are moved to the nearest frames. Its words stay where they were said.

    Raises:
        Refused: With code `bad_times`.
    """
    cue = cue_at(track, number)
    first, last = _times(track, start, end)
    return replace_cues(track, number, 1, (replace(cue, start=first, end=last),))


def set_speaker(track: Track, number: int, speaker: str | None) -> Track:
    """Say who speaks in a cue, and who said its words."""
    cue = cue_at(track, number)
    speaker = (speaker or "").strip() or None
    words = tuple(replace(word, speaker=speaker) for word in cue.words)
    return replace_cues(track, number, 1, (replace(cue, speaker=speaker, words=words),))


def set_place(track: Track, number: int, place: Place) -> Track:
    """Say where on the picture a cue stands."""
    return replace_cues(track, number, 1, (replace(cue_at(track, number), place=place),))


def merge(track: Track, number: int, rules: Rules) -> Track:
    """Make one cue of a cue and the next; what two speakers say becomes one line each.

    Raises:
        NotFound: With code `unknown_cue`, when there is no next cue.
    """
    cue, after = cue_at(track, number), cue_at(track, number + 1)
    return replace_cues(track, number, 2, (merge_cues(cue, after, rules, track.language),))


def merge_cues(cue: Cue, after: Cue, rules: Rules, language: str) -> Cue:
    """Return one cue with the text and the time of two."""
    two = None not in (cue.speaker, after.speaker) and cue.speaker != after.speaker
    if any(DASH.match(visible(text)) for text in (cue.text, after.text)):
        text = tidy(f"{cue.text}\n{after.text}")
    elif two:
        text = "\n".join(f"- {' '.join(markup.balance(part).split())}" for part in (cue.text, after.text))
    else:
        text = wrap(joined(cue, after), rules, language)
    return replace(
        cue,
        start=min(cue.start, after.start),
        end=max(cue.end, after.end),
        text=text,
        words=cue.words + after.words,
        speaker=None if two else cue.speaker or after.speaker,
    )


def joined(cue: Cue, after: Cue) -> str:
    """Return the texts of two cues as one, with a space between where their script has spaces."""
    head, tail = visible(cue.text).rstrip(), visible(after.text).lstrip()
    is_glued = after.words[0].glued if after.words else _is_spaceless(head[-2:]) and _is_spaceless(tail[:2])
    return f"{cue.text}{'' if is_glued else ' '}{after.text}"


def insert(track: Track, cue: Cue) -> Track:
    """Put a cue where its start belongs.

    Raises:
        Refused: With code `bad_times` or `text_too_long`.
    """
    start, end = _times(track, cue.start, cue.end)
    at = next((n for n, other in enumerate(track.cues) if other.start > start), len(track.cues))
    fresh = _with_text(replace(cue, start=start, end=end), cue.text)
    return replace_cues(track, at, 0, (fresh,))


def shift(track: Track, number: int, seconds: Fraction) -> Track:
    """Move a cue and all after it, words included, by whole frames.

    Raises:
        Refused: With code `bad_times`, when one would begin before 0.
    """
    cue_at(track, number)
    delta = FrameGrid(track.rate).nearest(seconds) / track.rate
    moved = tuple(_moved(cue, delta) for cue in track.cues[number:])
    earliest = min(cue.start for cue in track.cues[number:])
    if delta < 0 and earliest + delta < 0:
        raise Refused(
            f"Moved by {float(delta):.3f} s, a cue would begin before the recording; "
            f"at most {float(earliest):.3f} s are free.",
            code="bad_times",
        )
    cues = sorted(track.cues[:number] + moved, key=lambda cue: cue.start)
    return replace(track, cues=tuple(cues))


def replace_text(track: Track, pattern: re.Pattern[str], substitute: str, rules: Rules) -> Track:
    """Replace what a pattern finds in what cues show; a cue of which nothing is left goes.

    Args:
        track: Where.
        pattern: Matched against visible text; it may span a line break.
        substitute: With markup or without; it looks like the first character that it replaces.
        rules: For the lines of a cue that lost a line break.
    """
    cues: list[Cue] = []
    for cue in track.cues:
        text = _replaced(cue.text, pattern, substitute)
        if text is None:
            cues.append(cue)
        elif visible(text).strip():
            if text.count("\n") != cue.text.count("\n"):
                text = wrap(text, rules, track.language)
            cues.append(_with_text(cue, text))
    return replace(track, cues=tuple(cues))


def _replaced(text: str, pattern: re.Pattern[str], substitute: str) -> str | None:
    """Return a text with every match replaced; None when there is none."""
    runs: list[markup.Run] = []
    at = 0
    for match in pattern.finditer(visible(text)):
        if match.start() == match.end():
            continue
        runs.extend(markup.parse(markup.cut(text, at, match.start())))
        styles = markup.parse(markup.cut(text, match.start(), match.start() + 1))[0].styles
        runs.extend(markup.Run(run.text, run.styles | styles) for run in markup.parse(substitute))
        at = match.end()
    if at == 0:
        return None
    runs.extend(markup.parse(markup.cut(text, at)))
    return markup.write(runs)


def _with_text(cue: Cue, text: str) -> Cue:
    if len(text) > LONGEST_TEXT:
        raise Refused(
            f"The text has {len(text):,} characters; a cue holds at most {LONGEST_TEXT:,}.",
            code="text_too_long",
        )
    text = tidy(text)
    if text == cue.text:
        return cue
    return replace(cue, text=text, words=realign(cue.words, text, cue.start, cue.end))


def _times(track: Track, start: Fraction, end: Fraction) -> tuple[Fraction, Fraction]:
    grid = FrameGrid(track.rate)
    first, last = grid.nearest(start), grid.nearest(end)
    if not 0 <= first < last <= LATEST * track.rate:
        raise Refused(
            f"A cue cannot be shown from {float(start):.3f} to {float(end):.3f} s; "
            "it must begin at 0 or later and end at least one frame after that.",
            code="bad_times",
        )
    return grid.seconds(first), grid.seconds(last)


def _moved(cue: Cue, delta: Fraction) -> Cue:
    words = tuple(replace(word, start=word.start + delta, end=word.end + delta) for word in cue.words)
    return replace(cue, start=cue.start + delta, end=cue.end + delta, words=words)


def _is_spaceless(text: str) -> bool:
    """Whether a letter of a script without spaces is in a text."""
    return SPACELESS.search(text) is not None
