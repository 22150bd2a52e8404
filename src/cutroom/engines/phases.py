"""Progress over several phases: weighted by what they cost, never falling, not too often."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

_INTERVAL = 0.1
"""Seconds between two reports of the same phase."""

_UNKNOWN_SECONDS = 600.0
"""With an unknown length the fraction is done / (done + this): it rises and never claims an end."""


class Phases:
    """Turns 'so much of this phase' into one fraction of everything."""

    def __init__(self, report: Callable[[float, str], None], costs: Mapping[str, float]) -> None:
        """Prepare.

        Args:
            report: Called with a fraction in [0, 1] and the phase's text.
            costs: Relative cost of each phase, in their order; the text is the key.
        """
        total = sum(costs.values())
        self._report = report
        self._costs = {name: cost / total for name, cost in costs.items()}
        self._before = 0.0
        self._name = ""
        self._highest = 0.0
        self._told = -1.0

    def begin(self, name: str) -> None:
        """Enter a phase; everything up to it counts as done."""
        names = list(self._costs)
        self._before = sum(self._costs[earlier] for earlier in names[: names.index(name)])
        self._name = name
        self._tell(0.0, is_due=True)

    def advance(self, done: float, expected: float | None) -> None:
        """Report seconds of sound that are done in this phase, of so many expected (None: unknown)."""
        share = done / expected if expected else done / (done + _UNKNOWN_SECONDS)
        self._tell(min(1.0, share), is_due=False)

    def finish(self) -> None:
        """Report that everything is done."""
        self._before, self._highest = 1.0, 1.0
        self._report(1.0, self._name)

    def _tell(self, share: float, *, is_due: bool) -> None:
        moment = time.monotonic()
        if not is_due and moment - self._told < _INTERVAL:
            return
        self._told = moment
        self._highest = max(self._highest, self._before + share * self._costs.get(self._name, 0.0))
        self._report(self._highest, self._name)
