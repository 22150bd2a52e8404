"""Where a WebVTT cue stands: `line:` and the like turned into a place, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cutroom.subtitles.cue import Place
from cutroom.subtitles.syntax.intake import Intake, shown

SETTINGS: dict[Place, str] = {"bottom": "", "top": " line:0", "middle": " line:50%"}
_SETTING = re.compile(r"(\w+):(\S+)")
_LINE = re.compile(r"(-?\d{1,4}(?:\.\d{1,9})?)(%?)(?:,\w+)?")
_UPPER_LINES = 5
"""A line counted from the top stands in the upper third when there are at least 15 of them (WebVTT, 7.1)."""
_UPPER = 100 / 3
_LOWER = 200 / 3


def read_settings(text: str, line: int, intake: Intake, regions: Mapping[str, Place] | None = None) -> Place:
    """Return the place that the settings behind the times ask for; the rest becomes a fault.

    Args:
        text: What stands behind the times.
        line: The line of the file.
        intake: Gets the faults.
        regions: Places of the file's regions.
    """
    place: Place = "bottom"
    lost: list[str] = []
    for word in text.split():
        setting = _SETTING.fullmatch(word)
        name, value = setting.groups() if setting else ("", "")
        if name == "line" and (at := place_of_line(value)) is not None:
            place = at
        elif name == "region" and regions and value in regions:
            place = regions[value]
        elif not _says_nothing(name, value):
            lost.append(word)
    if lost:
        message = f"{shown(' '.join(lost))} behind the times cannot be kept; only top, middle and bottom can."
        intake.warn(line, message)
    return place


def place_of_line(value: str) -> Place | None:
    """Return the place of a `line` setting: a percentage from the top, or a line from the top or bottom."""
    match = _LINE.fullmatch(value)
    if match is None:
        return None
    number = float(match[1])
    if match[2]:
        return place_of_percent(number)
    return (
        "bottom" if number < 0 or number > 2 * _UPPER_LINES else "top" if number < _UPPER_LINES else "middle"
    )


def place_of_percent(percent: float) -> Place:
    """Return the third of the picture that a percentage from the top lies in."""
    return "top" if percent < _UPPER else "middle" if percent < _LOWER else "bottom"


def _says_nothing(name: str, value: str) -> bool:
    """Whether a setting only says what holds without it."""
    return (name, value) in {("align", "center"), ("align", "middle"), ("position", "50%"), ("size", "100%")}
