"""Projects and assets: one's own only, paged, and never deleted under a job that needs them."""

import asyncio

import pytest

from cutroom.base.errors import Conflict
from cutroom.base.ids import new_id
from cutroom.library import assets, projects

UNFINISHED = ("pending", "processing", "suspended")


async def test_somebody_elses_things_are_as_missing_ones(library, stranger):
    asset_id, other = await library.asset(), await stranger()
    async with library.database.transaction() as connection:
        for owner in (other, new_id()):
            assert await projects.find(connection, library.project_id, owner) is None
            assert await projects.update(connection, library.project_id, owner, name="mine") is None
            assert await projects.delete(connection, library.project_id, owner) is False
            assert await assets.find(connection, asset_id, owner) is None
            assert await assets.find(connection, asset_id, owner, for_share=True) is None
            assert await assets.rename(connection, asset_id, owner, "mine") is None
            assert await assets.delete(connection, asset_id, owner) is False
            assert await assets.list_all(connection, library.project_id, owner, limit=10) == []
            assert await projects.list_all(connection, owner, limit=10) == []
        row = await assets.find(connection, asset_id, library.owner_id)
    assert (row["name"], row["bytes"], row["is_public"]) == ("talk.wav", 5, False)


async def test_lists_are_newest_first_and_paged(library):
    made = [await library.asset(bytes([n]), kind=("audio", "image")[n % 2]) for n in range(5)]
    async with library.database.transaction() as connection:

        async def page(**options):
            rows = await assets.list_all(connection, library.project_id, library.owner_id, **options)
            return [row["id"] for row in rows]

        assert await page(limit=2) == made[:2:-1]
        assert await page(limit=9, before=made[3]) == made[2::-1]
        assert await page(limit=9, kind="image") == [made[3], made[1]]


async def test_a_project_changes_only_what_is_given(library):
    async with library.database.transaction() as connection:
        first = await projects.update(connection, library.project_id, library.owner_id, is_public=True)
        second = await projects.update(connection, library.project_id, library.owner_id, name=" New ")
    assert (first["name"], first["is_public"]) == ("Talks", True)
    assert (second["name"], second["is_public"]) == ("New", True)


@pytest.mark.parametrize("state", UNFINISHED)
async def test_what_an_unfinished_job_needs_is_not_deleted(library, state):
    asset_id = await library.asset()
    async with library.database.transaction() as connection:
        job_id = await library.job(connection, asset_id, state)
    for attempt, thing, code in (
        (assets.delete, asset_id, "asset_in_use"),
        (projects.delete, library.project_id, "project_in_use"),
    ):
        with pytest.raises(Conflict, match=str(job_id)) as error:
            async with library.database.transaction() as connection:
                await attempt(connection, thing, library.owner_id)
        assert error.value.code_word == code
        assert error.value.details == {"jobIds": [str(job_id)]}
    async with library.database.transaction() as connection:
        await connection.execute("update jobs set state = 'cancelled'")
        assert await assets.delete(connection, asset_id, library.owner_id)
        assert await projects.delete(connection, library.project_id, library.owner_id)


@pytest.mark.parametrize("delete", [assets.delete, projects.delete])
async def test_a_deletion_waits_for_a_submission_under_way(library, delete):
    """The submission holds the asset's row; the deletion then sees its job."""
    asset_id = await library.asset()
    thing = asset_id if delete is assets.delete else library.project_id

    async def attempt():
        async with library.database.transaction() as connection:
            return await delete(connection, thing, library.owner_id)

    async with library.database.transaction() as connection:
        assert await assets.find(connection, asset_id, library.owner_id, for_share=True)
        deletion = asyncio.ensure_future(attempt())
        await asyncio.sleep(0.1)
        assert not deletion.done()
        await library.job(connection, asset_id)
    with pytest.raises(Conflict):
        await deletion


@pytest.mark.parametrize("delete", [assets.delete, projects.delete])
async def test_a_submission_waits_for_a_deletion_under_way(library, delete):
    asset_id = await library.asset()
    thing = asset_id if delete is assets.delete else library.project_id

    async def hold():
        async with library.database.transaction() as connection:
            return await assets.find(connection, asset_id, library.owner_id, for_share=True)

    async with library.database.transaction() as connection:
        assert await delete(connection, thing, library.owner_id)
        submission = asyncio.ensure_future(hold())
        await asyncio.sleep(0.1)
        assert not submission.done()
    assert await submission is None


async def test_submissions_and_deletions_at_random_leave_no_job_without_its_asset(library):
    async def submit(asset_id):
        async with library.database.transaction() as connection:
            if await assets.find(connection, asset_id, library.owner_id, for_share=True):
                await asyncio.sleep(0)
                await library.job(connection, asset_id)

    async def remove(asset_id):
        try:
            async with library.database.transaction() as connection:
                await assets.delete(connection, asset_id, library.owner_id)
        except Conflict:
            pass

    made = [await library.asset(bytes([n])) for n in range(12)]
    tasks = [action(asset_id) for asset_id in made for action in (submit, remove)]
    await asyncio.gather(*tasks)
    async with library.database.transaction() as connection:
        cursor = await connection.execute(
            "select count(*) as lost from jobs"
            " where not exists (select from assets where assets.id = asset_id)"
        )
        assert await cursor.fetchone() == {"lost": 0}
