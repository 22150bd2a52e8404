"""Everything that the page of subtitles shows, gathered from a track and its row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cutroom.database import Row
from cutroom.library.subtitle_tracks import Whole
from cutroom.library.subtitle_view import subtitles_view
from cutroom.subtitles import Rules, Violation, preset_names, read_preset
from cutroom.web.cue_rows import CueRow, count_words, limits_of, make_rows, speakers_of

PER_PAGE = 50
_WIDEST, _TALLEST = 3.0, 0.5  # width by height of the frame around a picture


@dataclass(frozen=True)
class View:
    """Which part of the list is asked for.

    Attributes:
        number: The page, from 1; beyond the last one means the last one.
        only_problems: Whether cues without problems are left out.
    """

    number: int = 1
    only_problems: bool = False


@dataclass(frozen=True)
class SubtitlePage:
    """The page's content.

    Attributes:
        whole: The subtitles.
        violations: What the rules say against them.
        media: The recording; None where there is none or it was deleted.
        view: The part of the list that is shown.
        here: The page's own address, for coming back after a form.
    """

    whole: Whole
    violations: Sequence[Violation]
    media: Row | None
    view: View
    here: str

    def __getattr__(self, name: str) -> Any:
        """Look up columns of the row: name, language, preset, revision, project_id, job_id."""
        if name in {"id", "name", "language", "preset", "revision", "project_id", "job_id"}:
            return self.whole.row[name]
        raise AttributeError(name)

    @property
    def address(self) -> str:
        """Where the forms go."""
        return f"/subtitles/{self.whole.row['id']}"

    @property
    def presets(self) -> list[Rules]:
        """All rules that can be chosen."""
        return [read_preset(name) for name in preset_names()]

    @property
    def header(self) -> dict[str, Any]:
        """What the island knows before it has asked."""
        view = subtitles_view(self.whole.row)
        return {name: value for name, value in view.items() if name not in {"notes", "origin"}}

    @property
    def limits(self) -> dict[str, dict[str, object]]:
        """What is counted against while somebody types."""
        return dict(limits_of(self.presets, self.whole.row["language"]))

    @property
    def shots(self) -> list[float]:
        """Shot changes for the waveform."""
        return [round(float(shot), 6) for shot in self.whole.shots]

    @property
    def seconds(self) -> float:
        """Length of the recording, or 0."""
        known = self.media["media"].get("duration") if self.media else self.whole.seconds
        return round(float(known or 0), 3)

    @property
    def waveform(self) -> str | None:
        """Where the peaks of the sound are."""
        if self.media is None or not self.media["waveform_file_id"]:
            return None
        return f"/api/assets/{self.media['id']}/waveform"

    @property
    def ratio(self) -> str:
        """Width by height of the picture, within bounds that a page can show."""
        found: dict[str, Any] = self.media["media"] if self.media else {}
        width, height = found.get("width") or 16, found.get("height") or 9
        return f"{min(_WIDEST, max(_TALLEST, width / height)):.4f}"

    @property
    def rate_words(self) -> str:
        """The frame rate as people read it."""
        rate = Fraction(self.whole.row["rate"])
        return f"{f'{float(rate):.3f}'.rstrip('0').rstrip('.')} frames per second"

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        return self.whole.row["undo_label"] is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone edit."""
        return self.whole.row["redo_label"] is not None

    @property
    def undo_label(self) -> str | None:
        """What undo would undo."""
        return self.whole.row["undo_label"]

    @property
    def notes(self) -> list[str]:
        """What was noticed while they were made."""
        return list(self.whole.row["origin"].get("notes") or ())

    @property
    def faults(self) -> list[dict[str, Any]]:
        """What did not come through from the file they were read from: line, message, severity."""
        return list(self.whole.row["origin"].get("faults") or ())

    @property
    def reason(self) -> str | None:
        """Why there are no cues."""
        return self.whole.row["origin"].get("reason")

    @property
    def speakers(self) -> list[str]:
        """Who speaks."""
        return speakers_of(self.whole.track)

    @property
    def count_problems(self) -> int:
        """How many violations there are."""
        return len(self.violations)

    @property
    def cues_words(self) -> str:
        """How many cues there are."""
        return count_words(len(self.whole.track.cues), "cue")

    @property
    def errors_words(self) -> str:
        """How many errors there are."""
        return count_words(sum(each.severity == "error" for each in self.violations), "error")

    @property
    def warnings_words(self) -> str:
        """How many warnings there are."""
        return count_words(sum(each.severity == "warning" for each in self.violations), "warning")


@dataclass(frozen=True)
class RowsOfPage:
    """One page of the list.

    Attributes:
        rows: Its lines.
        number: Which page it is, from 1.
        pages: How many there are.
    """

    rows: Sequence[CueRow]
    number: int
    pages: int


def cut_rows(page: SubtitlePage) -> RowsOfPage:
    """Return the lines of the asked page."""
    rows = make_rows(page.whole.track, page.violations, only_problems=page.view.only_problems)
    pages = max(1, math.ceil(len(rows) / PER_PAGE))
    number = min(max(1, page.view.number), pages)
    return RowsOfPage(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, pages)
