"""SubRip: numbered cues, commas in times, a handful of tags; what every player reads."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from cutroom.subtitles.cue import DEFAULT_RATE, Cue, Place, Track
from cutroom.subtitles.format import Format, Imported
from cutroom.subtitles.syntax.html_text import guard_lines, read_html, write_html
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.text_lines import fill_empty, printable_runs, unfill_empty, write_tagged
from cutroom.subtitles.syntax.timecode import write_clock
from cutroom.subtitles.syntax.timed_lines import Block, find_blocks, times_of
from cutroom.subtitles.syntax.vtt_settings import read_settings

_PLACES: dict[Place, str] = {"bottom": "", "top": "{\\an8}", "middle": "{\\an5}"}


class SubRip(Format):
    r"""SubRip. There is no specification; `{\an8}` is what players know for the top."""

    name: ClassVar[str] = "srt"
    title: ClassVar[str] = "SubRip (SRT)"
    suffixes: ClassVar[tuple[str, ...]] = (".srt",)
    mime_type: ClassVar[str] = "application/x-subrip"
    keeps = frozenset({"markup", "place"})

    def write(self, track: Track, *, title: str = "") -> str:
        """Return the file; it has no place for a title."""
        del title
        return "".join(f"{number}\n{_written(cue)}\n" for number, cue in enumerate(track.cues, 1))

    def recognises(self, text: str) -> bool:
        """Whether there is a line of times."""
        return any(times_of(line) for line in text.split("\n"))

    def read(self, text: str, *, language: str | None = None, rate: Fraction | None = None) -> Imported:
        """Read a file."""
        intake = Intake(rate or DEFAULT_RATE, language)
        lines = text.split("\n")
        blocks = find_blocks(lines, intake, any_label=False)
        for number, line in enumerate(lines[: blocks[0].first - 1 if blocks else None], 1):
            if line.strip():
                intake.error(number, f"{shown(line)} stands before the first cue; it was left out.")
        for block in blocks:
            _read_cue(block, intake)
        return intake.finish(self.name)


def _written(cue: Cue) -> str:
    start, end = (write_clock(time, point=",") for time in (cue.start, cue.end))
    text = write_tagged(printable_runs(cue.text), write_html)
    filled = guard_lines(fill_empty(text)) if text else ""
    return f"{start} --> {end}\n{_PLACES[cue.place]}{filled}\n"


def _read_cue(block: Block, intake: Intake) -> None:
    if block.label is None:
        intake.warn(block.line, "This cue has no number.")
    text: list[str] = []
    for number, line in block.text:
        if line.strip(" \t"):
            text.append(line)
        else:
            intake.warn(number, "An empty line inside this cue's text was left out.")
    place = read_settings(block.settings, block.line, intake) if block.settings else "bottom"
    first = block.text[0][0] if block.text else block.line
    runs, asked = read_html("\n".join(unfill_empty(text)), first, intake)
    intake.add(block.line, block.start, block.end, runs, place=asked or place)


format = SubRip()  # noqa: A001 - the registry's attribute
