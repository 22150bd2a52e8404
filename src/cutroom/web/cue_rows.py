"""Cues as the page shows them: times, pace and problems in words; and times as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from cutroom.base.errors import Refused
from cutroom.subtitles import Cue, Rules, Track, Violation, markup
from cutroom.subtitles.reading import count_characters

_MILLI = 1000
_MINUTE = 60
_MOST_SPEAKERS = 50
_TIME = re.compile(r"\s*(?:(?:(\d{1,4}):)?(\d{1,6}):)?(\d{1,9}(?:[.,]\d{0,9})?)\s*", re.ASCII)


@dataclass(frozen=True)
class CueRow:
    """One line of the list.

    Attributes:
        index: The cue's place in the track, from 0.
        cue: The cue itself.
        problems: What the rules say against it.
        pace: How long it is shown and how fast it must be read.
    """

    index: int
    cue: Cue
    problems: Sequence[Violation]
    pace: str

    @property
    def number(self) -> int:
        """The place as people count."""
        return self.index + 1

    @property
    def text(self) -> str:
        """Its text, with markup."""
        return self.cue.text

    @property
    def start(self) -> str:
        """When it begins."""
        return media_time(self.cue.start)

    @property
    def end(self) -> str:
        """When it ends."""
        return media_time(self.cue.end)

    @property
    def times(self) -> str:
        """Both times."""
        return f"{self.start} \N{RIGHTWARDS ARROW} {self.end}"

    @property
    def speaker(self) -> str:
        """Who says it; empty where that is not known."""
        return self.cue.speaker or ""

    @property
    def place(self) -> str:
        """Where on the picture."""
        return self.cue.place

    @property
    def tags(self) -> list[str]:
        """What else is worth a word."""
        return [word for word in (self.speaker, self.place if self.place != "bottom" else "") if word]

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(each.severity == "error" for each in self.problems)


def make_rows(track: Track, violations: Iterable[Violation], *, only_problems: bool = False) -> list[CueRow]:
    """Return the lines of a list, all of them or those with problems."""
    problems: dict[int, list[Violation]] = {}
    for violation in violations:
        problems.setdefault(violation.cue, []).append(violation)
    return [
        CueRow(index, cue, problems.get(index, ()), pace(cue, track.language))
        for index, cue in enumerate(track.cues)
        if index in problems or not only_problems
    ]


def pace(cue: Cue, language: str) -> str:
    """Say how long a cue is shown, and the characters a second it asks to read."""
    length = cue.end - cue.start
    if length <= 0:
        return ""
    return f"{float(length):.1f} s, {round(count_characters(cue.text, language) / length)} per s"


def media_time(seconds: Fraction) -> str:
    """Write a time to the millisecond: `1:02.480`, `1:02:03.480`."""
    milliseconds = round(abs(seconds) * _MILLI)
    whole, rest = divmod(milliseconds, _MILLI)
    minutes, second = divmod(whole, _MINUTE)
    hours, minute = divmod(minutes, _MINUTE)
    short = f"{minute:02}" if hours else f"{minute}"
    sign = "\N{MINUS SIGN}" if seconds < 0 and milliseconds else ""
    return f"{sign}{f'{hours}:' if hours else ''}{short}:{second:02}.{rest:03}"


def read_time(text: str, what: str) -> Fraction:
    """Read a time as people write it: `62.5`, `1:02.5`, `1:02:03,5`.

    Raises:
        Refused: With code `invalid_time`, naming `what`.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        shown = text.strip()[:40]
        raise Refused(
            f"{what} is {shown!r}, which is no time; write it as 1:02.500 (minutes, seconds, fractions).",
            code="invalid_time",
        )
    hours, minutes, seconds = match.groups("0")
    return Fraction(int(hours) * 3600 + int(minutes) * _MINUTE) + Fraction(
        seconds.replace(",", ".").rstrip(".")
    )


def same_time(typed: Fraction, known: Fraction) -> bool:
    """Whether a typed time is the one that was shown: pages show milliseconds, cues have exact frames."""
    return round(typed * _MILLI) == round(known * _MILLI)


def cue_markup(text: str) -> Markup:
    """Return a cue's text as HTML: lines, bold, italics and underlines; anything else is escaped."""
    parts: list[Markup] = []
    for run in markup.parse(text):
        html = Markup("<br>").join(run.text.split("\n"))
        for style in sorted(run.styles):
            html = Markup("<{0}>{1}</{0}>").format(style, html)
        parts.append(html)
    return Markup().join(parts)


def limits_of(presets: Iterable[Rules], language: str) -> Mapping[str, dict[str, object]]:
    """Return what the page counts against while somebody types, by preset."""
    found: dict[str, dict[str, object]] = {}
    for rules in presets:
        speed = rules.speed_limit(language)
        found[rules.name] = {
            "title": rules.title,
            "lineCharacters": rules.line_limit(language),
            "lines": rules.lines,
            "charactersPerSecond": None if speed is None else round(float(speed), 2),
        }
    return found


def speakers_of(track: Track) -> list[str]:
    """Return who speaks, in the order of their first words."""
    return list(dict.fromkeys(cue.speaker for cue in track.cues if cue.speaker))[:_MOST_SPEAKERS]


def count_words(count: int, noun: str) -> str:
    """Say a number of things."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
