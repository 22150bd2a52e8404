"""From cues to pages: the words that are on the picture together, and when each is spoken."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import groupby, pairwise
from pathlib import Path

from cutroom.render.captions.captions_clip import CaptionsClip, CueUse
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.text.units import word_spans
from cutroom.subtitles import Cue, Place, Word, join_words, markup
from cutroom.subtitles.importing import read_subtitles

_STOPS = re.compile(r"[.,!?;:…、。，！？；：।؟،]$")  # noqa: RUF001 - the signs themselves


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word on a page.

    Attributes:
        start: Offset of its first character in the page's text.
        end: Offset behind its last one.
        begins: Seconds since the clip's beginning.
        ends: Seconds.
        styles: What the cue's markup says of it.
    """

    start: int
    end: int
    begins: Fraction
    ends: Fraction
    styles: markup.Styles = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """What is on the picture at one time.

    Attributes:
        begins: Seconds since the clip's beginning.
        ends: The first moment it is gone.
        text: What is shown; line breaks are the cue's own.
        words: In the order they are read.
        place: Where on the picture.
    """

    begins: Fraction
    ends: Fraction
    text: str
    words: tuple[Spoken, ...]
    place: Place = "bottom"


def cues_of(clip: CaptionsClip, media: Mapping[str, MediaItem]) -> tuple[Cue, ...]:
    """Return a clip's cues, in order, in seconds since its beginning.

    Raises:
        Refused: When the file has no subtitles that can be read.
    """
    if clip.src is not None:
        item = media[clip.src]
        cues = _read(item.path, item.sha256, clip.language or None)
    else:
        cues = tuple(_cue(cue) for cue in clip.cues or ())
    moved = (_shifted(cue, clip.offset) for cue in cues)
    kept = sorted((cue for cue in moved if cue.end > 0), key=lambda cue: (cue.start, cue.place))
    together = groupby(kept, key=lambda cue: (cue.start, cue.place))
    return tuple(reduce(_joined, cues) for _, cues in together)


def _joined(one: Cue, other: Cue) -> Cue:
    """Return two cues that begin at one place and time as one, whose lines stand below each other."""
    words = (*one.words, *other.words) if one.words and other.words else ()
    return replace(one, end=max(one.end, other.end), text=f"{one.text}\n{other.text}", words=words)


@lru_cache(maxsize=8)
def _read(path: Path, sha256: str, language: str | None) -> tuple[Cue, ...]:
    del sha256  # names the contents: a file that was replaced is read again
    return read_subtitles(path.read_bytes(), path.name, language=language).track.cues


def _cue(cue: CueUse) -> Cue:
    words = tuple(
        Word(word.start_time, max(word.start_time, word.end_time), word.text.strip() or word.text, word.glued)
        for word in cue.words
    )
    return Cue(cue.start_time, cue.end_time, cue.text, words, cue.speaker, cue.place)


def _shifted(cue: Cue, offset: Fraction) -> Cue:
    if not offset:
        return cue
    words = tuple(replace(word, start=word.start + offset, end=word.end + offset) for word in cue.words)
    return replace(cue, start=cue.start + offset, end=cue.end + offset, words=words)


Lines = Callable[[str, tuple[Spoken, ...]], int]
"""Returns how many lines a text takes, whose words are these."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word before it has a page; its text may begin with a line break."""

    begins: Fraction
    ends: Fraction
    text: str
    glued: bool
    styles: markup.Styles


@dataclass(frozen=True, slots=True)
class Paging:
    """How cues become pages.

    Attributes:
        max_words: On one page; None: any number.
        max_lines: On one page.
        keeps_lines: Whether the cue's own line breaks stand.
        language: A BCP 47 tag, or "".
    """

    max_words: int | None
    max_lines: int
    keeps_lines: bool
    language: str


def ends_of(cues: Sequence[Cue]) -> list[Fraction]:
    """Return when each cue is gone: at its end, or where the next one at its place begins.

    Args:
        cues: In order of their starts.
    """
    following: dict[Place, Fraction] = {}
    ends: list[Fraction] = []
    for cue in reversed(cues):
        ends.append(min(cue.end, following.get(cue.place, cue.end)))
        following[cue.place] = cue.start
    return ends[::-1]


def pages_of(cue: Cue, ends: Fraction, paging: Paging, lines: Lines) -> tuple[Page, ...]:
    """Return the pages of a cue.

    Args:
        cue: What is said.
        ends: When it is gone; no page goes on longer.
        paging: How.
        lines: Measures.
    """
    groups = _groups(_timed(cue, paging), paging, lines)
    if not groups:
        return ()
    starts = [cue.start, *(max(cue.start, group[0].begins) for group in groups[1:]), cue.end]
    return tuple(
        Page(begins, min(until, ends), *_compose(group), cue.place)
        for group, (begins, until) in zip(groups, pairwise(starts), strict=True)
        if begins < min(until, ends)
    )


def _timed(cue: Cue, paging: Paging) -> list[_Heard]:
    """Return the words of a cue's text with their times, in order."""
    text = markup.strip(cue.text).strip()
    if not paging.keeps_lines:
        text = " ".join(text.split())
    spans = list(word_spans(text, paging.language))
    if not spans:
        return []
    spoken = _spoken(cue, text, spans)
    styles = [run.styles for run in markup.parse(cue.text) for _ in _bare(run.text)]
    words: list[_Heard] = []
    letters = 0
    latest = cue.start
    for number, (start, end) in enumerate(spans):
        before = text[spans[number - 1][1] : start] if number else ""
        lead = "\n" * min(1, before.count("\n"))
        latest = max(latest, spoken[number][0])
        ends = max(latest, spoken[number][1])
        words.append(_Heard(latest, ends, lead + text[start:end], not before or bool(lead), styles[letters]))
        letters += len(_bare(text[start:end]))
    return words


def _spoken(cue: Cue, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[Fraction, Fraction]]:
    """Return when each stretch of a text is spoken: as its words say, else by its share of characters."""
    if len(cue.words) == len(spans):
        return [_within(word.start, word.end, cue) for word in cue.words]
    if cue.words and _bare(join_words(cue.words)) == _bare(text):
        return _by_characters(cue, text, spans)
    weights = [end - start for start, end in spans]
    whole, passed = sum(weights), 0
    times: list[tuple[Fraction, Fraction]] = []
    for weight in weights:
        begins = cue.start + (cue.end - cue.start) * Fraction(passed, whole)
        passed += weight
        times.append((begins, cue.start + (cue.end - cue.start) * Fraction(passed, whole)))
    return times


def _bare(text: str) -> str:
    return "".join(text.split())


def _by_characters(cue: Cue, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[Fraction, Fraction]]:
    """Return times of stretches that are cut otherwise than the words, which show the same."""
    starts: list[Fraction] = []
    ends: list[Fraction] = []
    for word in cue.words:
        letters = len(_bare(word.text))
        for number in range(letters):
            starts.append(word.start + (word.end - word.start) * Fraction(number, letters))
            ends.append(word.start + (word.end - word.start) * Fraction(number + 1, letters))
    times: list[tuple[Fraction, Fraction]] = []
    at = 0
    for start, end in spans:
        count = len(_bare(text[start:end]))
        times.append(_within(starts[at], ends[at + count - 1], cue))
        at += count
    return times


def _within(begins: Fraction, ends: Fraction, cue: Cue) -> tuple[Fraction, Fraction]:
    begins = min(max(begins, cue.start), cue.end)
    return begins, min(max(ends, begins), cue.end)


def _groups(words: Sequence[_Heard], paging: Paging, lines: Lines) -> list[Sequence[_Heard]]:
    """Divide words into as few pages as their limits allow, of like length."""
    if not words:
        return []
    fewest = math.ceil(len(words) / paging.max_words) if paging.max_words else 1
    for count in range(fewest, len(words) + 1):
        groups = _divided(words, count, paging.max_words)
        if all(lines(*_compose(group)) <= paging.max_lines for group in groups):
            return groups
    return [[word] for word in words]


def _divided(words: Sequence[_Heard], count: int, most: int | None) -> list[Sequence[_Heard]]:
    """Divide words into groups, rather behind punctuation where that is near."""
    edges = [0]
    for number in range(1, count):
        exact = round(len(words) * number / count)
        near = [at for at in (exact, exact + 1, exact - 1) if edges[-1] < at <= len(words) - (count - number)]
        if most is not None:
            left = count - number
            near = [at for at in near if at - edges[-1] <= most and len(words) - at <= left * most]
        stops = [at for at in near if _STOPS.search(words[at - 1].text)]
        edges.append((stops or near or [max(exact, edges[-1] + 1)])[0])
    edges.append(len(words))
    return [words[start:end] for start, end in pairwise(edges)]


def _compose(words: Sequence[_Heard]) -> tuple[str, tuple[Spoken, ...]]:
    """Return the text of a page, and where its words are in it."""
    spoken: list[Spoken] = []
    text = ""
    for word in words:
        if text and not word.glued:
            text += " "
        shown = word.text if text else word.text.lstrip("\n")
        text += shown
        length = len(shown.lstrip("\n"))
        spoken.append(Spoken(len(text) - length, len(text), word.begins, word.ends, word.styles))
    return text, tuple(spoken)
