"""Plain text to read: paragraphs by pauses and speakers, without times."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from cutroom.subtitles import markup
from cutroom.subtitles.cue import Cue, Track
from cutroom.subtitles.format import Format
from cutroom.subtitles.syntax.text_lines import printable

_PAUSE = Fraction(2)
"""Seconds of silence that always begin a paragraph."""
_PAUSE_AFTER_SENTENCE = Fraction(4, 5)
_SENTENCE_ENDS = (".", "!", "?", "\u2026", "\u3002", "\uff01", "\uff1f", "\u061f", "\u06d4", "\u0964")
_CLOSING = "\"'\u201d\u2019\u00bb)]\u300d\u300f"


class PlainText(Format):
    """Text without times; it cannot be read back."""

    name: ClassVar[str] = "txt"
    title: ClassVar[str] = "Plain text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    mime_type: ClassVar[str] = "text/plain"
    can_read: ClassVar[bool] = False

    def write(self, track: Track, *, title: str = "") -> str:
        """Return paragraphs, with the speakers' names where there are several."""
        several = len({cue.speaker for cue in track.cues if cue.speaker}) > 1
        heading = " ".join(printable(title).split())
        paragraphs = [heading] if heading else []
        paragraphs.extend(_paragraphs(track.cues, with_speakers=several))
        return "".join(f"{paragraph}\n\n" for paragraph in paragraphs)[:-1]


def _paragraphs(cues: tuple[Cue, ...], *, with_speakers: bool) -> Iterator[str]:
    paragraph = ""
    before: Cue | None = None
    for cue in cues:
        for number, line in enumerate(_spoken(cue)):
            turn = number > 0 or before is None or cue.speaker != before.speaker
            if paragraph and (turn or (before and _is_pause(before, cue, paragraph))):
                yield paragraph
                paragraph = ""
            name = " ".join(printable(cue.speaker or "").split())
            if not paragraph and turn and number == 0 and with_speakers and name:
                paragraph = f"{name}: {line}"
            else:
                paragraph = _joined(paragraph, line)
        before = cue
    if paragraph:
        yield paragraph


def _spoken(cue: Cue) -> list[str]:
    """Return a cue's text: as one line, or as one for each of two speakers."""
    lines = [" ".join(line.split()) for line in printable(markup.strip(cue.text)).split("\n")]
    lines = [line for line in lines if line]
    if len(lines) > 1 and all(line[0] in "-\u2010\u2013\u2014" for line in lines):
        return lines
    text = ""
    for line in lines:
        text = _joined(text, line)
    return [text] if text else []


def _joined(left: str, right: str) -> str:
    """Join two lines: with a space, but not between characters of scripts that have none."""
    if not left or not right:
        return left or right
    is_tight = all(unicodedata.east_asian_width(letter) in "WF" for letter in (left[-1], right[0]))
    is_korean = any("HANGUL" in unicodedata.name(letter, "") for letter in (left[-1], right[0]))
    return left + right if is_tight and not is_korean else f"{left} {right}"


def _is_pause(before: Cue, after: Cue, text: str) -> bool:
    spoken_until = before.words[-1].end if before.words else before.end
    pause = after.start - min(spoken_until, before.end)
    ends = text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)
    return pause >= (_PAUSE_AFTER_SENTENCE if ends else _PAUSE)


format = PlainText()  # noqa: A001 - the registry's attribute
