"""How long a job takes: learned from the last fifty of its kind, per media second."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cutroom.base.clock import now
from cutroom.database import Connection, Row, fetch_row
from cutroom.jobs.kind import Kind

_TRUSTED_PERCENT = 5.0  # below this the pace of the run itself says too little


async def seconds(connection: Connection, kind: Kind[Any], work_seconds: float | None) -> float:
    """Estimate the total seconds of a new job: the median pace of history times its length."""
    if work_seconds:
        history = await fetch_row(connection, "jobs.history", kind=kind.name)
        if history["jobs"]:
            return max(1.0, float(history["ratio"]) * work_seconds)
    return kind.first_estimate


def remaining(row: Row, at: datetime | None = None) -> float | None:
    """Estimate the seconds that a running job still needs, from its own pace once it has one."""
    if row["started_at"] is None or row["state"] != "processing":
        return None
    elapsed = ((at or now()) - row["started_at"]).total_seconds()
    if row["progress"] >= _TRUSTED_PERCENT:
        return elapsed * (100.0 - row["progress"]) / row["progress"]
    return max(0.0, (row["estimated_seconds"] or 0.0) - elapsed)
