"""A second opinion on subtitles: the rules written again from their text, sharing no code with Cutroom.

    .venv/bin/python bench/subtitle_judge.py TRACK.json --preset netflix

It reads presets and word lists as data, times as exact fractions, and counts in whole frames.
"""

from __future__ import annotations

import argparse
import json
import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from subtitle_counts import ROOM, of_language, plain, tears, width

WARNINGS = frozenset(
    ["off-frame", "starts-near-shot", "ends-near-shot", "bad-line-break", "bad-cue-break", "after-end"]
)
ON_GRID = Fraction(1, 20)
"""Of a frame: nearer than this counts as on the boundary; 1 ms of rounding at 60 per second is 0.03."""

SAME_BREATH = Fraction(1, 2)
"""Seconds after a cue's last word within which the next cue goes on with the sentence."""


@dataclass(frozen=True)
class Said:
    """A word."""

    start: Fraction
    end: Fraction
    text: str
    speaker: str | None = None


@dataclass(frozen=True)
class Shown:
    """A cue."""

    start: Fraction
    end: Fraction
    text: str
    words: tuple[Said, ...] = ()
    speaker: str | None = None


@dataclass(frozen=True)
class Limits:
    """A preset's numbers; None and 0 mean what they mean there."""

    line_characters: Mapping[str, int]
    lines: int
    min_seconds: Fraction | None
    max_seconds: Fraction | None
    gap_frames: int
    close_gap_seconds: Fraction
    reading_speed: Mapping[str, Fraction] | None
    words_per_minute: Fraction | None
    cue_words: int | None
    shot_seconds: Fraction
    shot_snap_seconds: Fraction
    breaks: bool = True


@dataclass(frozen=True)
class Finding:
    """What is broken, in the cue of this number; a gap belongs to the cue before it."""

    rule: str
    cue: int


@dataclass(frozen=True)
class Court:
    """What everything is judged by: whose limits, which language, how many frames per second."""

    limits: Limits
    language: str
    rate: Fraction
    shots: tuple[Fraction, ...] = ()
    seconds: Fraction | None = None

    def frame(self, seconds: Fraction) -> int:
        """Return the nearest frame boundary."""
        return math.floor(seconds * self.rate + Fraction(1, 2))

    def cuts(self) -> list[int]:
        return [self.frame(shot) for shot in self.shots]


def limits_of(source: object) -> Limits:
    """Take the fields of anything that has them."""
    return Limits(**{spec.name: getattr(source, spec.name) for spec in fields(Limits)})


def read_limits(name: str) -> Limits:
    """Read a preset's file."""
    table = tomllib.loads((ROOM / "presets" / f"{name}.toml").read_text("utf-8"))
    values: dict[str, Any] = {spec.name: table.get(spec.name) for spec in fields(Limits)}
    for key in ("min_seconds", "max_seconds", "words_per_minute"):
        values[key] = None if values[key] is None else Fraction(str(values[key]))
    for key in ("close_gap_seconds", "shot_seconds", "shot_snap_seconds"):
        values[key] = Fraction(str(values[key] or 0))
    if values["reading_speed"] is not None:
        values["reading_speed"] = {k: Fraction(str(v)) for k, v in values["reading_speed"].items()}
    values["breaks"] = table.get("breaks", True)
    return Limits(**values)


def spoken(cue: Shown, language: str) -> int:
    """Count words: what spaces separate; in scripts without spaces the known words."""
    if cue.words and language.lower().partition("-")[0] in {"ja", "zh", "th"}:
        return len(cue.words)
    return len(plain(cue.text).split())


# --- the rules


def judge(cues: Sequence[Shown], court: Court) -> list[Finding]:
    """List every broken rule, in the order of the cues."""
    found: list[Finding] = []
    for number, cue in enumerate(cues):
        following = cues[number + 1] if number + 1 < len(cues) else None
        found += [Finding(rule, number) for rule in broken(cue, following, court)]
        before = cues[number - 1] if number else None
        if before is not None and court.frame(cue.start) < court.frame(before.end):
            found.append(Finding("overlap", number))
    return found


def broken(cue: Shown, following: Shown | None, court: Court) -> list[str]:
    """Name what one cue breaks, an overlap aside."""
    return [
        *in_text(cue, court),
        *in_time(cue, court),
        *in_gap(cue, following, court),
        *in_shots(cue, following, court),
    ]


def in_text(cue: Shown, court: Court) -> list[str]:
    limits, language = court.limits, court.language
    found: list[str] = []
    lines = plain(cue.text).split("\n")
    if not plain(cue.text).strip():
        return ["empty"]
    limit = of_language(limits.line_characters, language)
    found += ["line-too-long" for line in lines if width(line, language) > limit]
    if len(lines) > limits.lines:
        found.append("too-many-lines")
    if limits.cue_words is not None and spoken(cue, language) > limits.cue_words:
        found.append("too-many-words")
    if limits.breaks:
        for one, two in pairwise(lines):
            if one.split() and two.split() and tears(one.split()[-1], two.split()[0], language):
                found.append("bad-line-break")
    return found


def in_time(cue: Shown, court: Court) -> list[str]:
    limits, rate = court.limits, court.rate
    found: list[str] = []
    if cue.start < 0:
        found.append("before-zero")
    begin, end = court.frame(cue.start), court.frame(cue.end)
    if any(abs(time * rate - court.frame(time)) > ON_GRID for time in (cue.start, cue.end)):
        found.append("off-frame")
    if court.seconds is not None and end > math.ceil(court.seconds * rate):
        found.append("after-end")
    if end <= begin:
        return [*found, "ends-before-start"]
    shown = (end - begin) / rate
    if limits.min_seconds is not None and shown < limits.min_seconds:
        found.append("too-short")
    if limits.max_seconds is not None and shown > limits.max_seconds:
        found.append("too-long")
    if is_fast(cue, shown, court):
        found.append("too-fast")
    return found


def is_fast(cue: Shown, shown: Fraction, court: Court) -> bool:
    limits = court.limits
    if not plain(cue.text).strip():
        return False  # there is nothing to read
    seen = sum(width(line, court.language) for line in plain(cue.text).split("\n"))
    if limits.reading_speed is not None and seen / shown > of_language(limits.reading_speed, court.language):
        return True
    per_minute = limits.words_per_minute
    return per_minute is not None and spoken(cue, court.language) * 60 / shown > per_minute


def in_gap(cue: Shown, following: Shown | None, court: Court) -> list[str]:
    if following is None:
        return []
    limits = court.limits
    found: list[str] = []
    gap = court.frame(following.start) - court.frame(cue.end)
    if 0 <= gap < limits.gap_frames:
        found.append("gap-too-small")
    if gap > limits.gap_frames and gap / court.rate < limits.close_gap_seconds:
        found.append("gap-not-closed")
    if limits.breaks and goes_on(cue, following):
        one, two = plain(cue.text).split(), plain(following.text).split()
        if one and two and tears(one[-1], two[0], court.language):
            found.append("bad-cue-break")
    return found


def goes_on(cue: Shown, following: Shown) -> bool:
    last = cue.words[-1].end if cue.words else cue.end
    return following.start - last < SAME_BREATH and cue.speaker == following.speaker


def in_shots(cue: Shown, following: Shown | None, court: Court) -> list[str]:
    near = court.limits.shot_seconds * court.rate
    gap = court.limits.gap_frames
    begin, end = court.frame(cue.start), court.frame(cue.end)
    cuts = court.cuts()
    found: list[str] = []
    if any(0 < abs(begin - cut) < near for cut in cuts):
        found.append("starts-near-shot")
    is_chained = following is not None and court.frame(following.start) - end == gap
    if not is_chained and any(cut - near < end < cut + near and end != cut - gap for cut in cuts):
        found.append("ends-near-shot")
    return found


Cost = tuple[int, int]


def cost_of(rules: Iterable[str]) -> Cost:
    """Count errors and warnings."""
    kinds = Counter(rule in WARNINGS for rule in rules)
    return kinds[False], kinds[True]


def total(cues: Sequence[Shown], court: Court) -> Cost:
    """Count a track's errors and warnings."""
    return cost_of(finding.rule for finding in judge(cues, court))


# --- files


def read_track(document: Mapping[str, Any]) -> tuple[list[Shown], str, Fraction]:
    """Read what Cutroom exports as JSON."""

    def said(word: Mapping[str, Any]) -> Said:
        start, end = (Fraction(str(word[key])) for key in ("startTime", "endTime"))
        return Said(start, end, word["text"], word.get("speaker"))

    cues = [
        Shown(
            Fraction(str(cue["startTime"])),
            Fraction(str(cue["endTime"])),
            cue["text"],
            tuple(said(word) for word in cue.get("words", ())),
            cue.get("speaker"),
        )
        for cue in document["subtitles"]
    ]
    return cues, document.get("language", "und"), Fraction(str(document.get("frameRate", 25)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("track", type=Path)
    parser.add_argument("--preset", default="netflix")
    arguments = parser.parse_args()
    cues, language, rate = read_track(json.loads(arguments.track.read_text("utf-8")))
    findings = judge(cues, Court(read_limits(arguments.preset), language, rate))
    for finding in findings:
        print(f"cue {finding.cue + 1}: {finding.rule}")
    errors, warnings = cost_of(finding.rule for finding in findings)
    print(f"{len(cues)} cues, {errors} errors, {warnings} warnings")


if __name__ == "__main__":
    main()
