"""Files of Advanced SubStation Alpha and its older form, from sections to cues."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from cutroom.subtitles.cue import Place
from cutroom.subtitles.format import Imported
from cutroom.subtitles.syntax.ass_tags import from_legacy, place_of
from cutroom.subtitles.syntax.ass_text import AssText
from cutroom.subtitles.syntax.intake import Intake, shown
from cutroom.subtitles.syntax.timecode import read_clock

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_EVENT_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_STYLE_FIELDS = ("name", "fontname", "fontsize", "primarycolour", "secondarycolour", "outlinecolour")
_SECTION = re.compile(r"\[([^\]]{1,40})\]\s*")
_EMBEDDED = {"fonts", "graphics"}
_PLAY_LINES = 288
"""The height that places count in where the file does not say (libass)."""
_MOST_FIELDS = 40


@dataclass(frozen=True, slots=True)
class Style:
    """What is kept of a style."""

    place: Place = "bottom"
    is_italic: bool = False


class _File:
    """One file in the making."""

    def __init__(self, intake: Intake, own_styles: frozenset[str]) -> None:
        self.intake = intake
        self.title = ""
        self._own = own_styles
        self._styles: dict[str, Style] = {}
        self._style_fields: tuple[str, ...] = _STYLE_FIELDS
        self._event_fields: tuple[str, ...] = _EVENT_FIELDS
        self._section = ""
        self._is_old = False
        self._lines = _PLAY_LINES

    def take(self, number: int, line: str) -> None:
        """Read a line."""
        section = _SECTION.fullmatch(line.strip())
        if section:
            self._begin(number, section[1].strip().lower())
            return
        key, colon, value = line.partition(":")
        key = key.strip().lower()
        if not line.strip() or line.lstrip().startswith((";", "!:")) or self._section in _EMBEDDED:
            return
        if key == "dialogue":
            self._dialogue(number, value)
        elif key == "comment":
            self.intake.warn(number, f"A comment was left out: {shown(value.split(',', 9)[-1])}.")
        elif key == "format":
            self._fields(value)
        elif key == "style":
            self._style(number, value)
        elif self._section == "events" or not colon:
            self.intake.error(number, f"{shown(line)} is no line of dialogue; it was left out.")
        else:
            self._script(number, key, value.strip())

    def _begin(self, number: int, section: str) -> None:
        self._section = section
        if "styles" in section:
            self._is_old = "+" not in section
        if section in _EMBEDDED:
            self.intake.warn(number, f"The embedded {section} were left out.")

    def _fields(self, value: str) -> None:
        fields = tuple(field.strip().lower() for field in value.split(",")[:_MOST_FIELDS])
        if self._section == "events" and {"start", "end", "text"} <= set(fields):
            self._event_fields = fields
        elif "styles" in self._section:
            self._style_fields = fields

    def _style(self, number: int, value: str) -> None:
        row = dict(zip(self._style_fields, (field.strip() for field in value.split(",")), strict=False))
        name = row.get("name", "").lstrip("*")
        alignment = row.get("alignment", "2")
        key = int(alignment) if re.fullmatch(r"\d{1,2}", alignment) else 2
        place = place_of(from_legacy(key) if self._is_old else key)
        self._styles[name] = Style(place, row.get("italic", "0") not in {"0", ""})
        if name not in self._own:
            message = f"Of the style {shown(name)} only italics and top, middle or bottom were kept."
            self.intake.warn(number, message)

    def _script(self, number: int, key: str, value: str) -> None:
        if key == "title":
            self.title = value[:1000]
        elif key == "language" and _LANGUAGE.fullmatch(value):
            self.intake.say_language(value)
        elif key == "playresy" and re.fullmatch(r"[1-9]\d{0,4}", value):
            self._lines = int(value)
        elif key == "timer" and not re.fullmatch(r"100(\.0*)?", value):
            self.intake.warn(number, f"The timer of {shown(value)} percent was not applied.")

    def _dialogue(self, number: int, value: str) -> None:
        parts = value.split(",", len(self._event_fields) - 1)
        row = dict(zip(self._event_fields, parts, strict=False))
        if "text" not in row:
            self.intake.error(
                number, f"This line has too few fields; it was read as far as it goes: {shown(value)}."
            )
            row["text"] = parts[-1]
        start, end = self._times(number, row)
        style = self._styles.get(row.get("style", "").strip().lstrip("*"), Style())
        if row.get("effect", "").strip() and not row["effect"].strip().lower().startswith("karaoke"):
            self.intake.warn(number, f"The effect {shown(row['effect'])} was left out.")
        text = AssText(
            row["text"], number, self.intake, start=start, lines=self._lines, is_italic=style.is_italic
        )
        runs = text.runs()
        if text.has_drawing and not runs:
            self.intake.warn(number, "A drawing was left out.")
            return
        self.intake.add(
            number,
            start,
            end,
            runs,
            words=text.words(),
            speaker=row.get("name", row.get("actor", "")).strip() or None,
            place=text.place or style.place,
        )

    def _times(self, number: int, row: dict[str, str]) -> tuple[Fraction, Fraction]:
        clocks = [read_clock(row.get(side, ""), rate=self.intake.rate) for side in ("start", "end")]
        known = [clock.seconds for clock in clocks if clock is not None]
        if len(known) == 2:  # noqa: PLR2004 - start and end
            return known[0], known[1]
        times = f"{row.get('start', '')},{row.get('end', '')}"
        which = "the other one" if known else "the end of the cue before"
        self.intake.error(
            number, f"The times {shown(times)} cannot be read; {which} was taken for what is missing."
        )
        place = known[0] if known else self.intake.last_end
        return place, place


def read_ass(
    text: str, language: str | None, rate: Fraction, name: str, own_styles: frozenset[str]
) -> Imported:
    """Read a file.

    Args:
        text: Its text.
        language: What the user says.
        rate: Frames per second of the track.
        name: The format's.
        own_styles: Names of styles that hold nothing to lose.
    """
    intake = Intake(rate, language)
    file = _File(intake, own_styles)
    for number, line in enumerate(text.split("\n"), 1):
        file.take(number, line)
    return intake.finish(name, title=file.title, is_sorted=False)
