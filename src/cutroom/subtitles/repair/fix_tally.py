"""How much is broken: what the fixer compares before it keeps a repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cutroom.subtitles.violation import RULES, Violation

_MEASURED = frozenset(
    {"line-too-long", "too-many-lines", "too-many-words", "too-short", "too-long", "too-fast"}
)
"""Rules of which twice the limit is worse than just beyond it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What some cues break.

    Attributes:
        counts: How often each rule is broken.
        excess: By how many times its limit each measured rule is broken at worst; above 1.
    """

    counts: Counter[str]
    excess: dict[str, float]

    @property
    def weight(self) -> tuple[int, int]:
        """How many errors there are, and how many violations in all; less is better."""
        errors = sum(count for rule, count in self.counts.items() if RULES[rule][0] == "error")
        return errors, self.counts.total()


def tally(violations: Iterable[Violation]) -> Tally:
    """Count violations."""
    counts: Counter[str] = Counter()
    excess: dict[str, float] = {}
    for violation in violations:
        counts[violation.rule] += 1
        if violation.rule in _MEASURED and violation.value and violation.limit:
            ratio = violation.value / violation.limit
            excess[violation.rule] = max(excess.get(violation.rule, 0.0), ratio, 1 / ratio)
    return Tally(counts, excess)
