"""The fixer against every rule at every rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from cutroom.subtitles import RULES, Cue, Track
from cutroom.subtitles.check import check
from cutroom.subtitles.drift import word_drift
from cutroom.subtitles.fix import fix
from told_cues import NETFLIX, RATES, letters_of, told_story

Breaker = Callable[[Cue, Cue, Fraction], Cue]

BREAKERS: dict[str, Breaker] = {
    "overlap": lambda _, after, frame: replace(_, end=after.start + 9 * frame),
    "gap-too-small": lambda cue, after, frame: replace(cue, end=after.start - frame),
    "gap-not-closed": lambda cue, after, frame: replace(cue, end=after.start - 3 * frame),
    "too-short": lambda cue, _, frame: replace(cue, end=cue.start + 5 * frame),
    "too-long": lambda cue, _, frame: replace(cue, end=cue.start + 7 + 5 * frame),
    "ends-before-start": lambda cue, _, frame: replace(cue, end=cue.start - frame),
    "line-too-long": lambda cue, _, __: replace(cue, text=" ".join(cue.text.split())),
    "too-many-lines": lambda cue, _, __: replace(cue, text=cue.text.replace(" ", "\n", 2)),
    "off-frame": lambda cue, _, frame: replace(cue, start=cue.start + frame / 3, end=cue.end - frame / 4),
    "bad-line-break": lambda cue, _, __: replace(
        cue, text=cue.text.replace("\n", " ").replace(" the ", " the\n")
    ),
}


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("rule", BREAKERS)
@pytest.mark.parametrize("is_known", [True, False], ids=["words", "plain"])
def test_a_broken_rule_is_mended_at_every_rate(rule: str, rate: Fraction, is_known: bool) -> None:
    told = told_story(rate)
    assert check(told, NETFLIX) == []
    cues = list(told.cues)
    for n in range(0, len(cues) - 1, 3):
        cues[n] = BREAKERS[rule](cues[n], cues[n + 1], 1 / rate)
    if not is_known:
        cues = [replace(cue, words=()) for cue in cues]
    broken = Track(tuple(cues), "en", rate)
    assert rule in {violation.rule for violation in check(broken, NETFLIX)}
    fixed = fix(broken, NETFLIX)
    assert fixed.remaining == ()
    assert check(fixed.track, NETFLIX) == []
    assert letters_of(fixed.track) == letters_of(told)
    assert {change.rule for change in fixed.changes} <= RULES.keys()
    allowed = max(drift.frames for drift in word_drift(told))
    assert all(drift.frames <= max(allowed, NETFLIX.gap_frames + 1) for drift in word_drift(fixed.track))
