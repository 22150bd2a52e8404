"""Edits of subtitles: one step each, undone and redone exactly, never mixed with another editor's."""

import asyncio
import random
from fractions import Fraction

import pytest

from cutroom.base.errors import Conflict, NotFound, Refused
from cutroom.base.ids import new_id
from cutroom.library import assets, projects, subtitle_edits, subtitle_tracks, subtitles
from cutroom.library.subtitle_edits import label_of
from cutroom.library.subtitle_import import hold_recording
from cutroom.subtitles import Cue, Track, Word
from cutroom.subtitles.edit import (
    Delete,
    FixCues,
    Insert,
    Merge,
    ReplaceText,
    SetPlace,
    SetSpeaker,
    SetText,
    SetTimes,
    Shift,
    Split,
)

RATE = Fraction(24000, 1001)


def cue(number: int) -> Cue:
    start = (120 * number + 24) / RATE
    words = tuple(
        Word(start + 8 * n / RATE, start + (8 * n + 7) / RATE, word)
        for n, word in enumerate(("one", "two", "three", f"nr{number}"))
    )
    return Cue(start, start + 48 / RATE, f"one two three nr{number}", words)


class Editor:
    """Subtitles in the database and the revision that somebody sees."""

    def __init__(self, library, row) -> None:
        self.library, self.id, self.revision = library, row["id"], row["revision"]

    async def run(self, work, *more):
        seen = self.revision  # before it waits for a connection, while another edit may be done
        async with self.library.database.transaction() as connection:
            edited = await work(connection, self.id, self.library.owner_id, seen, *more)
        self.revision = edited.whole.row["revision"]
        return edited

    async def edit(self, *edits):
        return await self.run(subtitle_edits.edit, edits)

    async def undo(self):
        return await self.run(subtitle_edits.undo)

    async def redo(self):
        return await self.run(subtitle_edits.redo)

    async def load(self):
        """Read what is stored, past the memory."""
        subtitle_tracks.forget_all()
        async with self.library.database.transaction() as connection:
            return await subtitle_tracks.load(connection, self.id, self.library.owner_id)


@pytest.fixture
async def editor(library) -> Editor:
    async with library.database.transaction() as connection:
        row = await subtitles.create(
            connection,
            project_id=library.project_id,
            owner_id=library.owner_id,
            name="talk",
            track=Track(tuple(map(cue, range(6))), "en", RATE),
            preset="netflix",
        )
    return Editor(library, row)


async def test_an_edit_is_stored_undone_and_redone(editor):
    before = await editor.load()
    edited = await editor.edit(SetText(1, "one 2 three nr1"))
    assert edited.whole.row["undo_label"] == "Change the text of cue 2"
    assert (edited.whole.row["revision"], edited.whole.row["position"]) == (2, 1)
    (splice,) = edited.splices
    assert splice.at == 1
    assert splice.apply(before.track) == edited.whole.track
    assert edited.whole == await editor.load()
    assert [word.text for word in edited.whole.track.cues[1].words] == ["one", "2", "three", "nr1"]

    undone = await editor.undo()
    assert undone.whole.track == before.track
    assert undone.splices == (splice.inverse(),)
    assert (undone.whole.row["undo_label"], undone.whole.row["redo_label"]) == (
        None,
        "Change the text of cue 2",
    )
    assert undone.whole == await editor.load()
    assert (await editor.redo()).whole.track == edited.whole.track


async def test_several_edits_are_one_step(editor):
    before = await editor.load()
    edited = await editor.edit(Split(0, 7), Delete(3), SetSpeaker(0, "Anna"), SetPlace(1, "top"))
    assert len(edited.splices) == 4
    track = before.track
    for splice in edited.splices:
        track = splice.apply(track)
    assert track == edited.whole.track
    assert edited.whole.row["undo_label"] == "Split cue 1 and 3 more changes"
    assert (await editor.undo()).whole.track == before.track
    with pytest.raises(Conflict) as error:
        await editor.undo()
    assert error.value.code_word == "nothing_to_undo"


async def test_an_edit_that_changes_nothing_is_no_step(editor):
    edited = await editor.edit(SetText(0, "one two three nr0"))
    assert edited.splices == ()
    assert (edited.whole.row["revision"], edited.whole.row["undo_label"]) == (1, None)


async def test_of_a_request_that_fails_nothing_is_done(editor):
    before = await editor.load()
    with pytest.raises(NotFound) as error:
        await editor.edit(SetText(0, "other"), SetText(6, "there are six"))
    assert error.value.code_word == "unknown_cue"
    with pytest.raises(Refused):
        await editor.edit(Delete(0), SetTimes(0, Fraction(5), Fraction(4)))
    assert await editor.load() == before


async def test_after_a_new_edit_nothing_is_redone(editor):
    await editor.edit(Delete(0))
    await editor.undo()
    await editor.edit(Delete(5))
    with pytest.raises(Conflict) as error:
        await editor.redo()
    assert error.value.code_word == "nothing_to_redo"
    assert (await editor.undo()).whole.row["cue_count"] == 6


async def test_an_edit_of_another_revision_is_refused(editor):
    await editor.edit(Delete(0))
    editor.revision = 1
    for work in (editor.edit(Delete(0)), editor.undo(), editor.redo()):
        with pytest.raises(Conflict) as error:
            await work
        assert (error.value.code_word, error.value.details) == ("stale_revision", {"revision": 2})
    assert (await editor.load()).row["cue_count"] == 5


async def test_of_two_editors_at_once_one_wins(editor):
    results = await asyncio.gather(
        *(editor.edit(SetText(0, f"editor {n}")) for n in range(5)), return_exceptions=True
    )
    won = [result for result in results if not isinstance(result, Exception)]
    lost = [result for result in results if isinstance(result, Conflict)]
    assert (len(won), len(lost)) == (1, 4)
    assert (await editor.load()).track == won[0].whole.track


async def test_somebody_elses_subtitles_are_not_edited(editor, stranger):
    editor.library.owner_id = await stranger()
    for work in (editor.edit(Delete(0)), editor.undo(), editor.redo()):
        with pytest.raises(NotFound) as error:
            await work
        assert error.value.code_word == "subtitles_not_found"
    editor.library.owner_id = new_id()
    with pytest.raises(NotFound):
        await editor.undo()


async def test_a_failed_transaction_leaves_no_trace_in_memory(editor):
    before = await editor.load()

    async def edit_and_fail():
        async with editor.library.database.transaction() as connection:
            await subtitle_edits.edit(connection, editor.id, editor.library.owner_id, 1, [Delete(0)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await edit_and_fail()
    async with editor.library.database.transaction() as connection:
        assert await subtitle_tracks.load(connection, editor.id, editor.library.owner_id) == before
    assert (await editor.edit(Delete(1))).whole.row["revision"] == 2


async def test_the_history_is_as_long_as_it_may_be(editor, monkeypatch):
    monkeypatch.setattr(subtitle_edits, "MOST_EDITS", 5)
    for n in range(8):
        await editor.edit(SetText(0, f"text {n}"))
    for n in range(5):
        assert (await editor.undo()).whole.track.cues[0].text == f"text {6 - n}"
    with pytest.raises(Conflict) as error:
        await editor.undo()
    assert error.value.code_word == "nothing_to_undo"
    for n in range(5):
        assert (await editor.redo()).whole.track.cues[0].text == f"text {3 + n}"


async def test_the_history_is_as_large_as_it_may_be(editor, monkeypatch):
    monkeypatch.setattr(subtitle_edits, "MOST_CHARACTERS", 3000)
    await editor.edit(SetPlace(0, "top"))
    await editor.edit(Shift(0, Fraction(1)))  # every cue twice: over 3000 characters alone
    assert (await editor.undo()).whole.track.cues[0].place == "top"
    with pytest.raises(Conflict):
        await editor.undo()


async def test_a_track_has_at_most_so_many_cues(editor, monkeypatch):
    monkeypatch.setattr(subtitle_edits, "MOST_CUES", 7)
    await editor.edit(Split(0, 7))
    with pytest.raises(Refused) as error:
        await editor.edit(Split(0, 3))
    assert error.value.code_word == "too_many_cues"


async def test_any_edits_are_undone_and_redone_to_the_letter(editor, seed):
    chance = random.Random(seed)
    states = [(await editor.load()).track]
    while len(states) < 25:
        cues = states[-1].cues
        try:
            edited = await editor.edit(*(_any_edit(chance, cues) for _ in range(chance.choice((1, 1, 2)))))
        except (Refused, NotFound):
            continue
        if edited.splices:
            states.append(edited.whole.track)
            assert edited.whole == await editor.load()
    for state in reversed(states[:-1]):
        assert (await editor.undo()).whole.track == state
    for state in states[1:]:
        assert (await editor.redo()).whole.track == state


def _any_edit(chance: random.Random, cues: tuple[Cue, ...]):
    number = chance.randrange(max(1, len(cues)))
    time = Fraction(chance.randrange(40_000), 1000)
    return chance.choice(
        (
            SetText(number, chance.choice(("one <i>two</i>\nthree", "new words nr0", "سطر 𝄞 two", ""))),
            SetTimes(number, time, time + Fraction(chance.randrange(1, 4000), 1000)),
            Split(number, chance.randrange(20)),
            Split(number, seconds=time),
            Merge(number),
            Insert(time, time + 1, "inserted"),
            Delete(number),
            Shift(number, Fraction(chance.randrange(-500, 500), 333)),
            SetSpeaker(number, chance.choice((None, "Anna", "2"))),
            SetPlace(number, chance.choice(("top", "middle", "bottom"))),
            ReplaceText("two", chance.choice(("zwei drei", "t", "2"))),
        )
    )


async def test_what_the_fixer_cannot_mend_says_why(editor):
    edited = await editor.edit(SetText(0, "x" * 60), SetText(1, "y" * 60))
    assert {found.reason for found in edited.violations()} == {None}
    fixed = await editor.edit(FixCues((0,), ("line-too-long",)))
    assert fixed.splices == ()
    assert fixed.whole.violations() == edited.violations()
    reasons = {found.cue: found.reason for found in fixed.violations() if found.rule == "line-too-long"}
    assert reasons[1] is None
    assert "longer than a line" in reasons[0]


async def test_what_the_segmenter_left_says_why_until_it_is_edited(library):
    late = Word(Fraction(0), Fraction(1), "Donaudampfschifffahrtsgesellschaftskapitänswitwe")
    cues = (Cue(Fraction(0), Fraction(3), late.text, (late,)),)
    async with library.database.transaction() as connection:
        row = await subtitles.create(
            connection,
            project_id=library.project_id,
            owner_id=library.owner_id,
            name="talk",
            track=Track(cues, "de", Fraction(25)),
            preset="netflix",
            job_id=new_id(),
        )
        whole = await subtitle_tracks.load(connection, row["id"], library.owner_id)
        await subtitles.change(connection, row["id"], library.owner_id, language="nl")
        changed = await subtitle_tracks.load(connection, row["id"], library.owner_id)
    assert "one word" in {found.rule: found.reason for found in whole.violations()}["line-too-long"]
    assert {found.reason for found in changed.violations()} == {None}


def test_labels():
    assert label_of([Split(11, 3)]) == "Split cue 12"
    assert label_of([Split(11, 3), Delete(0)]) == "Split cue 12 and 1 more change"


async def test_edits_and_deletions_at_once_never_lock_each_other_out(editor, library):
    asset_id = await library.asset()

    async def attach(connection, owner_id):
        held = await hold_recording(connection, owner_id, editor.id, asset_id)
        return await subtitles.change(connection, editor.id, owner_id, recording=held)

    async def in_transaction(work, *given):
        async with library.database.transaction() as connection:
            return await work(connection, *given, library.owner_id)

    results = await asyncio.gather(
        *(editor.edit(SetText(n, "changed")) for n in range(3)),
        in_transaction(attach),
        in_transaction(assets.delete, asset_id),
        in_transaction(projects.delete, library.project_id),
        in_transaction(subtitles.delete, editor.id),
        return_exceptions=True,
    )
    failures = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(failure, Conflict | NotFound) for failure in failures), failures
    async with library.database.transaction() as connection:
        assert await subtitles.find(connection, editor.id, library.owner_id) is None
