"""What a reader of files gathers: cues with their lines, and faults, within limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from cutroom.base.errors import Refused
from cutroom.subtitles import markup
from cutroom.subtitles.cue import Cue, Place, Track
from cutroom.subtitles.format import Fault, Imported
from cutroom.subtitles.word import Word

MOST_CUES = 100_000
"""Ten times what 6 hours of fast talk come to."""
MOST_FAULTS = 1_000
MOST_CHARACTERS = 10_000
"""Of one cue; what is longer is no subtitle, and would make every page that shows it slow."""


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    cue: Cue


class Intake:
    """Cues and faults of one file, in the order they are met."""

    def __init__(self, rate: Fraction, language: str | None) -> None:
        """Begin a file.

        Args:
            rate: Frames per second of the track.
            language: What the user says; the file's own word counts where it is None.
        """
        self.rate = rate
        self._wanted = language
        self._said: str | None = None
        self._found: list[_Found] = []
        self._faults: list[Fault] = []
        self._more = 0

    def warn(self, line: int, message: str) -> None:
        """Note that only looks were lost, or a slip was mended."""
        self._note(line, message, "warning")

    def error(self, line: int, message: str) -> None:
        """Note that a time or a text was lost or guessed."""
        self._note(line, message, "error")

    def say_language(self, language: str) -> None:
        """Note the language that the file names; the first one counts."""
        tag = language.strip().replace("_", "-")
        if tag and self._said is None:
            self._said = tag

    @property
    def last_end(self) -> Fraction:
        """When the cue before ends; 0 at the beginning."""
        return self._found[-1].cue.end if self._found else Fraction(0)

    def add(
        self,
        line: int,
        start: Fraction,
        end: Fraction,
        text: Iterable[markup.Run] | str,
        *,
        words: tuple[Word, ...] = (),
        speaker: str | None = None,
        place: Place = "bottom",
    ) -> None:
        """Take a cue.

        Args:
            line: Where its times stand, from 1.
            start: Seconds.
            end: Seconds.
            text: Its text; a str has our own markup and stays as it is.
            words: Its words, where the file times them.
            speaker: Who says it.
            place: Where it stands.

        Raises:
            Refused: With code `too_many_cues`.
        """
        if len(self._found) >= MOST_CUES:
            raise Refused(
                f"The file has more than {MOST_CUES:,} cues, which no recording needs; split it.",
                code="too_many_cues",
            )
        if len(words) > MOST_CHARACTERS:
            self.error(
                line, f"More than {MOST_CHARACTERS:,} words are timed in one cue; their times were left out."
            )
            words = ()
        if not isinstance(text, str):
            text = markup.write(self._shortened(line, text))
        elif len(text) > MOST_CHARACTERS:
            text = markup.write(self._shortened(line, markup.parse(text)))
        self._found.append(_Found(line, Cue(start, end, text, words, speaker or None, place)))

    def finish(self, name: str, *, title: str = "", is_sorted: bool = True) -> Imported:
        """Return the track: sorted by start, with what is wrong with the times as faults.

        Args:
            name: The format's.
            title: The file's.
            is_sorted: Whether the format asks for cues in order, so that others are a slip.
        """
        if not self._found:
            self.error(0, "The file has no cues.")
        if is_sorted:
            self._check_order()
        found = sorted(self._found, key=lambda item: item.cue.start)
        self._check_times(found)
        faults = sorted(self._faults, key=lambda fault: fault.line)
        if self._more:
            message = f"{self._more:,} more faults were found and are not listed."
            faults.append(Fault(faults[-1].line, message, "error"))
        cues = tuple(item.cue for item in found)
        track = Track(cues, self._wanted or self._said or "und", self.rate)
        return Imported(track, tuple(faults), tuple(item.line for item in found), name, title=title)

    def _note(self, line: int, message: str, severity: Literal["error", "warning"]) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(Fault(line, message, severity))
        else:
            self._more += 1

    def _shortened(self, line: int, runs: Iterable[markup.Run]) -> list[markup.Run]:
        kept: list[markup.Run] = []
        room = MOST_CHARACTERS
        for run in runs:
            kept.append(markup.Run(run.text[:room], run.styles))
            if len(run.text) > room:
                self.error(
                    line, f"The text is longer than {MOST_CHARACTERS:,} characters; its rest was cut off."
                )
                break
            room -= len(run.text)
        return kept

    def _check_order(self) -> None:
        for before, after in pairwise(self._found):
            if after.cue.start < before.cue.start:
                self.warn(after.line, "This cue begins before the one above it; the cues were sorted.")

    def _check_times(self, found: list[_Found]) -> None:
        for item in found:
            if item.cue.start < 0 or item.cue.end < 0:
                self.warn(item.line, "This cue has a time before zero; it was kept as it stands.")
            if item.cue.end <= item.cue.start:
                self.warn(item.line, "This cue does not end after it begins; it was kept as it stands.")
        for before, after in pairwise(found):
            if after.cue.start < before.cue.end:
                message = f"This cue begins before the one of line {before.line} ends; both were kept."
                self.warn(after.line, message)


def shown(text: str, most: int = 40) -> str:
    """Return a text as it is quoted in a fault: on one line, cut to `most` characters."""
    flat = " ".join(text.split())
    return f'"{flat[:most]}..."' if len(flat) > most else f'"{flat}"'
