"""Projects: where a user's assets stand together.

Lock order, kept by every room: project, then assets by id, then jobs. Whoever makes something in a
project first holds the project's row (`find(..., for_share=True)`, or the foreign key of an insert
does it); whoever deletes locks it for update and only then looks for unfinished jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cutroom.base.errors import Conflict
from cutroom.base.ids import new_id
from cutroom.database import Connection, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.library.names import check_title


async def create(connection: Connection, *, owner_id: UUID, name: str, is_public: bool = False) -> Row:
    """Make a project and return its row.

    Raises:
        Refused: With code `invalid_name`.
    """
    return await fetch_row(
        connection,
        "projects.insert",
        project_id=new_id(),
        owner_id=owner_id,
        project_name=check_title(name),
        is_public=is_public,
    )


async def find(
    connection: Connection, project_id: UUID, owner_id: UUID, *, for_share: bool = False
) -> Row | None:
    """Return a project of an owner; somebody else's is None, as a missing one.

    Args:
        connection: An open transaction.
        project_id: The project.
        owner_id: Who asks.
        for_share: Keep it from being deleted until the transaction ends.
    """
    query = "projects.hold" if for_share else "projects.find"
    return await fetch_one(connection, query, project_id=project_id, owner_id=owner_id)


async def find_named(connection: Connection, owner_id: UUID, name: str) -> Row | None:
    """Return an owner's oldest project of a name and keep it from being deleted; None where there is none.

    Until the transaction ends nobody else looks for one of the owner's, so that two cannot both make it.
    """
    await execute(connection, "jobs.lock_owner", owner_id=owner_id)
    return await fetch_one(connection, "projects.hold_named", owner_id=owner_id, project_name=name)


async def list_all(
    connection: Connection, owner_id: UUID, *, limit: int, before: UUID | None = None
) -> list[Row]:
    """Return an owner's projects, newest first, at most `limit`, older than the one named `before`."""
    return await fetch_all(connection, "projects.list", owner_id=owner_id, limit=limit, before=before)


async def update(
    connection: Connection,
    project_id: UUID,
    owner_id: UUID,
    *,
    name: str | None = None,
    is_public: bool | None = None,
) -> Row | None:
    """Change what is given and return the row; None when the owner has no such project.

    Raises:
        Refused: With code `invalid_name`.
    """
    return await fetch_one(
        connection,
        "projects.update",
        project_id=project_id,
        owner_id=owner_id,
        project_name=None if name is None else check_title(name),
        is_public=is_public,
    )


async def delete(connection: Connection, project_id: UUID, owner_id: UUID) -> bool:
    """Delete a project with its assets; their files are swept later. False when there is none.

    Raises:
        Conflict: With code `project_in_use`, naming the unfinished jobs.
    """
    if await fetch_one(connection, "projects.lock", project_id=project_id, owner_id=owner_id) is None:
        return False
    # A job is submitted under a lock on its asset's row: after these locks no new one can appear.
    await fetch_all(connection, "projects.lock_assets", project_id=project_id)
    jobs = await fetch_all(connection, "projects.unfinished_jobs", project_id=project_id)
    if jobs:
        raise in_use("project", "project_in_use", jobs)
    await execute(connection, "projects.delete", project_id=project_id)
    return True


def in_use(thing: str, code: str, jobs: Sequence[Row]) -> Conflict:
    """Make the error that says which unfinished jobs need a thing."""
    several = len(jobs) > 1
    named = ", ".join(f"{job['kind']} {job['id']}" for job in jobs)
    message = (
        f"This {thing} is needed by {len(jobs)} unfinished job{'s' if several else ''}: {named}. "
        f"Wait for {'them' if several else 'it'} or cancel {'them' if several else 'it'} first."
    )
    return Conflict(message, code=code, details={"jobIds": [str(job["id"]) for job in jobs]})
