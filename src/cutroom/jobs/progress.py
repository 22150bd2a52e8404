"""Progress that is true: never backwards, never invented, written often enough and no oftener."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from cutroom.base.clock import now, to_iso
from cutroom.jobs.kind import StepPlan
from cutroom.jobs.run import WHOLE, Part

WRITE_SECONDS = 0.25
"""Shortest time between two writes of one job."""
TOUCH_SECONDS = 2.0
"""Longest time without a write while a job runs: the contract's two seconds."""
_JUST_BELOW = 99.0  # 100 is said only with the result


class Progress:
    """The progress of one run, of which the current step is the moving part."""

    def __init__(self, plan: Sequence[StepPlan], overall: float, active: dict[str, Any] | None) -> None:
        """Continue from what an earlier run had reached.

        Args:
            plan: The steps in order.
            overall: Percent that was shown last.
            active: The step that was under way, as stored in the job's row.
        """
        self._plan = {step.name: step for step in plan}
        self._done: dict[str, float] = {}  # of each step, 0 to 1
        self._part = WHOLE
        self._overall = overall
        self._floor = {active["name"]: float(active["progress"])} if active else {}
        self._step: str | None = None
        self._fraction = 0.0
        self._started_at = ""
        self._is_new = False
        self._written = 0.0
        self._begun: float | None = None
        self._base = 0.0
        self.message: str | None = None

    @property
    def overall(self) -> float:
        """Percent of the whole job, 0 to 99 until it is completed."""
        self._overall = max(self._overall, min(_JUST_BELOW, 100 * self._reached))
        return self._overall

    @property
    def _reached(self) -> float:
        """Share of the job, 0 to 1, that is behind this run; it can be less than what was shown before."""
        done = dict(self._done)
        if self._step is not None:
            done[self._step] = self._within
        return sum(self._plan[name].share * share for name, share in done.items() if name in self._plan)

    @property
    def _within(self) -> float:
        """Share of the current step, 0 to 1, that is done."""
        return (self._part.number - 1 + self._fraction) / self._part.count

    @property
    def active(self) -> dict[str, Any] | None:
        """The step under way, as the row stores it."""
        if self._step is None:
            return None
        percent = int(max(self._floor.get(self._step, 0.0), 100 * self._within))
        return {"name": self._step, "progress": percent, "startedAt": self._started_at, "run": self._run}

    @property
    def _run(self) -> dict[str, float]:
        """What this run did by itself and in how many seconds: its pace, whatever was shown before it."""
        seconds = time.monotonic() - (self._begun or time.monotonic())
        return {"seconds": seconds, "done": self._reached - self._base, "left": 1.0 - self._reached}

    def begin(self, step: str, message: str | None, part: Part = WHOLE) -> None:
        """Enter a step, or a part of one."""
        self._step, self._part, self._fraction, self._started_at = step, part, 0.0, to_iso(now())
        if self._begun is None:
            self._begun, self._base = time.monotonic(), self._reached
        # A step that ends within the pause is not worth a write of its own.
        self.message, self._is_new, self._written = message, True, time.monotonic()

    def finish(self, step: str, part: Part = WHOLE) -> None:
        """Leave a step, or a part of one, that succeeded, now or in an earlier run."""
        self._done[step] = part.number / part.count
        self._step, self._fraction, self._is_new = None, 0.0, True

    def move(self, fraction: float, message: str | None) -> None:
        """Move forward inside the step; what would go back is ignored."""
        fraction = min(1.0, fraction)
        if fraction > self._fraction or (message and message != self.message):
            self._fraction = max(self._fraction, fraction)
            self.message = message or self.message
            self._is_new = True

    def is_due(self) -> bool:
        """Whether it is time to write: something is new, or two seconds have passed."""
        age = time.monotonic() - self._written
        return self._step is not None and (
            (self._is_new and age >= WRITE_SECONDS) or age >= TOUCH_SECONDS - WRITE_SECONDS
        )

    def mark_written(self) -> None:
        """Note that the row now says the same."""
        self._is_new, self._written = False, time.monotonic()
