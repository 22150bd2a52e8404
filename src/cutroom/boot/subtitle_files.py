"""Subtitle files here and now: open with their video, examine, mend, convert."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from cutroom.base.errors import Refused, TooLarge
from cutroom.base.settings import read_settings
from cutroom.boot.local import look_at
from cutroom.boot.local_subtitles import write_subtitles
from cutroom.boot.local_targets import check_target
from cutroom.media.shots import find_shots
from cutroom.subtitles import Rules, Track, Violation, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.exporting import format_of_suffix
from cutroom.subtitles.fix import Fixed, fix
from cutroom.subtitles.format import Fault
from cutroom.subtitles.importing import read_subtitles

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Opened:
    """A subtitle file that was read.

    Attributes:
        path: Where it lies.
        track: Its cues.
        faults: What was wrong with the file itself, line by line.
        shots: The cuts of its video, in seconds; empty without one.
        seconds: Length of its video; None without one.
    """

    path: Path
    track: Track
    faults: tuple[Fault, ...]
    shots: tuple[Fraction, ...] = ()
    seconds: Fraction | None = None


@dataclass(frozen=True)
class Examined:
    """What a check found."""

    rules: Rules
    violations: tuple[Violation, ...]


def open_subtitles(
    path: Path, *, video: Path | None = None, rate: Fraction | None = None, language: str | None = None
) -> Opened:
    """Read a subtitle file, and of its video what the rules need.

    Raises:
        CutroomError: What is wrong with either.
    """
    if not path.is_file():
        raise Refused(f"There is no file {str(path)!r}.", code="no_such_file")
    if path.stat().st_size > _LARGEST:
        raise TooLarge(f"{path.name!r} has more than 64 MiB; that is no subtitle file.")
    found = read_subtitles(path.read_bytes(), path.name, language=language, rate=rate)
    if not found.track.cues:
        raise Refused(
            f"{path.name!r} holds no subtitles that can be read: no line of it has two times.", code="no_cues"
        )
    if video is None:
        return Opened(path, found.track, tuple(found.faults))
    looked_at = look_at(video, read_settings())
    shots = find_shots(video)
    track = replace(found.track, rate=rate or shots.rate)
    return Opened(
        path, track, tuple(found.faults), tuple(shots.changes), Fraction(looked_at.duration or 0) or None
    )


def examine(opened: Opened, preset: str) -> Examined:
    """Check a file by the rules of a house.

    Raises:
        Refused: With code `unknown_preset`.
    """
    rules = read_preset(preset)
    return Examined(rules, tuple(check(opened.track, rules, shots=opened.shots, seconds=opened.seconds)))


def mend(opened: Opened, preset: str, goal: Path, *, overwrite: bool) -> Fixed:
    """Repair a file and write the result.

    Raises:
        Refused: When the preset is unknown or the target is taken.
    """
    rules = read_preset(preset)
    format_of_suffix(goal.suffix)
    check_target(goal, opened.path, overwrite=overwrite)
    fixed = fix(opened.track, rules, shots=opened.shots, seconds=opened.seconds)
    write_subtitles(fixed.track, goal)
    return fixed


def convert_file(opened: Opened, goal: Path, *, overwrite: bool) -> None:
    """Write a file in the format of another ending.

    Raises:
        Refused: When the ending is unknown or the target is taken.
    """
    format_of_suffix(goal.suffix)
    check_target(goal, opened.path, overwrite=overwrite)
    write_subtitles(opened.track, goal)
