"""A splice: cues of a track replaced by others; what edits come down to and undo turns around."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cutroom.base.errors import Conflict
from cutroom.subtitles.cue import Cue, Track


@dataclass(frozen=True, slots=True)
class Splice:
    """Consecutive cues taken out of a track, and those put in their place.

    Attributes:
        at: The place of the first of them, from 0.
        removed: What stood there; may be empty.
        inserted: What stands there afterwards; may be empty.
    """

    at: int
    removed: tuple[Cue, ...] = ()
    inserted: tuple[Cue, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return self.removed != self.inserted

    def inverse(self) -> Splice:
        """Return the splice that undoes this one."""
        return Splice(self.at, removed=self.inserted, inserted=self.removed)

    def apply(self, track: Track) -> Track:
        """Return the track afterwards.

        Raises:
            Conflict: With code `stale_splice`, when the track no longer has the cues to remove.
        """
        end = self.at + len(self.removed)
        if self.at < 0 or track.cues[self.at : end] != self.removed or self.at > len(track.cues):
            raise Conflict(
                f"The cues from number {self.at + 1} on are no longer those this change was made for; "
                "load the subtitles again.",
                code="stale_splice",
            )
        return replace(track, cues=track.cues[: self.at] + self.inserted + track.cues[end:])


def splice_between(old: Track, new: Track) -> Splice:
    """Return the smallest splice that turns one track's cues into another's."""
    before, after = old.cues, new.cues
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    room = shorter - head
    tail = next((n for n in range(room) if before[-1 - n] != after[-1 - n]), room)
    return Splice(head, removed=before[head : len(before) - tail], inserted=after[head : len(after) - tail])
