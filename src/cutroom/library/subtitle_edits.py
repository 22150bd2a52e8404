"""Editing subtitles: each request is one step that can be undone, and two editors never mix unseen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from cutroom.base.errors import Conflict, Refused
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_one
from cutroom.library import subtitle_tracks, subtitles
from cutroom.library.subtitle_text import Texts, joined, read, written
from cutroom.library.subtitle_tracks import Whole
from cutroom.subtitles import Track, Violation
from cutroom.subtitles.codec import splice_from_json
from cutroom.subtitles.edit import Edit, FixCues, carry_out, label
from cutroom.subtitles.fix import Change, fix
from cutroom.subtitles.splice import Splice

MOST_EDITS = 500
"""Steps of the history; older ones are forgotten."""
MOST_CHARACTERS = 50_000_000
"""Of the history of one track; a step that changes every cue of 6 hours has 11,000,000."""
MOST_CUES = 100_000
"""Of one track; 6 hours of speech have 6,000."""


@dataclass(frozen=True)
class Edited:
    """What an edit, an undo or a redo did.

    Attributes:
        whole: The subtitles afterwards.
        splices: How they came from those before, in order; empty where nothing changed.
        mended: What the fixer was to do last; None: it was not asked.
        changes: What it did, in order; a cue is meant by its place before the edit that asked for it.
    """

    whole: Whole
    splices: tuple[Splice, ...]
    mended: FixCues | None = None
    changes: tuple[Change, ...] = ()

    def violations(self) -> list[Violation]:
        """Check the cues; what the fixer could not mend says why. Call it beside the event loop."""
        whole = self.whole
        if self.mended is not None:
            again = fix(
                whole.track,
                whole.rules,
                shots=whole.shots,
                seconds=whole.seconds,
                cues=self.mended.cues,
                only=self.mended.rules,
            )
            # A second run finds nothing to do, unless the numbers mean other cues by now.
            if again.track == whole.track:
                return list(again.remaining)
        return whole.violations()


@dataclass(frozen=True)
class _Written:
    """A track with its stored form, and the splices that led to it with theirs."""

    track: Track
    texts: Texts
    splices: tuple[Splice, ...] = ()
    history: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    def spliced(self, splice: Splice) -> _Written:
        """Return the track after one more splice, with every cue as it will be read again."""
        texts = written(splice.inserted)
        inserted = read(joined(texts), self.track.rate)
        at, end = splice.at, splice.at + len(splice.removed)
        removed = joined(self.texts[at:end])
        history = f'{{"at":{at},"removed":{removed},"inserted":{joined(texts)}}}'
        return _Written(
            replace(self.track, cues=self.track.cues[:at] + inserted + self.track.cues[end:]),
            self.texts[:at] + texts + self.texts[end:],
            (*self.splices, replace(splice, inserted=inserted)),
            (*self.history, history),
            self.changes,
        )


async def edit(
    connection: Connection,
    subtitles_id: UUID,
    owner_id: UUID,
    revision: int,
    edits: Sequence[Edit],
) -> Edited:
    """Do edits one after another, as one step of the history. What was undone can be redone no more.

    Args:
        connection: An open transaction.
        subtitles_id: What to edit.
        owner_id: Who asks.
        revision: The one that the edits were made for.
        edits: At least one, in order; each meets what the one before left.

    Raises:
        NotFound: With code `subtitles_not_found`, or what `apply` raises.
        Conflict: With code `stale_revision`, when somebody else changed them meanwhile.
        Refused: With code `too_many_cues`, or what `apply` raises.
    """
    whole = await _open(connection, subtitles_id, owner_id, revision)
    result = await asyncio.to_thread(_apply, whole, edits)
    last = edits[-1]
    mended = last if isinstance(last, FixCues) else None
    if not result.splices:
        return Edited(whole, (), mended)
    position = whole.row["position"] + 1
    await execute(connection, "subtitles.forget_undone", subtitles_id=subtitles_id, position=position - 1)
    splices = joined(result.history)
    await execute(
        connection,
        "subtitles.insert_edit",
        subtitles_id=subtitles_id,
        position=position,
        label=label_of(edits),
        splices=splices,
        characters=len(splices),
    )
    await execute(
        connection,
        "subtitles.forget_oldest",
        subtitles_id=subtitles_id,
        most_edits=MOST_EDITS,
        most_characters=MOST_CHARACTERS,
    )
    return replace(await _store(connection, whole, result, position), mended=mended)


def label_of(edits: Sequence[Edit]) -> str:
    """Name a step of the history for people: "Split cue 12", "Split cue 12 and 2 more changes"."""
    more = len(edits) - 1
    added = f" and {more} more change{'s' if more > 1 else ''}" if more else ""
    return label(edits[0]) + added


async def undo(connection: Connection, subtitles_id: UUID, owner_id: UUID, revision: int) -> Edited:
    """Take the last step back.

    Raises:
        NotFound: With code `subtitles_not_found`.
        Conflict: With code `stale_revision` or `nothing_to_undo`.
    """
    whole = await _open(connection, subtitles_id, owner_id, revision)
    position = whole.row["position"]
    splices = await _remembered(connection, whole.row, position, "undo")
    result = await asyncio.to_thread(_follow, whole, [splice.inverse() for splice in reversed(splices)])
    return await _store(connection, whole, result, position - 1)


async def redo(connection: Connection, subtitles_id: UUID, owner_id: UUID, revision: int) -> Edited:
    """Do the step again that was undone last.

    Raises:
        NotFound: With code `subtitles_not_found`.
        Conflict: With code `stale_revision` or `nothing_to_redo`.
    """
    whole = await _open(connection, subtitles_id, owner_id, revision)
    position = whole.row["position"] + 1
    splices = await _remembered(connection, whole.row, position, "redo")
    result = await asyncio.to_thread(_follow, whole, splices)
    return await _store(connection, whole, result, position)


async def _open(connection: Connection, subtitles_id: UUID, owner_id: UUID, revision: int) -> Whole:
    if not await subtitles.lock(connection, subtitles_id, owner_id):
        raise subtitles.unknown_subtitles()
    whole = await subtitle_tracks.load(connection, subtitles_id, owner_id)
    if whole is None:
        raise subtitles.unknown_subtitles()
    if whole.row["revision"] != revision:
        message = (
            f"These subtitles were changed meanwhile: revision {revision} is now {whole.row['revision']}; "
            "load them again and repeat the change."
        )
        details = {"revision": whole.row["revision"]}
        raise Conflict(message, code="stale_revision", details=details)
    return whole


def _apply(whole: Whole, edits: Iterable[Edit]) -> _Written:
    result = _Written(whole.track, whole.texts)
    for one in edits:
        done = carry_out(result.track, one, whole.rules, shots=whole.shots, seconds=whole.seconds)
        if done.splice:
            result = replace(result.spliced(done.splice), changes=result.changes + done.changes)
    if len(result.track.cues) > max(MOST_CUES, len(whole.track.cues)):
        message = f"The track would have {len(result.track.cues):,} cues; at most {MOST_CUES:,} are kept."
        raise Refused(message, code="too_many_cues")
    return result


def _follow(whole: Whole, splices: Iterable[Splice]) -> _Written:
    result = _Written(whole.track, whole.texts)
    for splice in splices:
        splice.apply(result.track)  # only to be sure that it fits
        result = result.spliced(splice)
    return result


async def _remembered(connection: Connection, row: Row, position: int, wish: str) -> list[Splice]:
    found = await fetch_one(connection, "subtitles.find_edit", subtitles_id=row["id"], position=position)
    if found is None:
        message = f"There is nothing to {wish}."
        raise Conflict(message, code=f"nothing_to_{wish}")
    rate = Fraction(row["rate"])
    return await asyncio.to_thread(
        lambda: [splice_from_json(splice, rate) for splice in json.loads(found["splices"])]
    )


async def _store(connection: Connection, before: Whole, result: _Written, position: int) -> Edited:
    subtitles_id, content_id = before.row["id"], new_id()
    await execute(
        connection,
        "subtitles.write",
        subtitles_id=subtitles_id,
        cues=joined(result.texts),
        content_id=content_id,
        cue_count=len(result.texts),
        position=position,
    )
    row = await subtitles.find(connection, subtitles_id, before.row["owner_id"])
    if row is None:  # the row is locked: nobody can have deleted it
        raise subtitles.unknown_subtitles()
    row["shots"] = before.row["shots"]
    subtitle_tracks.remember(row, result.track, result.texts)
    return Edited(Whole(row, result.track, result.texts), result.splices, changes=result.changes)
