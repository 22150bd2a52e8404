"""Whole tracks out of the database; the last ones stay in memory, because an editor asks for one again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from threading import Lock
from uuid import UUID

from cutroom.database import Connection, Row, fetch_one
from cutroom.library.subtitle_text import Texts, read, written
from cutroom.subtitles import Rules, Track, Violation, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.explain import explain

_MOST_CHARACTERS = 12_000_000
"""Of the texts in memory, which stand for 6 times as many bytes; 6 hours of speech have 5,600,000."""


@dataclass(frozen=True)
class Whole:
    """Subtitles with their cues.

    Attributes:
        row: As `subtitles.find` returns it, with `shots`.
        track: The cues.
        texts: Each cue as it is stored.
    """

    row: Row
    track: Track
    texts: Texts

    @property
    def rules(self) -> Rules:
        """The rules they are checked against."""
        return read_preset(self.row["preset"])

    @cached_property
    def shots(self) -> tuple[Fraction, ...]:
        """First moments of new shots, in seconds."""
        return tuple(Fraction(shot) for shot in self.row["shots"])

    @property
    def seconds(self) -> Fraction | None:
        """Length of the recording; None where that is not known."""
        return None if self.row["seconds"] is None else Fraction(str(self.row["seconds"]))

    def violations(self, preset: str | None = None) -> list[Violation]:
        """Check the cues against their own or another preset; call it beside the event loop.

        What the segmenter has left broken says why.

        Raises:
            Refused: With code `unknown_preset`.
        """
        rules = self.rules if preset is None else read_preset(preset)
        found = check(self.track, rules, shots=self.shots, seconds=self.seconds)
        if self.is_as_made and rules == self.rules:
            return [replace(each, reason=each.reason or explain(each, self.track, rules)) for each in found]
        return found

    @property
    def is_as_made(self) -> bool:
        """Whether a job made them for these very rules, and nobody has changed them."""
        return self.row["job_id"] is not None and self.row["revision"] == 1


class _Memory:
    """The tracks that were used last, by the id of their content and what they were read with."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[UUID, str, str], tuple[Track, Texts, int]] = OrderedDict()
        self._lock = Lock()

    def contents(self) -> list[UUID]:
        with self._lock:
            return [key[0] for key in self._kept]

    def find(self, row: Row) -> tuple[Track, Texts] | None:
        with self._lock:
            found = self._kept.get(_key(row))
            if found is None:
                return None
            self._kept.move_to_end(_key(row))
            return found[:2]

    def keep(self, row: Row, track: Track, texts: Texts) -> None:
        with self._lock:
            self._kept[_key(row)] = (track, texts, sum(map(len, texts)))
            while sum(size for _, _, size in self._kept.values()) > _MOST_CHARACTERS:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


_memory = _Memory()


def _key(row: Row) -> tuple[UUID, str, str]:
    return row["content_id"], row["language"], row["rate"]


async def load(connection: Connection, subtitles_id: UUID, owner_id: UUID) -> Whole | None:
    """Return subtitles of an owner with their cues; somebody else's are None, as missing ones."""
    asked = {"subtitles_id": subtitles_id, "owner_id": owner_id}
    row = await fetch_one(connection, "subtitles.read", known=_memory.contents(), **asked)
    if row is None:
        return None
    found = _memory.find(row)
    if found is None and row["cues"] is None:  # it was there a moment ago, or was read with another rate
        row = await fetch_one(connection, "subtitles.read", known=[], **asked)
        if row is None:
            return None
    text = row.pop("cues")
    if found is None:
        found = await asyncio.to_thread(_read, text, Fraction(row["rate"]), row["language"])
        _memory.keep(row, *found)
    return Whole(row, *found)


def remember(row: Row, track: Track, texts: Texts) -> None:
    """Keep a track that was just written; should its transaction fail, nobody asks for its id again."""
    _memory.keep(row, track, texts)


def forget_all() -> None:
    """Empty the memory, for tests and where memory runs short."""
    _memory.clear()


def _read(text: str, rate: Fraction, language: str) -> tuple[Track, Texts]:
    track = Track(read(text, rate), language, rate)
    return track, written(track.cues)
