"""The durable runner: a run whose every write is fenced by its attempt in the database."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from cutroom.base import log
from cutroom.base.clock import now
from cutroom.base.errors import CutroomError, NotFound
from cutroom.base.ids import new_id
from cutroom.database import Connection, DatabaseUnavailable, Row, execute, fetch_all, fetch_one, fetch_row
from cutroom.jobs import change, lost_files, results
from cutroom.jobs.kind import kinds
from cutroom.jobs.progress import WRITE_SECONDS, Progress
from cutroom.jobs.resources import Resources
from cutroom.jobs.run import (
    RETRIES,
    SEGMENT_TYPE,
    WHOLE,
    FileRef,
    NewSubtitles,
    Output,
    Part,
    Step,
    Suspended,
    hash_inputs,
)
from cutroom.library import files, segments
from cutroom.sandbox import Limits
from cutroom.storage import file_key

T = TypeVar("T")


class Fenced(Exception):
    """Another run of this job has begun, or it has ended: this one may write nothing."""


class DurableRun:
    """One run of a job's row; see `run.Run`."""

    def __init__(self, resources: Resources, row: Row, remembered: Sequence[Row], scratch: Path) -> None:
        """Begin from the claimed row and the finished steps of earlier runs.

        Args:
            resources: The open rooms of the worker.
            row: The job as it was claimed.
            remembered: The records of its finished steps.
            scratch: The worker's folder.
        """
        self.resources = resources
        self._scratch = scratch
        self.settings = resources.settings
        self.row = row
        self.job_id: UUID = row["id"]
        self.input: Output = row["input"]
        self._plan = kinds.load(row["kind"]).plan(row["input"])
        self.current_step: str | None = None
        self.failures: int = row["failures"]
        self.moves = Progress(self._plan, row["progress"], row["active"])
        self._memory = _memory_of(remembered)

    async def step(
        self,
        name: str,
        work: Callable[[Step], Awaitable[Output]],
        *,
        inputs: Output,
        part: Part = WHOLE,
    ) -> Output:
        """Do a step or return its record; see `run.Run.step`."""
        key = (part.record_name(name), hash_inputs(inputs))
        if key in self._memory:
            self.moves.finish(name, part)
            return self._memory[key]
        self.current_step = name
        with log.context(step=name):
            async with self._open_step(name, part) as step:
                output = await work(step)
                self.moves.finish(name, part)
                await self._commit(step, key, output)
        self.failures = 0
        self._memory[key] = output
        self.current_step, self.failures = None, 0
        return output

    async def wait_for(self, token: str, *, reason: str, until: datetime | None = None) -> Output:
        """Return an event or end the run; see `run.Run.wait_for`."""
        key = (f"event:{token}", "")
        if key in self._memory:
            return self._memory[key]
        if until is not None and now() >= until:
            return {}
        raise Suspended(token, reason, until)

    async def children(
        self, token: str, inputs: Sequence[tuple[str, Output]], *, step: str | None = None
    ) -> list[Output]:
        """Start children once and wait for all; see `run.Run.children`."""
        key = (f"spawn:{token}", hash_inputs({"children": [list(child) for child in inputs]}))
        async with self.resources.database.transaction() as connection:
            await self._fence(connection)
            spawned = self._memory.get(key)
            if spawned is None:
                rows = [
                    await results.spawn(connection, self.resources.tickets, self.row, kind, body)
                    for kind, body in inputs
                ]
                await execute(connection, "jobs.add_children", job_id=self.job_id, count=len(rows))
                spawned = {"jobs": [str(row["id"]) for row in rows]} | self._span(step)
                await self._record(connection, key, spawned, None, now())
            job_ids = [UUID(job_id) for job_id in spawned["jobs"]]
            fresh = await fetch_row(connection, "jobs.get", job_id=self.job_id)
            children = await fetch_all(connection, "jobs.children", job_id=self.job_id, job_ids=job_ids)
        self._memory[key] = spawned
        if fresh["children_pending"] > 0:
            raise Suspended(change.CHILDREN, f"Waiting for {fresh['children_pending']} smaller jobs.")
        return results.outputs(children, len(job_ids))

    async def forget(self, file: FileRef) -> bool:
        """Forget what this job kept in a file whose bytes are gone; False: nothing that it made itself."""
        database, file_id = self.resources.database, UUID(file.file_id)
        lost = await lost_files.find_lost(database, self.resources.storage, self.job_id, file_id)
        async with database.transaction() as connection:
            await self._fence(connection)
            if not await lost_files.forget(connection, self.job_id, lost):
                return False
            records = await fetch_all(connection, "jobs.steps", job_id=self.job_id)
            message = f"{len(lost)} kept files are gone from the storage; what made them is done again."
            await change.log(connection, self.row, message, level="warning", step=self.current_step)
        self._memory = _memory_of(records)
        return True

    def _span(self, step: str | None) -> Output:
        """Return which part of the whole progress, in percent, children of a step stand for."""
        shares = {plan.name: plan.share for plan in self._plan}
        begun = self.moves.overall
        return {"from": begun, "to": begun + 100 * shares[step]} if step else {}

    @contextlib.asynccontextmanager
    async def _open_step(self, name: str, part: Part) -> AsyncGenerator[DurableStep]:
        plan = {step.name: step for step in self._plan}
        self.moves.begin(name, plan[name].title if name in plan else None, part)
        folder = self._scratch / f"{self.job_id}-{self.row['attempt']}-{name}"
        step = DurableStep(self, name, folder)
        writer = asyncio.create_task(self._write_progress(), name=f"progress of {self.job_id}")
        try:
            yield step
        except BaseException:
            await asyncio.shield(self._discard(step))
            raise
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            if step.has_scratch:
                await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    async def _discard(self, step: DurableStep) -> None:
        """Remove what a step had kept that was not committed; what cannot be removed now is swept."""
        pictures = [file_id for asset in step.assets for file_id in asset.description.file_ids]
        kept = [UUID(file.file_id) for file in step.kept]
        with contextlib.suppress(CutroomError):
            await files.discard(self.resources.database, self.resources.storage, kept + pictures)

    async def _write_progress(self) -> None:
        while True:
            if self.moves.is_due():
                with contextlib.suppress(DatabaseUnavailable):  # the next one says it
                    await self._write_once()
            await asyncio.sleep(WRITE_SECONDS)

    async def _write_once(self) -> None:
        async with self.resources.database.statement() as connection:
            await execute(
                connection,
                "jobs.advance",
                job_id=self.job_id,
                attempt=self.row["attempt"],
                progress=self.moves.overall,
                message=self.moves.message,
                active=self.moves.active,
            )
            if self.row["parent_id"]:
                parent_id = self.row["parent_id"]
                await execute(connection, "jobs.advance_parent", parent_id=parent_id, job_id=str(self.job_id))
        self.moves.mark_written()

    async def _fence(self, connection: Connection) -> Row:
        row = await fetch_one(connection, "jobs.fence", job_id=self.job_id, attempt=self.row["attempt"])
        if row is None:
            raise Fenced
        return row

    async def _commit(self, step: DurableStep, key: tuple[str, str], output: Output) -> None:
        """Record a step together with its effects, in one transaction under the job row's lock."""
        database = self.resources.database
        has_effects = step.kept or step.assets or step.subtitles
        lend = database.transaction if has_effects else database.statement
        async with lend() as connection:
            step_id = await self._record(connection, key, output, step.engine, step.started_at)
            for file in step.kept:
                await execute(
                    connection, "jobs.insert_step_file", step_id=step_id, file_id=UUID(file.file_id)
                )
            for asset in step.assets:
                await results.add_asset(connection, self.row, asset)
            for subtitles_id, made in step.subtitles:
                await results.add_subtitles(connection, self.row, subtitles_id, made)

    async def _record(
        self,
        connection: Connection,
        key: tuple[str, str],
        output: Output,
        engine: str | None,
        started_at: datetime,
    ) -> UUID:
        """Write a step's record and the job's progress in one statement, which is the fence."""
        step_id = new_id()
        is_ours = await execute(
            connection,
            "jobs.commit_step",
            job_id=self.job_id,
            attempt=self.row["attempt"],
            progress=self.moves.overall,
            engine=engine,
            step_id=step_id,
            name=key[0],
            input_hash=key[1],
            output=output,
            cost=None,
            started_at=started_at,
        )
        if not is_ours:
            raise Fenced
        return step_id


def _memory_of(records: Sequence[Row]) -> dict[tuple[str, str], Output]:
    return {(record["name"], record["input_hash"]): record["output"] for record in records}


class DurableStep:
    """The inside of a step of a durable run; see `run.Step`."""

    def __init__(self, run: DurableRun, name: str, scratch: Path) -> None:
        self.has_scratch = False
        self.started_at = now()
        self.engine: str | None = None
        self.kept: list[FileRef] = []
        self.assets: list[results.NewAsset] = []
        self.subtitles: list[tuple[UUID, NewSubtitles]] = []
        self._folder = scratch
        self._run = run
        self._name = name

    @property
    def scratch(self) -> Path:
        """The step's folder, made when it is first asked for; see `run.Step.scratch`."""
        if not self.has_scratch:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.has_scratch = True
        return self._folder

    @property
    def tries_left(self) -> int:
        """How often it is tried again; see `run.Step.tries_left`."""
        return max(0, RETRIES - self._run.failures)

    def progress(self, fraction: float, message: str | None = None) -> None:
        """Say how far this step is; see `run.Step.progress`."""
        self._run.moves.move(fraction, message)

    def set_engine(self, engine: str) -> None:
        """Say which engine works; see `run.Step.set_engine`."""
        self.engine = engine

    async def log(self, message: str, level: str = "info") -> None:
        """Write a line to the job's log at once; see `run.Step.log`."""
        async with self._run.resources.database.transaction() as connection:
            await change.log(connection, self._run.row, message, level=level, step=self._name)

    async def isolate(self, function: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        """Run a function in a child process; see `run.Step.isolate`."""
        limits = Limits(
            memory_bytes=self._run.settings.child_memory_bytes,
            seconds=self._run.settings.step_timeout_seconds,
        )
        return await self._run.resources.sandbox.call(
            function, *args, limits=limits, progress=self.progress, **kwargs
        )

    async def open(self, file: FileRef) -> Path:
        """Fetch a kept file into the scratch folder; see `run.Step.open`."""
        path = self.scratch / f"source-{file.sha256[:16]}"
        if not path.exists():
            key = file_key(self._run.row["owner_id"], file.sha256)
            try:
                await self._run.resources.storage.fetch(key, path)
            except NotFound as error:
                if await self._run.forget(file):
                    raise lost_files.FileLost from error
                raise
        return path

    async def keep(self, path: Path, *, name: str, mime_type: str) -> FileRef:
        """Put a file into storage under its content's hash; see `run.Step.keep`."""
        stored = await files.keep(
            self._run.resources.database, self._run.resources.storage, self._run.row["owner_id"], path
        )
        file = FileRef(str(stored.file_id), stored.sha256, stored.bytes, name, mime_type)
        self.kept.append(file)
        return file

    async def add_asset(self, file: FileRef) -> UUID:
        """Describe a kept file now, make it an asset at the commit; see `run.Step.add_asset`."""
        path = await self.open(file)
        asset = await results.describe(self._run.resources, self._run.row, file, path, self.scratch)
        self.assets.append(asset)
        return asset.asset_id

    async def add_subtitles(self, subtitles: NewSubtitles) -> UUID:
        """Note a track, which the commit writes; see `run.Step.add_subtitles`."""
        subtitles_id = new_id()
        self.subtitles.append((subtitles_id, subtitles))
        return subtitles_id

    async def find_segments(self, keys: Sequence[str]) -> dict[str, FileRef]:
        """Look kept segments up; see `run.Step.find_segments`."""
        async with self._run.resources.database.transaction() as connection:
            rows = await segments.find(connection, self._run.row["owner_id"], keys)
        found = {
            key: FileRef(str(row["file_id"]), row["sha256"], row["bytes"], key, SEGMENT_TYPE)
            for key, row in rows.items()
        }
        self.kept += found.values()  # named by this step's record too, so that they outlive their keys
        return found

    async def keep_segment(self, key: str, path: Path) -> FileRef:
        """Keep a segment outside the step's transaction; see `run.Step.keep_segment`."""
        file = await self.keep(path, name=key, mime_type=SEGMENT_TYPE)
        async with self._run.resources.database.transaction() as connection:
            await segments.keep(connection, self._run.row["owner_id"], key, UUID(file.file_id))
        return file

    async def count_other_workers(self) -> int:
        """Count live workers with this job's queue; see `run.Step.count_other_workers`."""
        async with self._run.resources.database.transaction() as connection:
            rows = await fetch_all(connection, "jobs.live_workers")
        ours, queue = self._run.row["worker_id"], self._run.row["queue"]
        return sum(queue in row["queues"] and row["id"] != ours for row in rows)
