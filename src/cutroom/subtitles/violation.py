"""A broken rule of one cue, as the checker names it and people read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

RULES: dict[str, tuple[Severity, str]] = {
    "empty": ("error", "The cue has no text"),
    "before-zero": ("error", "The cue begins before the recording"),
    "ends-before-start": ("error", "The cue ends before it begins, or at once"),
    "overlap": ("error", "The cue begins before the one before it ends"),
    "line-too-long": ("error", "A line has too many characters"),
    "too-many-lines": ("error", "The cue has too many lines"),
    "too-many-words": ("error", "The cue has too many words"),
    "too-short": ("error", "The cue is shown too briefly"),
    "too-long": ("error", "The cue is shown too long"),
    "too-fast": ("error", "The cue asks for reading too fast"),
    "gap-too-small": ("error", "The gap before the next cue is too small"),
    "gap-not-closed": ("error", "The gap before the next cue flickers"),
    "off-frame": ("warning", "A time lies between two frames"),
    "starts-near-shot": ("warning", "The cue begins just beside a shot change"),
    "ends-near-shot": ("warning", "The cue ends just beside a shot change"),
    "bad-line-break": ("warning", "A line ends between words that belong together"),
    "bad-cue-break": ("warning", "The cue ends between words that belong together"),
    "after-end": ("warning", "The cue is shown after the recording has ended"),
}
"""Every rule: how grave it is, and its name for people. The keys are stable: they are stored and sent."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    Attributes:
        rule: A key of `RULES`.
        cue: The cue's place in the track, from 0. A gap belongs to the cue before it.
        message: One sentence with the value and the limit.
        value: What was measured, in the rule's unit; None where there is nothing to measure.
        limit: What the rules allow.
        line: Which line of the cue, from 0; None where it is about the whole cue.
        reason: Why no cut of the same words avoids it, where that is known.
    """

    rule: str
    cue: int
    message: str
    value: float | None = None
    limit: float | None = None
    line: int | None = None
    reason: str | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return RULES[self.rule][0]
