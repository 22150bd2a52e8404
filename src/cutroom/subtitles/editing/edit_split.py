"""Cut a cue in two: its text, its words and its time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.base.errors import Refused
from cutroom.subtitles import markup
from cutroom.subtitles.cue import Cue
from cutroom.subtitles.editing.edit_words import DIRECTION, SPEAKERS_DASH, realign
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.line_break import wrap
from cutroom.subtitles.reading import visible
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.word import Word

DASH = re.compile(r"[-\u2010-\u2015]\s*")
"""Before a line: another speaker's."""


@dataclass(frozen=True, slots=True)
class Halves:
    """Where a cue is cut.

    Attributes:
        at: The first visible character of the second half, from 0.
        frame: The second half's first frame; None: where its words or its share of the text begin.
    """

    at: int
    frame: int | None = None


def split_cue(cue: Cue, halves: Halves, rules: Rules, language: str, rate: Fraction) -> tuple[Cue, Cue]:
    """Cut a cue in two.

    Words go with their text. The first half ends soon after its last word, `gap_frames` before the
    second at the latest. Lines of a half are broken anew where there were several.

    Raises:
        Refused: With code `cannot_split`, when a half would have no text or no time.
    """
    head, tail = _texts(cue.text, halves.at)
    if not visible(head).strip() or not visible(tail).strip():
        raise Refused("Both halves of a cue need text; put the caret between two words.", code="cannot_split")
    before, after = _split_words(realign(cue.words, cue.text, cue.start, cue.end), head)
    frames = _frames(cue, (before, after), (head, tail), (rules, rate, halves.frame))
    start, end, second, last = (frame / rate for frame in frames)
    if _is_one_line_dialogue(head) and _is_one_line_dialogue(tail):
        head, tail = _without_dash(head), _without_dash(tail)
    return (
        replace(
            cue,
            start=start,
            end=end,
            text=_wrapped(head, rules, language),
            words=before,
            speaker=_speaker(cue, before),
        ),
        replace(
            cue,
            start=second,
            end=last,
            text=_wrapped(tail, rules, language),
            words=after,
            speaker=_speaker(cue, after),
        ),
    )


def caret_to_visible(text: str, caret: int) -> int:
    """Return the visible character a caret stands before.

    Args:
        text: With markup.
        caret: Characters (code points) of `text` before the caret; inside a tag or between a letter and
            its accent it moves on to the end of it.
    """
    caret = min(max(caret, 0), len(text))
    for match in markup.TAG.finditer(text):
        if match.start() < caret < match.end():
            caret = match.end()
    at = len(visible(text[:caret]))
    shown = visible(text)
    while 0 < at < len(shown) and (
        unicodedata.category(shown[at])[0] == "M" or "\u200d" in shown[at - 1 : at + 1]
    ):
        at += 1
    return at


def nearest_break(cue: Cue, seconds: Fraction) -> int:
    """Return the visible character after the space where a cue is cut when it shall be cut at a time.

    The time of a space lies half way between its two words; without words, text passes evenly.
    """
    shown = visible(cue.text)
    breaks = [match.end() for match in re.finditer(r"\s+", shown.rstrip()) if match.start()]
    words = realign(cue.words, cue.text, cue.start, cue.end)
    if not breaks or any(word.glued for word in words):
        breaks = list(range(1, len(shown)))
    if not breaks:
        return 0

    def when(at: int) -> Fraction:
        if words:
            before, after = _split_words(words, shown[:at])
            if before and after:
                return (before[-1].end + after[0].start) / 2
        return cue.start + (cue.end - cue.start) * Fraction(at, len(shown))

    return min(breaks, key=lambda at: abs(when(at) - seconds))


def _texts(text: str, at: int) -> tuple[str, str]:
    """Cut a text, without the white space at the cut."""
    shown = visible(text)
    tail = len(shown) - len(shown[at:].lstrip())
    return markup.cut(text, 0, len(shown[:at].rstrip())), markup.cut(text, tail)


def _split_words(words: Sequence[Word], head: str) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Part words where a text ends; a word in the middle of which it ends is parted too."""
    left = len(letters(head))
    for n, word in enumerate(words):
        size = len("".join(word.text.split()))
        if left < size:
            if left == 0:
                return tuple(words[:n]), tuple(words[n:])
            time = word.start + (word.end - word.start) * Fraction(left, size)
            halves = (
                replace(word, end=time, text=word.text[:left]),
                replace(word, start=time, text=word.text[left:]),
            )
            return (*words[:n], halves[0]), (halves[1], *words[n + 1 :])
        left -= size
    return tuple(words), ()


def letters(text: str) -> str:
    """Return what the words of a text are made of."""
    return "".join(SPEAKERS_DASH.sub("", DIRECTION.sub("", visible(text))).split())


def _frames(
    cue: Cue,
    words: tuple[Sequence[Word], Sequence[Word]],
    texts: tuple[str, str],
    limits: tuple[Rules, Fraction, int | None],
) -> tuple[int, int, int, int]:
    """Return when both halves begin and end, in frames.

    Raises:
        Refused: With code `cannot_split`.
    """
    rules, rate, wanted = limits
    grid = FrameGrid(rate)
    start, last = grid.nearest(cue.start), grid.nearest(cue.end)
    if last - start < 2:  # noqa: PLR2004 - one frame each
        raise Refused("The cue is too short to be cut in two; give it more time first.", code="cannot_split")
    before, after = words
    known = bool(before and after) and start < grid.floor(after[0].start) < last
    if wanted is not None:
        second = wanted
    elif known:
        second = grid.floor(after[0].start)
    else:
        share = Fraction(len(letters(texts[0])), len(letters(texts[0])) + len(letters(texts[1])))
        second = start + round((last - start) * share)
    second = min(max(second, start + 1), last - 1)
    end = max(second - rules.gap_frames, start + 1)
    if known:
        spoken = grid.ceil(before[-1].end + rules.linger_seconds)
        closes = spoken < end and second - spoken < rules.close_gap_seconds * rate
        end = end if closes else max(min(end, spoken), start + 1)
    return start, end, second, last


def _speaker(cue: Cue, words: Sequence[Word]) -> str | None:
    """Return who says these words of a cue."""
    speakers = {word.speaker for word in words}
    return speakers.pop() or cue.speaker if len(speakers) == 1 else cue.speaker


def _is_one_line_dialogue(text: str) -> bool:
    shown = visible(text)
    return "\n" not in shown and DASH.match(shown) is not None


def _without_dash(text: str) -> str:
    match = DASH.match(visible(text))
    return markup.cut(text, match.end()) if match else text


def _wrapped(text: str, rules: Rules, language: str) -> str:
    """Break the lines of half a text anew, where that is not two speakers'."""
    if "\n" not in text or DASH.match(visible(text)):
        return text
    return wrap(text, rules, language)
