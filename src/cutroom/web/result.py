"""The result of a noise removal: what the player plays, draws and says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cutroom.accounts import User
from cutroom.database import Row, fetch_row
from cutroom.jobs.resources import Resources
from cutroom.library import assets
from cutroom.web import waveform, wording


@dataclass(frozen=True)
class Result:
    """Everything that the page of a finished job shows.

    Attributes:
        source: The recording before; None when it was deleted.
        sound: The cleaned sound; None when it was deleted.
        video: The video with the cleaned sound, where there is one.
        seconds: Length of what is compared.
        offset: Where a preview begins within the recording before.
        before: The outline of the waveform before, on the same scale as `after`.
        after: The outline of the waveform after.
        gains: dB for before and after, at which both are equally loud.
        measures: The table of what was measured.
        summary: What became of the noise, in one sentence.
        engine: Which engine did it.
        engine_reason: Why that one.
        warnings: What the engine noticed.
    """

    source: Row | None
    sound: Row | None
    video: Row | None
    seconds: float
    offset: float
    before: str
    after: str
    gains: tuple[float, float]
    measures: list[wording.Measure]
    summary: str | None
    engine: str
    engine_reason: str
    warnings: list[str]

    @property
    def can_compare(self) -> bool:
        """Whether both sides are still there."""
        return self.source is not None and self.sound is not None

    @property
    def downloads(self) -> list[Row]:
        """The files that were made and are still there."""
        return [row for row in (self.video, self.sound) if row is not None]


async def read_result(rooms: Resources, user: User, job: dict[str, Any]) -> Result | None:
    """Gather the result of a job that is completed; None for kinds without such a result."""
    output: dict[str, Any] = job.get("outputData") or {}
    if "resultAssetId" not in output or job["type"] == "video":
        return None
    async with rooms.database.transaction() as connection:
        row = await fetch_row(connection, "jobs.find", job_id=UUID(job["jobId"]), owner_id=user.user_id)
        found = [
            await assets.find_served(connection, UUID(asset_id)) if asset_id else None
            for asset_id in (job.get("assetId"), output["resultAssetId"], output.get("resultVideoAssetId"))
        ]
    source, sound, video = (row if row and row["owner_id"] == user.user_id else None for row in found)
    seconds = float(sound["media"].get("duration") or 0) if sound else 0.0
    offset = float(row["input"].get("start") or 0)
    old, old_seconds = await waveform.read_peaks(rooms.storage, source)
    new, _ = await waveform.read_peaks(rooms.storage, sound)
    old = waveform.cut(old, old_seconds, offset, seconds)
    top = waveform.loudest(old, new)
    measured = output.get("measured")
    return Result(
        source=source,
        sound=sound,
        video=video,
        seconds=seconds,
        offset=offset,
        before=waveform.outline(old, top),
        after=waveform.outline(new, top),
        gains=wording.equal_gains(measured),
        measures=wording.measures(measured),
        summary=wording.summary(measured),
        engine=wording.engine_word(output.get("engine") or job.get("engine") or ""),
        engine_reason=output.get("engineReason") or "",
        warnings=_sentences(output.get("warnings")),
    )


def _sentences(warnings: list[str | dict[str, str]] | None) -> list[str]:
    """Return what people read of warnings, which are sentences, or objects with a `message`."""
    return [w if isinstance(w, str) else w.get("message", "") for w in warnings or []]
