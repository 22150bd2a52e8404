"""A job as the outside sees it: the fixed contract's fields, and ours besides."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cutroom.base.clock import now, to_iso
from cutroom.database import Row
from cutroom.jobs import estimate
from cutroom.jobs.kind import kinds
from cutroom.jobs.run import Output

_ALL = 100  # percent
_PART = re.compile(r"(?P<step>[^:]+):\d+/(?P<count>\d+)")
ENDED = ("completed", "failed", "cancelled")


@dataclass(frozen=True)
class Surroundings:
    """What a pending job depends on besides itself."""

    ahead: int
    has_worker: bool
    is_paused: bool = False


def status_of(row: Row) -> str:
    """Return the contract's status: `pending` until the first start, `processing` until the end."""
    if row["state"] in ENDED:
        return row["state"]
    return "pending" if row["started_at"] is None else "processing"


def job_view(row: Row, steps: Sequence[Row], around: Surroundings) -> Output:
    """Return a job as JSON; fields without a value are left out."""
    error: dict[str, Any] = row["error"] or {}
    view: Output = {
        "jobId": str(row["id"]),
        "type": row["kind"],
        "name": _label(row),
        "status": status_of(row),
        "progress": _percent(row),
        "estimatedDuration": math.ceil(row["estimated_seconds"] or 0) or None,
        "outputData": row["output"],
        "errorMessage": error.get("message"),
        "createdAt": to_iso(row["created_at"]),
        "startedAt": _iso(row["started_at"]),
        "completedAt": _iso(row["ended_at"]),
        "projectId": _text(row["project_id"]),
        "assetId": _text(row["asset_id"]),
        "steps": _steps(row, steps),
        "message": row["message"] if row["state"] == "processing" else None,
        "remainingSeconds": _rounded(estimate.remaining(row)),
        "updatedAt": to_iso(row["updated_at"]),
        "waiting": _waiting(row, around),
        "error": row["error"],
        "attempt": row["attempt"],
        "cost": row["cost"],
        "engine": row["engine"],
    }
    return {name: value for name, value in view.items() if value is not None}


def new_job_view(row: Row) -> Output:
    """Return a job that was made just now, without asking where it stands in the queue."""
    view = job_view(row, [], Surroundings(0, has_worker=True))
    del view["waiting"]
    return view


def log_view(row: Row) -> Output:
    """Return a line of a job's log as JSON."""
    line = {**row, "at": to_iso(row["at"])}
    return {name: value for name, value in line.items() if value is not None}


def _percent(row: Row) -> int:
    return 100 if row["state"] == "completed" else min(99, int(row["progress"]))


def _label(row: Row) -> str | None:
    return kinds.load(row["kind"]).label(row["input"]) if row["kind"] in kinds.names() else None


def _steps(row: Row, records: Sequence[Row]) -> list[Output]:
    latest = _by_step(records)
    active: dict[str, Any] = row["active"] or {}
    error: dict[str, Any] = row["error"] or {}
    failed = error.get("step")
    plan = kinds.load(row["kind"]).plan(row["input"]) if row["kind"] in kinds.names() else ()
    shown: list[Output] = []
    for step in plan:
        view: Output = {"name": step.name, "title": step.title, "status": "pending", "progress": 0}
        record = latest.get(step.name)
        reached = 100 * record["done"] // record["parts"] if record else 0
        if active.get("name") == step.name and row["state"] == "processing":
            # Also where a part is recorded already: another engine may be doing it again.
            view |= {"status": "processing", "attempt": row["attempt"]} | _moving(active)
        elif record and reached == _ALL:
            view |= {
                "status": "completed",
                "progress": _ALL,
                "startedAt": to_iso(record["started_at"]),
                "completedAt": to_iso(record["ended_at"]),
                "attempt": record["attempt"],
            }
            if record["engine"]:
                view["engine"] = record["engine"]
        elif failed == step.name:
            view |= {"status": "failed", "attempt": row["attempt"]} | _moving(active)
            view["progress"] = max(view["progress"], reached)
        elif row["state"] == "completed":
            view["status"] = "skipped"
        else:
            view["progress"] = reached  # between two parts
        shown.append(view)
    return shown


def _by_step(records: Sequence[Row]) -> dict[str, Row]:
    """Return the latest record of each step, the parts of one taken together; see `run.Part`."""
    steps: dict[str, Row] = {}
    for record in records:
        found = _PART.fullmatch(record["name"])
        name, parts = (found["step"], int(found["count"])) if found else (record["name"], 1)
        begun: dict[str, Any] = {"names": set[str](), "started_at": record["started_at"]}
        if parts > 1 and name in steps and steps[name]["parts"] == parts:
            begun = steps[name]
        names = begun["names"] | {record["name"]}
        started = begun["started_at"]
        steps[name] = {**record, "names": names, "done": len(names), "parts": parts, "started_at": started}
    return steps


def _moving(active: dict[str, Any]) -> Output:
    return {name: active[name] for name in ("progress", "startedAt") if name in active}


def _waiting(row: Row, around: Surroundings) -> Output | None:
    if row["state"] not in {"pending", "suspended"}:
        return None
    view: Output = {"reason": row["waiting"] or _queue_reason(row, around)}
    if row["state"] == "pending" and not row["waiting"] and not _is_later(row):
        view["position"] = around.ahead + 1
    if row["run_at"]:
        view["until"] = to_iso(row["run_at"])
    return view


def _is_later(row: Row) -> bool:
    return row["run_at"] is not None and row["run_at"] > now()


def _queue_reason(row: Row, around: Surroundings) -> str:
    if _is_later(row):
        return f"It starts at {to_iso(row['run_at'])}."
    if around.is_paused:
        return "Its queue is paused by the operator; it starts when the queue goes on."
    if not around.has_worker:
        return "No worker is running; start one with `cutroom worker`."
    if around.ahead == 0:
        return "It is next; a worker takes it as soon as one is free."
    jobs = "1 job is" if around.ahead == 1 else f"{around.ahead} jobs are"
    return f"{jobs} ahead of it in the queue."


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else math.ceil(seconds)


def _iso(moment: Any) -> str | None:
    return None if moment is None else to_iso(moment)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
