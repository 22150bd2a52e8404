"""Subtitles in the database: kept exactly, one's own only, paged, and gone with their project."""

from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.base.ids import new_id
from cutroom.library import assets, projects, subtitle_tracks, subtitles
from cutroom.library.subtitle_text import written
from cutroom.subtitles import Cue, Track, Word

RATE = Fraction(24000, 1001)


def track(count: int = 3) -> Track:
    cues = tuple(
        Cue(
            48 * n / RATE,
            (48 * n + 40) / RATE,
            f"<i>Cue</i> {n}\nسطر 𝄞",
            (Word(48 * n / RATE, (48 * n + 1) / RATE, f"Cue {n}", confidence=0.5, speaker="1"),),
            "1",
            "top" if n % 2 else "bottom",
        )
        for n in range(count)
    )
    return Track(cues, "en-GB", RATE)


async def made(library, **fields):
    async with library.database.transaction() as connection:
        return await subtitles.create(
            connection,
            **{
                "project_id": library.project_id,
                "owner_id": library.owner_id,
                "name": "talk (en)",
                "track": track(),
                "preset": "netflix",
                **fields,
            },
        )


async def test_a_track_comes_back_exactly(library):
    shots = (Fraction(1001, 24000), Fraction(2))
    row = await made(library, shots=shots, seconds=61.44, origin={"engine": "pocketsphinx"})
    async with library.database.transaction() as connection:
        plain = await subtitles.find(connection, row["id"], library.owner_id)
        whole = await subtitle_tracks.load(connection, row["id"], library.owner_id)
        again = await subtitle_tracks.load(connection, row["id"], library.owner_id)
    assert plain == row
    assert whole.track == again.track == track()
    assert whole.texts == again.texts == written(track().cues)
    assert whole.shots == shots
    assert whole.seconds == Fraction("61.44")
    assert (row["revision"], row["position"], row["cue_count"]) == (1, 0, 3)
    assert (row["undo_label"], row["redo_label"]) == (None, None)
    assert row["origin"] == {"engine": "pocketsphinx"}


async def test_somebody_elses_subtitles_are_as_missing_ones(library, stranger):
    row, other = await made(library), await stranger()
    async with library.database.transaction() as connection:
        for owner in (other, new_id()):
            assert await subtitles.find(connection, row["id"], owner) is None
            assert await subtitles.change(connection, row["id"], owner, name="mine") is None
            assert await subtitles.delete(connection, row["id"], owner) is False
            assert await subtitles.list_all(connection, owner, limit=10) == []
        assert await subtitles.find(connection, row["id"], library.owner_id) == row


async def test_lists_are_newest_first_paged_and_filtered(library):
    asset_id, job_id = await library.asset(), new_id()
    rows = [await made(library), await made(library, asset_id=asset_id), await made(library, job_id=job_id)]
    ids = [row["id"] for row in rows]
    async with library.database.transaction() as connection:

        async def page(limit=9, **options):
            found = await subtitles.list_all(connection, library.owner_id, limit=limit, **options)
            return [row["id"] for row in found]

        assert await page() == ids[::-1]
        assert await page(limit=2) == ids[:0:-1]
        assert await page(before=ids[1]) == ids[:1]
        assert await page(asset_id=asset_id) == [ids[1]]
        assert await page(job_id=job_id) == [ids[2]]
        assert await page(project_id=library.project_id) == ids[::-1]
        assert await page(project_id=new_id()) == []


async def test_only_what_changes_the_cues_meaning_is_a_new_revision(library):
    row = await made(library)
    async with library.database.transaction() as connection:
        renamed = await subtitles.change(connection, row["id"], library.owner_id, name=" New ")
        changed = await subtitles.change(
            connection, row["id"], library.owner_id, language="de", rate=Fraction(25)
        )
        whole = await subtitle_tracks.load(connection, row["id"], library.owner_id)
    assert (renamed["name"], renamed["revision"]) == ("New", 1)
    assert (changed["name"], changed["language"], changed["rate"], changed["revision"]) == (
        "New",
        "de",
        "25",
        2,
    )
    moved = whole.track.cues
    assert all(
        abs(now.start - then.start) < Fraction(1, 10**6)
        for now, then in zip(moved, track().cues, strict=True)
    )


async def test_an_unknown_preset_is_refused(library):
    row = await made(library)
    with pytest.raises(Refused, match="netflix"):
        await made(library, preset="nonsense")
    with pytest.raises(Refused, match="netflix"):
        async with library.database.transaction() as connection:
            await subtitles.change(connection, row["id"], library.owner_id, preset="nonsense")


async def test_subtitles_outlive_their_recording_but_not_their_project(library):
    asset_id = await library.asset()
    row = await made(library, asset_id=asset_id, shots=(Fraction(3),))
    async with library.database.transaction() as connection:
        assert await subtitles.last_shots(connection, asset_id, library.owner_id) == (3,)
        assert await subtitles.last_shots(connection, asset_id, new_id()) == ()
        assert await assets.delete(connection, asset_id, library.owner_id)
        left = await subtitles.find(connection, row["id"], library.owner_id)
        assert left["asset_id"] is None
        assert await projects.delete(connection, library.project_id, library.owner_id)
        assert await subtitles.find(connection, row["id"], library.owner_id) is None
