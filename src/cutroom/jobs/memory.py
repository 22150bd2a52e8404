"""The in-memory runner: the same kinds without a database, for the command line and Python."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from cutroom.base.errors import CutroomError, Unsupported
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings
from cutroom.jobs.kind import Kind
from cutroom.jobs.progress import Progress
from cutroom.jobs.run import (
    RETRIES,
    SEGMENT_TYPE,
    WHOLE,
    FileRef,
    NewSubtitles,
    Output,
    Part,
    Step,
    hash_inputs,
)
from cutroom.library import files
from cutroom.sandbox import Limits, Sandbox

T = TypeVar("T")
OnProgress = Callable[[float, str | None], None]

logger = logging.getLogger(__name__)


class MemoryRun:
    """One run of a kind in this process; see `run.Run`.

    Retries are awaited in place; a run that would wait for an approval or for children needs the
    platform and is refused.
    """

    def __init__(
        self,
        kind: Kind[Any],
        settings: Settings,
        job_input: Output,
        sources: Mapping[str, Path],
        *,
        sandbox: Sandbox | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            kind: The job kind.
            settings: The settings of this process.
            job_input: What the kind's `run` reads.
            sources: Local paths of the files that `job_input` names, by file id.
            sandbox: Child processes for the heavy work; None: it runs in this process.
            on_progress: Called with percent (0 to 100) and a message.
        """
        self.job_id: UUID = new_id()
        self.input = job_input
        self.settings = settings
        self.assets: list[FileRef] = []
        """The assets that the job made, in order; `path_of` says where they lie."""
        self.subtitles: list[NewSubtitles] = []
        """The tracks that the job made, in order."""
        self.folder = Path(tempfile.mkdtemp(prefix="cutroom-"))
        self.paths = dict(sources)
        self.sandbox = sandbox
        self.moves = Progress(kind.plan(job_input), 0.0, None)
        self._kind = kind
        self._tell: OnProgress = on_progress or _tell_nobody
        self._memory: dict[tuple[str, str], Output] = {}

    async def execute(self) -> Output:
        """Run the kind to its end.

        Raises:
            CutroomError: What the last try of a step said.
        """
        output = await self._kind.run(self)
        self._tell(100.0, None)
        return output

    def path_of(self, file: FileRef) -> Path:
        """Return where a kept file lies until `close`."""
        return self.paths[file.file_id]

    def close(self) -> None:
        """Delete everything the run made that was not moved away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    async def step(
        self,
        name: str,
        work: Callable[[Step], Awaitable[Output]],
        *,
        inputs: Output,
        part: Part = WHOLE,
    ) -> Output:
        """Do a step, trying again after 2, 4 and 8 s where that can help; see `run.Run.step`."""
        key = (part.record_name(name), hash_inputs(inputs))
        if key in self._memory:
            return self._memory[key]
        for failures in range(RETRIES + 1):
            try:
                output = await self._once(name, work, part, RETRIES - failures)
            except CutroomError as error:
                if not error.retryable or failures == RETRIES:
                    raise
                seconds = error.retry_after if error.retry_after is not None else 2.0 ** (failures + 1)
                logger.warning("Trying again in %.0f s: %s", seconds, error.message)
                await asyncio.sleep(seconds)
            else:
                self._memory[key] = output
                return output
        raise AssertionError

    async def wait_for(self, token: str, *, reason: str, until: datetime | None = None) -> Output:  # noqa: ARG002 - the protocol's
        """Refuse: nobody can send an event to a run in memory; see `run.Run.wait_for`."""
        raise Unsupported(
            f"This job must wait ({reason}); submit it to a running platform.", code="needs_platform"
        )

    async def children(
        self,
        token: str,  # noqa: ARG002 - the protocol's
        inputs: Sequence[tuple[str, Output]],  # noqa: ARG002 - the protocol's
        *,
        step: str | None = None,  # noqa: ARG002 - the protocol's
    ) -> list[Output]:
        """Refuse: children run on workers; see `run.Run.children`."""
        raise Unsupported(
            "This job starts other jobs; submit it to a running platform.", code="needs_platform"
        )

    def tell(self) -> None:
        """Pass the present progress on."""
        self._tell(self.moves.overall, self.moves.message)

    async def _once(
        self, name: str, work: Callable[[Step], Awaitable[Output]], part: Part, tries_left: int
    ) -> Output:
        titles = {step.name: step.title for step in self._kind.plan(self.input)}
        self.moves.begin(name, titles.get(name), part)
        self.tell()
        scratch = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            output = await work(MemoryStep(self, scratch, tries_left))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        self.moves.finish(name, part)
        return output


class MemoryStep:
    """The inside of a step of a run in memory; see `run.Step`."""

    def __init__(self, run: MemoryRun, scratch: Path, tries_left: int) -> None:
        self._scratch = scratch
        self._run = run
        self._tries_left = tries_left

    @property
    def scratch(self) -> Path:
        """The step's folder; see `run.Step.scratch`."""
        return self._scratch

    @property
    def tries_left(self) -> int:
        """How often it is tried again; see `run.Step.tries_left`."""
        return self._tries_left

    def progress(self, fraction: float, message: str | None = None) -> None:
        """Say how far this step is; see `run.Step.progress`."""
        self._run.moves.move(fraction, message)
        self._run.tell()

    def set_engine(self, engine: str) -> None:
        """Say which engine works; see `run.Step.set_engine`."""
        logger.info("Engine: %s", engine)

    async def log(self, message: str, level: str = "info") -> None:
        """Write to the process's log; see `run.Step.log`."""
        logger.log(logging.getLevelNamesMapping()[level.upper()], message)

    async def isolate(self, function: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        """Run a function in a child process, or in a thread without a sandbox."""
        settings = self._run.settings
        if self._run.sandbox is None:
            loop = asyncio.get_running_loop()

            def tell(fraction: float, message: str = "") -> None:
                loop.call_soon_threadsafe(self.progress, fraction, message)

            return await asyncio.to_thread(partial(function, *args, progress=tell, **kwargs))
        limits = Limits(memory_bytes=settings.child_memory_bytes, seconds=settings.step_timeout_seconds)
        return await self._run.sandbox.call(function, *args, limits=limits, progress=self.progress, **kwargs)

    async def open(self, file: FileRef) -> Path:
        """Return the path of a source or kept file; see `run.Step.open`."""
        return self._run.path_of(file)

    async def keep(self, path: Path, *, name: str, mime_type: str) -> FileRef:
        """Move a file of the scratch folder to the run's folder; see `run.Step.keep`."""
        file_id = str(new_id())
        kept = self._run.folder / file_id
        self._run.paths[file_id] = kept
        sha256, size = await asyncio.to_thread(_move, path, kept)
        return FileRef(file_id, sha256, size, name, mime_type)

    async def add_asset(self, file: FileRef) -> UUID:
        """Note a kept file as a result of the run; see `run.Step.add_asset`."""
        self._run.assets.append(file)
        return UUID(file.file_id)

    async def add_subtitles(self, subtitles: NewSubtitles) -> UUID:
        """Note a track as a result of the run; see `run.Step.add_subtitles`."""
        self._run.subtitles.append(subtitles)
        return new_id()

    async def find_segments(self, keys: Sequence[str]) -> dict[str, FileRef]:
        """Find none: a run in memory has no past; see `run.Step.find_segments`."""
        del keys
        return {}

    async def keep_segment(self, key: str, path: Path) -> FileRef:
        """Keep a file as any other; see `run.Step.keep_segment`."""
        return await self.keep(path, name=key, mime_type=SEGMENT_TYPE)

    async def count_other_workers(self) -> int:
        """Return 0: this process is alone; see `run.Step.count_other_workers`."""
        return 0


def _move(path: Path, target: Path) -> tuple[str, int]:
    path.replace(target)
    return files.hash_file(target), target.stat().st_size


def _tell_nobody(percent: float, message: str | None) -> None:
    del percent, message
