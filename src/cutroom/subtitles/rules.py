"""The rules of a house of broadcasting as data: one file of `presets/` each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from cutroom.base.errors import Refused

ANY = "default"
Value = TypeVar("Value")


@dataclass(frozen=True)
class Rules:
    """What a track must satisfy. Lengths are in seconds or frames, as each name says.

    Attributes:
        name: The preset's name, the file's.
        title: As people read it.
        source: Where the numbers come from, in words.
        line_characters: Most visible characters of a line, by language and under "default".
        lines: Most lines of a cue.
        min_seconds: Shortest time a cue is shown; None: no limit.
        max_seconds: Longest time a cue is shown; None: no limit.
        gap_frames: Fewest frames between two cues.
        close_gap_seconds: A gap of more than `gap_frames` and less than this must be closed to
            `gap_frames`; 0: gaps may have any length.
        reading_speed: Most visible characters per second, by language and under "default"; None: no limit.
        words_per_minute: Most words per minute; None: no limit.
        cue_words: Most words of a cue; None: no limit.
        linger_seconds: How long a cue may stay after its last word, where there is room.
        shot_seconds: A cue begins and ends at a shot change or at least this far from it; 0: shot
            changes do not matter.
        shot_snap_seconds: A beginning up to this long before a shot change may wait for it; one after a
            shot change may always move back onto it.
        breaks: Whether line ends and cue ends must not tear apart what belongs together.
    """

    name: str
    title: str
    source: str
    line_characters: Mapping[str, int]
    lines: int
    min_seconds: Fraction | None
    max_seconds: Fraction | None
    gap_frames: int
    close_gap_seconds: Fraction
    reading_speed: Mapping[str, Fraction] | None
    words_per_minute: Fraction | None
    cue_words: int | None
    linger_seconds: Fraction
    shot_seconds: Fraction
    shot_snap_seconds: Fraction
    breaks: bool = field(default=True)

    def line_limit(self, language: str) -> int:
        """Return the most visible characters of a line in a language."""
        return by_language(self.line_characters, language)

    def speed_limit(self, language: str) -> Fraction | None:
        """Return the most characters per second in a language; None: no limit."""
        return None if self.reading_speed is None else by_language(self.reading_speed, language)

    def with_changes(self, **changes: object) -> Rules:
        """Return the same rules with some of them changed."""
        return replace(self, **changes)


def by_language(table: Mapping[str, Value], language: str) -> Value:
    """Return a language's entry: of the whole tag, of its first part, or the default."""
    tag = language.lower()
    for key in (tag, tag.split("-")[0]):
        if key in table:
            return table[key]
    return table[ANY]


def preset_names() -> list[str]:
    """Return the names of all presets."""
    folder = files("cutroom.subtitles") / "presets"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


@cache
def read_preset(name: str) -> Rules:
    """Return a preset.

    Raises:
        Refused: With code `unknown_preset`.
    """
    if name not in preset_names():
        known = ", ".join(preset_names())
        raise Refused(f"There is no preset {name!r}; known: {known}.", code="unknown_preset")
    text = (files("cutroom.subtitles") / "presets" / f"{name}.toml").read_text("utf-8")
    return _rules(name, tomllib.loads(text))


def _rules(name: str, table: dict[str, Any]) -> Rules:
    """Read a preset's table: numbers may be written as "5/6"."""
    values: dict[str, Any] = {"name": name}
    for spec in fields(Rules):
        if spec.name in table:
            values[spec.name] = _value(spec.name, table[spec.name])
        elif spec.name != "name":
            values.setdefault(spec.name, _ABSENT.get(spec.name))
    return Rules(**values)


_ABSENT: dict[str, Any] = {"breaks": True}
"""What a preset's file may leave out beside the limits that then do not exist."""


def _value(name: str, value: Any) -> Any:
    if name.endswith("_seconds") or name == "words_per_minute":
        return Fraction(str(value))
    if name == "reading_speed":
        return {language: Fraction(str(speed)) for language, speed in value.items()}
    return value
