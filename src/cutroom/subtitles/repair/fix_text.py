"""New cuts for text: lines broken anew, cues joined, words of several cues parted into other cues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from cutroom.subtitles import markup
from cutroom.subtitles.check_limits import Limits, Shown
from cutroom.subtitles.cue import Cue
from cutroom.subtitles.editing.edit_cues import merge_cues
from cutroom.subtitles.editing.edit_words import DIRECTION, SPACELESS, SPEAKERS_DASH, realign, timed
from cutroom.subtitles.line_break import wrap
from cutroom.subtitles.reading import visible
from cutroom.subtitles.repair.fix_times import Room
from cutroom.subtitles.script import mark_lines
from cutroom.subtitles.segment import segment
from cutroom.subtitles.word import Word

_APART = Fraction(1)
"""Seconds; cues further apart than this are not joined."""
_LEAD = Fraction(1)
"""Seconds that words of unknown times may be spread beyond their cue."""
_MOST_WORDS = 30_000
"""Some seconds' work. A file of 600 cues, each broken several times, takes about 6,600."""
_MOST_WORDS_PER_CUE = 30
_MOST_WORDS_IN_ALL = 150_000
"""Half a minute; a track of 6 hours in which every cue is broken takes about 66,000."""
_WORD = 12
"""Half characters that are counted as a word where there are no spaces."""
_HOPELESS = 4
"""A text of so many full cues is not mended by other lines; it must be cut."""


def rewrapped(shown: Shown, limits: Limits) -> Iterator[list[Cue]]:
    """Yield a cue with the best line breaks of its text."""
    if not shown.lines or not _may_fit([shown], limits, _HOPELESS):
        return
    text = wrap(shown.cue.text, limits.rules, limits.language)
    if text != shown.cue.text:
        yield [replace(shown.cue, text=text)]


def joined(first: Shown, second: Shown, limits: Limits) -> Iterator[list[Cue]]:
    """Yield two cues as one, where one person may have said both."""
    if not first.lines or not second.lines or not _is_one_voice([first, second]):
        return
    if not _may_fit([first, second], limits, 1):
        return
    if second.cue.start - first.cue.end <= _APART:
        yield [_on_grid(merge_cues(first.cue, second.cue, limits.rules, limits.language), limits)]


def cut_anew(cues: Sequence[Shown], room: Room, limits: Limits) -> Iterator[list[Cue]]:
    """Yield the words of consecutive cues as the best other cues.

    Words of unknown times are taken to pass evenly: once in their cues' own time, once in the free time
    around them too.

    Args:
        cues: Consecutive cues.
        room: Where they must stay.
        limits: The rules.
    """
    if not _is_one_voice(cues) or not all(shown.lines and shown.frames > 0 for shown in cues):
        return
    is_known = all(shown.cue.words for shown in cues)
    seen: list[list[Word]] = []
    for lead in (Fraction(0),) if is_known else (Fraction(0), _LEAD):
        words = _words(cues, room, limits, lead)
        if words in seen:
            continue
        seen.append(words)
        yield from _segmented(cues, words, (room, limits), is_known)


class Cuts:
    """Other cuts of cues, looked for once and within bounds, because they cost most.

    A file that no cut mends would otherwise be cut in every possible way: words that do not end, shown one
    by one. What is left then has its violations still.
    """

    def __init__(self, limits: Limits, cues: int) -> None:
        """Look for cuts in a track of so many cues."""
        self._limits = limits
        self._found: dict[object, list[list[Cue]]] = {}
        self._words_left = min(_MOST_WORDS + cues * _MOST_WORDS_PER_CUE, _MOST_WORDS_IN_ALL)

    def of(self, cues: Sequence[Shown], room: Room) -> list[list[Cue]]:
        """Return other cuts of consecutive cues; see `cut_anew`."""
        key = (*cues, room)
        if key not in self._found:
            if self._words_left <= 0:
                return []
            self._words_left -= sum(max(shown.words, sum(shown.halves) // _WORD) for shown in cues)
            self._found[key] = list(cut_anew(cues, room, self._limits))
        return self._found[key]


def keeps_words(old: Sequence[Cue], new: Sequence[Cue]) -> bool:
    """Whether no visible word is lost, changed or moved between two ways to show a text."""
    before, after = (" ".join(_plain(cue.text) for cue in cues).split() for cues in (old, new))
    if before == after:
        return True
    # Where a script has no spaces, a line break may fall between any two characters.
    text = "".join(before)
    return text == "".join(after) and SPACELESS.search(text) is not None


def _may_fit(cues: Sequence[Shown], limits: Limits, times: int) -> bool:
    """Whether the text of cues has at most so many times the characters of a full cue."""
    characters = Fraction(sum(sum(shown.halves) for shown in cues), 2)
    return characters <= times * limits.rules.lines * limits.line


def _plain(text: str) -> str:
    return DIRECTION.sub("", visible(text))


def _is_one_voice(cues: Sequence[Shown]) -> bool:
    """Whether cues may share words: one speaker, one place, and no dialogue by dashes."""
    if len({(shown.cue.speaker, shown.cue.place) for shown in cues}) > 1:
        return False
    return not any(SPEAKERS_DASH.match(line) for shown in cues for line in shown.lines)


def _words(cues: Sequence[Shown], room: Room, limits: Limits, lead: Fraction) -> list[Word]:
    """Return the words of cues; those of unknown times fill theirs."""
    seconds = limits.grid.seconds
    words: list[Word] = []
    for n, shown in enumerate(cues):
        cue, start, end = shown.cue, seconds(shown.start), seconds(shown.end)
        if n == 0:
            start = min(start, max(start - lead, seconds(max(room[0], 0))))
        if n == len(cues) - 1:
            wish = end + lead
            end = max(end, wish if room[1] is None else min(wish, seconds(room[1])))
        words.extend(
            realign(cue.words, cue.text, cue.start, cue.end)
            if cue.words
            else timed(cue.text, start, end, cue.speaker)
        )
    return words


def _segmented(
    cues: Sequence[Shown], words: Sequence[Word], where: tuple[Room, Limits], is_known: bool
) -> Iterator[list[Cue]]:
    room, limits = where
    found = segment(
        words,
        limits.rules,
        language=limits.language,
        rate=limits.grid.rate,
        shots=[limits.grid.seconds(shot) for shot in limits.shots],
        seconds=limits.seconds,
    )
    texts = _texts([cue.text for cue in found], " ".join(shown.cue.text for shown in cues), limits.language)
    fitted = [
        replace(
            cue,
            text=text,
            words=cue.words if is_known else (),
            speaker=cues[0].cue.speaker,
            place=cues[0].cue.place,
        )
        for cue, text in zip(found, texts, strict=True)
    ]
    seconds = limits.grid.seconds
    fitted[0] = replace(fitted[0], start=max(fitted[0].start, seconds(room[0])))
    if room[1] is not None:
        fitted[-1] = replace(fitted[-1], end=min(fitted[-1].end, seconds(room[1])))
    if all(cue.start < cue.end for cue in fitted):
        yield fitted


def _texts(texts: Sequence[str], source: str, language: str) -> list[str]:
    """Return the texts of new cues with the markup of the old ones."""
    if "<" not in source:
        return list(texts)
    plain = [_plain(text) for text in texts]
    styled = markup.restyle("\n".join(plain), DIRECTION.sub("", source))
    at = 0
    result: list[str] = []
    for text in plain:
        result.append(mark_lines(markup.cut(styled, at, at + len(text)), language))
        at += len(text) + 1
    return result


def _on_grid(cue: Cue, limits: Limits) -> Cue:
    grid = limits.grid
    return replace(cue, start=grid.seconds(grid.nearest(cue.start)), end=grid.seconds(grid.nearest(cue.end)))
