"""What a job kind sees while it runs: steps that are remembered, progress, files, waiting.

A run is the kind's function called from the top. A step that finished with the same inputs
returns its recorded output at once, so resume, retry and edit are the same thing. Two runners
implement this: `durable` on the database, `memory` for the command line and Python.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

from cutroom.base.settings import Settings
from cutroom.subtitles import Track

T = TypeVar("T")
Output = dict[str, Any]

RETRIES = 3
"""Automatic retries of a step; the waits before them are 2, 4 and 8 seconds."""


SEGMENT_TYPE = "application/octet-stream"
"""The MIME type of kept segments, which nobody looks at alone."""


@dataclass(frozen=True)
class FileRef:
    """A kept file: small enough to stand in a step's output as JSON."""

    file_id: str
    sha256: str
    bytes: int
    name: str
    mime_type: str

    @classmethod
    def of_asset(cls, row: Mapping[str, Any]) -> FileRef:
        """Return the file of an asset's row, as `library.assets.find` gives it."""
        return cls(str(row["file_id"]), row["sha256"], row["bytes"], row["name"], row["mime_type"])

    def to_json(self) -> Output:
        """Return the fields as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> FileRef:
        """Read what `to_json` wrote."""
        return cls(**fields)


@dataclass(frozen=True)
class Part:
    """One of equal parts of a step, each remembered for itself: an hour of a long recording.

    Attributes:
        number: From 1.
        count: How many parts the step has.
    """

    number: int
    count: int

    def record_name(self, step: str) -> str:
        """Return the name under which the part of a step is recorded: a whole step under its own."""
        return step if self.count == 1 else f"{step}:{self.number}/{self.count}"


WHOLE = Part(1, 1)


@dataclass(frozen=True)
class NewSubtitles:
    """A track that a job made.

    Attributes:
        name: For people.
        track: The cues.
        preset: The rules it was made for.
        shots: First moments of new shots, in seconds.
        seconds: Length of the recording.
        origin: How it was made, as JSON: engine, trust, notes.
    """

    name: str
    track: Track
    preset: str
    shots: tuple[Fraction, ...]
    seconds: float
    origin: Output


class Step(Protocol):
    """The inside of one step: scratch space, heavy work, files that outlive it."""

    @property
    def scratch(self) -> Path:
        """An empty folder that is gone when the step ends, however it ends."""
        ...

    @property
    def tries_left(self) -> int:
        """How often this step is tried again by itself should it fail now; 0: this is the last try."""
        ...

    def progress(self, fraction: float, message: str | None = None) -> None:
        """Say how far this step is, 0 to 1, and what it is doing. Cheap: call it often."""
        ...

    def set_engine(self, engine: str) -> None:
        """Say which engine does the work, for the step's record."""
        ...

    async def log(self, message: str, level: str = "info") -> None:
        """Write a line to the job's log, which its owner reads; it is kept at once."""
        ...

    async def isolate(self, function: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        """Run a synchronous function in a child process, within the limits of the platform.

        The function gets the keyword `progress`, a callable of (fraction, message).
        """
        ...

    async def open(self, file: FileRef) -> Path:
        """Return a local path of a kept file or source; read it only."""
        ...

    async def keep(self, path: Path, *, name: str, mime_type: str) -> FileRef:
        """Keep a file of the scratch folder beyond the step."""
        ...

    async def add_asset(self, file: FileRef) -> UUID:
        """Make a kept file an asset of the job's project, when the step is committed."""
        ...

    async def add_subtitles(self, subtitles: NewSubtitles) -> UUID:
        """Make a track that people can edit, when the step is committed."""
        ...

    async def find_segments(self, keys: Sequence[str]) -> dict[str, FileRef]:
        """Return those of the owner's kept segments that have these keys; see `library.segments`."""
        ...

    async def keep_segment(self, key: str, path: Path) -> FileRef:
        """Keep a file of the scratch folder under a key that says all about its bytes, at once."""
        ...

    async def count_other_workers(self) -> int:
        """Return how many other workers could do children of this job now."""
        ...


class Run(Protocol):
    """One run of a job."""

    job_id: UUID
    input: Output
    settings: Settings

    async def step(
        self,
        name: str,
        work: Callable[[Step], Awaitable[Output]],
        *,
        inputs: Output,
        part: Part = WHOLE,
    ) -> Output:
        """Do a step, or return what it gave before for the same inputs.

        Args:
            name: One of the kind's declared steps.
            work: Does the work; its output must be JSON and small.
            inputs: Everything that changes the result, versions of code and engine included.
            part: Which part of the step this is; parts are done in order.
        """
        ...

    async def wait_for(self, token: str, *, reason: str, until: datetime | None = None) -> Output:
        """Return the event named `token`, or end this run and free its slot until it arrives.

        Args:
            token: Names the event: an approval, a vendor's callback, a time.
            reason: Said to people as long as the job waits.
            until: Resume at this moment even without the event, which then is empty.
        """
        ...

    async def children(
        self, token: str, inputs: Sequence[tuple[str, Output]], *, step: str | None = None
    ) -> list[Output]:
        """Start jobs of (kind, input) once, wait for all of them without a slot, return outputs.

        Args:
            token: Names these children among others of the job.
            inputs: Kind and input of each.
            step: The step that they do together: their progress is shown as its.
        """
        ...


class Suspended(Exception):
    """The run ends here and continues when what it waits for has come."""

    def __init__(self, token: str, reason: str, until: datetime | None = None) -> None:
        super().__init__(token)
        self.token = token
        self.reason = reason
        self.until = until


def hash_inputs(inputs: Output) -> str:
    """Return the SHA-256 of inputs in canonical JSON (sorted keys, no spaces)."""
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
