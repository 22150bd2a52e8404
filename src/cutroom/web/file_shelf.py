"""The files of a project in the order people look for them: recordings first, a job's texts folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cutroom.database import Row

_TEXTS = frozenset({"subtitles", "document"})


@dataclass(frozen=True)
class Folder:
    """Files that one job wrote of the same subtitles.

    Attributes:
        job_id: The job.
        source: What the recording is called; None: it, or the job, is gone.
        files: Rows of assets, as they were written.
    """

    job_id: UUID
    source: str | None
    files: Sequence[Row]

    @property
    def title(self) -> str:
        """What they are, for people."""
        of = f" of {self.source}" if self.source else f": {self.files[0]['name']} and others"
        return f"Subtitle files{of} ({len(self.files)})"

    @property
    def created_at(self) -> datetime:
        """When they were made."""
        return self.files[-1]["created_at"]


@dataclass(frozen=True)
class Shelf:
    """All files of a page.

    Attributes:
        cards: Rows of assets that stand alone.
        folders: The others, newest first.
    """

    cards: Sequence[Row]
    folders: Sequence[Folder]


def arrange(assets: Sequence[Row]) -> Shelf:
    """Put recordings before texts, and fold the texts that a job made when they are several.

    Args:
        assets: Rows of `assets.list_all`, newest first; the order within each kind stays.
    """
    made: dict[UUID, list[Row]] = {}
    for asset in assets:
        if asset["kind"] in _TEXTS and asset["source_job_id"]:
            made.setdefault(asset["source_job_id"], []).append(asset)
    folders = [
        Folder(job_id, rows[0]["source_name"], rows[::-1]) for job_id, rows in made.items() if len(rows) > 1
    ]
    folded = {asset["id"] for folder in folders for asset in folder.files}
    alone = [asset for asset in assets if asset["id"] not in folded]
    return Shelf(sorted(alone, key=lambda asset: asset["kind"] in _TEXTS), folders)
