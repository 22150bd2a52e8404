"""How far cues are from the words they show: what viewers take for out of sync."""

from __future__ import annotations

from dataclasses import dataclass

from cutroom.subtitles.cue import Cue, Track
from cutroom.subtitles.frame_grid import FrameGrid


@dataclass(frozen=True, slots=True)
class Drift:
    """What a cue lacks of its words. Being shown earlier or longer is no drift.

    Attributes:
        cue: The cue's place in the track, from 0.
        late: Frames from the beginning of its first word until it is shown; 0 or more.
        early: Frames from when it is gone until its last word ends; 0 or more.
    """

    cue: int
    late: int
    early: int

    @property
    def frames(self) -> int:
        """The worse of both."""
        return max(self.late, self.early)


def word_drift(track: Track) -> list[Drift]:
    """Return the drift of every cue whose words are known, in the order of the cues."""
    grid = FrameGrid(track.rate)
    return [_drift(n, cue, grid) for n, cue in enumerate(track.cues) if cue.words]


def _drift(n: int, cue: Cue, grid: FrameGrid) -> Drift:
    late = grid.nearest(cue.start) - grid.floor(cue.words[0].start)
    early = grid.ceil(cue.words[-1].end) - grid.nearest(cue.end)
    return Drift(n, max(0, late), max(0, early))
