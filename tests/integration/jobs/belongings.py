"""People, projects and assets as rows, for jobs that work on real media."""

from contextlib import asynccontextmanager

from asking import look, steps_of

from cutroom.jobs import submit
from cutroom.jobs.kind import kinds
from cutroom.library import assets, files, ingest, projects, upload

ADD_USER = "insert into users (id, email) values (%s, %s)"


async def move_in(resources, owner_id):
    """Make the owner's row and a project; return the project's id."""
    async with resources.database.transaction() as connection:
        await connection.execute(ADD_USER, [owner_id, f"{owner_id}@example.com"])
        return (await projects.create(connection, owner_id=owner_id, name="Talks"))["id"]


async def bring(resources, owner_id, project_id, path):
    """Make an asset of a copy of a file, on the way of every upload."""
    async with upload.staging(resources.settings) as folder:
        staged = folder / "file"
        staged.write_bytes(path.read_bytes())
        one = upload.Staged(staged, path.name, staged.stat().st_size, files.hash_file(staged))
        async with (
            ingest.prepared(resources, owner_id, [one], folder) as items,
            resources.database.transaction() as connection,
        ):
            return (await ingest.add(connection, project_id, owner_id, items))[0]["id"]


async def clean(resources, owner_id, project_id, asset_id, **options):
    """Submit a noise removal; return the job's id."""
    wanted = {"assetId": str(asset_id), "projectId": str(project_id), **options}
    return await ask(resources, owner_id, "noise-removal", **wanted)


async def ask(resources, owner_id, name, **body):
    """Submit a job of a kind as its door does; return the job's id."""
    kind = kinds.load(name)
    async with resources.database.transaction() as connection:
        return (await submit.submit(connection, resources, kind, owner_id, kind.request(**body)))["id"]


async def made_by(resources, job_id):
    """Return the rows that a job made: its assets and its subtitles."""
    async with resources.database.transaction() as connection:
        rows = []
        for table, column in (("assets", "source_job_id"), ("subtitles", "job_id")):
            cursor = await connection.execute(
                f"select id, name from {table} where {column} = %s order by created_at, name", [job_id]
            )
            rows.append(await cursor.fetchall())
    return rows


async def retry(resources, owner_id, job_id, from_step=None):
    async with resources.database.transaction() as connection:
        await submit.retry(connection, resources, owner_id, job_id, from_step)


async def delete_asset(resources, owner_id, asset_id):
    async with resources.database.transaction() as connection:
        return await assets.delete(connection, asset_id, owner_id)


@asynccontextmanager
async def locked_project(resources, project_id):
    """Hold a project's row, so that no job can make an asset of it meanwhile."""
    async with resources.database.transaction() as connection:
        await connection.execute("select id from projects where id = %s for update", [project_id])
        yield


async def steps(resources, job_id):
    """Return name -> attempt of the finished steps; a step that ran twice would be two records."""
    rows = await steps_of(resources, job_id)
    found = {row["name"]: row["attempt"] for row in rows}
    assert len(found) == len(rows)
    return found


async def result(resources, owner_id, job_id, path):
    """Fetch the clean sound of a finished job."""
    output = (await look(resources, owner_id, job_id))["outputData"]
    async with resources.database.transaction() as connection:
        row = await assets.find(connection, output["resultAssetId"], owner_id)
    await resources.storage.fetch(row["storage_key"], path)
    return path
