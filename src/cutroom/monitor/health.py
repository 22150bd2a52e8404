"""Whether the platform can work right now, part by part, each with what to do."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import Any, Literal

import psutil

from cutroom.base.errors import CutroomError
from cutroom.base.settings import Settings
from cutroom.base.units import human_bytes
from cutroom.database import Database, fetch_row
from cutroom.storage import Storage

State = Literal["ok", "degraded", "critical"]
_ORDER: tuple[State, ...] = ("ok", "degraded", "critical")


@dataclass(frozen=True)
class Health:
    """The state of the whole, which is that of its worst part.

    Attributes:
        state: `critical` means that requests or jobs fail now.
        parts: For each part its state, a sentence where something is wrong, and its numbers.
    """

    state: State
    parts: dict[str, dict[str, Any]]


async def check(database: Database, storage: Storage, settings: Settings) -> Health:
    """Look at every part; never raises."""
    parts = {
        **await _check_database(database),
        "storage": await _check_storage(storage),
        "disk": _check_disk(settings),
        "memory": _check_memory(),
    }
    worst = max((part["state"] for part in parts.values()), key=_ORDER.index)
    return Health(worst, parts)


async def _check_database(database: Database) -> dict[str, dict[str, Any]]:
    began = time.perf_counter()
    try:
        async with database.transaction() as connection:
            counts = await fetch_row(connection, "monitor.counts")
    except CutroomError as error:
        return {"database": {"state": "critical", "message": error.message}}
    milliseconds = round(1000 * (time.perf_counter() - began), 1)
    queue = {name: counts[name] for name in ("pending", "processing", "suspended")}
    workers: dict[str, Any] = {"state": "ok", "count": counts["workers"]}
    if not counts["workers"]:
        workers |= {"state": "degraded", "message": "No worker runs; start one with `cutroom worker`."}
    return {
        "database": {"state": "ok", "milliseconds": milliseconds},
        "queue": {"state": "ok", **queue},
        "workers": workers,
    }


async def _check_storage(storage: Storage) -> dict[str, Any]:
    try:
        async for _key in storage.keys("health/"):
            break
    except CutroomError as error:
        return {"state": "critical", "message": error.message}
    return {"state": "ok"}


def _check_disk(settings: Settings) -> dict[str, Any]:
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < settings.disk_reserve_bytes:
        message = f"Only {human_bytes(free)} are free; uploads are refused until there is more."
        return {"state": "critical", "freeBytes": free, "message": message}
    return {"state": "ok", "freeBytes": free}


def _check_memory() -> dict[str, Any]:
    available = psutil.virtual_memory().available
    return {"state": "ok", "availableBytes": available}
