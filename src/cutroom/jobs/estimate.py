"""How long a job takes: learned from the last fifty of its kind, per media second."""

from __future__ import annotations

import time
from typing import Any

from cutroom.base.clock import now
from cutroom.database import Connection, Row, fetch_row
from cutroom.jobs.kind import Kind

_TRUSTED_SHARE = 0.05  # below this the pace of the run itself says too little


_FRESH_SECONDS = 10.0  # a median of fifty jobs does not change faster
_paces: dict[tuple[str, str], tuple[float, float | None]] = {}


async def seconds(connection: Connection, kind: Kind[Any], work_seconds: float | None) -> float:
    """Estimate the total seconds of a new job: the median pace of history times its length."""
    pace = await _pace(connection, kind.name) if work_seconds else None
    if pace is None or not work_seconds:
        return kind.first_estimate
    return max(1.0, pace * work_seconds)


async def _pace(connection: Connection, kind: str) -> float | None:
    """Return wall seconds per media second of a kind, None before there is any history."""
    key = (connection.info.dbname, kind)
    asked_at, pace = _paces.get(key, (-_FRESH_SECONDS, None))
    if pace is None or time.monotonic() - asked_at > _FRESH_SECONDS:
        history = await fetch_row(connection, "jobs.history", kind=kind)
        pace = float(history["ratio"]) if history["jobs"] else None
        _paces[key] = (time.monotonic(), pace)
    return pace


def remaining(row: Row) -> float | None:
    """Estimate the seconds that a running job still needs, from the pace of its run once it has one.

    A run that continues after a crash has its own pace: the time before it and the progress that the
    job keeps showing meanwhile say nothing about it.
    """
    if row["started_at"] is None or row["state"] != "processing":
        return None
    active: dict[str, Any] = row["active"] or {}
    run: dict[str, float] = active.get("run") or {
        "seconds": (now() - row["started_at"]).total_seconds(),
        "done": row["progress"] / 100.0,
        "left": 1.0 - row["progress"] / 100.0,
    }
    if run["done"] >= _TRUSTED_SHARE:
        return run["seconds"] * run["left"] / run["done"]
    return max(0.0, (row["estimated_seconds"] or 0.0) * (run["done"] + run["left"]) - run["seconds"])
