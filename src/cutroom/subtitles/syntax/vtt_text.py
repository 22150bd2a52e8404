"""The text of WebVTT cues: tags, entities, voices and the times of words; in and out."""

from __future__ import annotations

import html
import re
from fractions import Fraction
from itertools import accumulate, pairwise

from cutroom.subtitles.markup import Run, Style
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.styled_text import StyledText
from cutroom.subtitles.syntax.text_lines import BLANK
from cutroom.subtitles.syntax.timecode import read_clock
from cutroom.subtitles.word import Word

_STYLES: dict[str, Style] = {"i": "i", "b": "b", "u": "u"}
_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,9})?(?P<classes>(?:\.[^\s<>.]{0,100}){0,20})"
    r"(?:\s(?P<rest>[^<>]{0,500}))?>|<(?P<time>[\d:.,]{5,20})>"
)
_LOOKS = {"lang", "font", "span"}
_KNOWN = {"v", "c", "ruby", *_LOOKS}


class VttText:
    """What one cue's text says.

    Attributes:
        speaker: The first voice; None where there is none.
        words: The words, where the text times them.
    """

    def __init__(self, text: str, line: int, intake: Intake, *, start: Fraction, end: Fraction) -> None:
        r"""Read it.

        Args:
            text: Its lines.
            line: Where it begins in the file, for faults.
            intake: Gets the faults.
            start: When the cue begins, in seconds.
            end: When it ends.
        """
        self.speaker: str | None = None
        self._line = line
        self._intake = intake
        self._styled = StyledText()
        self._lost: dict[str, None] = {}
        self._times: list[tuple[Fraction, list[str]]] = [(start, [])]
        at = 0
        for match in _TOKEN.finditer(text):
            self._add(text[at : match.start()])
            self._take(match)
            at = match.end()
        self._add(text[at:])
        if self._lost:
            intake.warn(
                line, f"Formatting that cannot be kept was left out: {', '.join(list(self._lost)[:5])}."
            )
        self.words = _words(self._times, end) if len(self._times) > 1 else ()

    def runs(self) -> list[Run]:
        """Return the text."""
        return self._styled.runs()

    def _add(self, escaped: str) -> None:
        text = html.unescape(escaped) if "&" in escaped else escaped
        self._styled.add(text)
        self._times[-1][1].append(text)

    def _take(self, match: re.Match[str]) -> None:
        name = (match["name"] or "").lower()
        if match["time"]:
            self._time(match)
        elif name in _STYLES:
            self._style(_STYLES[name], is_end=bool(match["end"]))
        elif name in {"br", "rt"}:
            # The reading of ruby stands behind its base, as in print without ruby.
            self._add("\n" if name == "br" else ")" if match["end"] else "(")
        elif name == "v" and not match["end"]:
            self._voice(html.unescape(match["rest"] or "").strip())
        elif name and name not in _KNOWN:
            # WebVTT has no such tag: a program forgot to escape.
            self._intake.warn(self._line, f"{shown(match.group())} is no tag of WebVTT; it was kept as text.")
            self._add(match.group())
        if match["classes"] or (name in _LOOKS and not match["end"]):
            self._lost[shown(match.group(), 30)] = None

    def _style(self, style: Style, *, is_end: bool) -> None:
        if not is_end:
            self._styled.open(style)
        elif not self._styled.close(style):
            self._intake.warn(self._line, f"</{style}> ends nothing; it was left out.")

    def _voice(self, name: str) -> None:
        if self.speaker not in {None, name}:
            self._intake.error(self._line, f"A second voice {shown(name)} in one cue cannot be kept.")
        self.speaker = self.speaker or name or None

    def _time(self, match: re.Match[str]) -> None:
        clock = read_clock(match["time"], rate=self._intake.rate)
        if clock is None or clock.seconds < self._times[-1][0]:
            self._intake.warn(self._line, f"{match.group()} is no time of a word here; it was left out.")
        else:
            self._times.append((clock.seconds, []))


def _words(times: list[tuple[Fraction, list[str]]], end: Fraction) -> tuple[Word, ...]:
    """Return words from stretches of text with their beginnings; words of one stretch share it by length."""
    words: list[Word] = []
    ends = [time for time, _ in times[1:]] + [end]
    for (start, texts), until in zip(times, ends, strict=True):
        parts = "".join(texts).split()
        seconds = max(until - start, Fraction(0))
        total = sum(map(len, parts)) or 1
        marks = [
            max(Fraction(0), start + seconds * Fraction(at, total))
            for at in accumulate(map(len, parts), initial=0)
        ]
        words.extend(
            Word(begin, stop, part) for (begin, stop), part in zip(pairwise(marks), parts, strict=True)
        )
    return tuple(words)


def escape_vtt(text: str) -> str:
    """Return plain characters as WebVTT writes them; a whole "-->" is impossible then."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fill_blank(text: str) -> str:
    """Return a cue's lines, of which those of white space alone are numbers of characters.

    Many parsers take any line of white space for an empty one, which ends the cue.
    """
    return "\n".join(
        "".join(f"&#{ord(sign)};" for sign in line) if line.isspace() and line != BLANK else line
        for line in text.split("\n")
    )
