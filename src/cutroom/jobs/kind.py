"""What a job kind is: one file in `kinds/`, from which its route, form and documents follow."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from cutroom.base.errors import Unsupported
from cutroom.base.registry import Registry
from cutroom.base.settings import Settings
from cutroom.database import Connection
from cutroom.jobs.run import Output, Run
from cutroom.library.links import Links

# Python and PostgreSQL both know these years, in every zone.
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def _refuse_counts(value: object) -> object:
    # pydantic would read a number, also as text, as seconds since 1970.
    if isinstance(value, int | float) or (isinstance(value, str) and value.strip("+- ")[:5].isdigit()):
        message = "must be a time in ISO 8601 with a zone, for example 2026-11-21T10:30:00Z"
        raise ValueError(message)
    return value


def _check_year(value: datetime) -> datetime:
    if not _EARLIEST <= value < _LATEST:
        message = "must lie between the years 1970 and 9999"
        raise ValueError(message)
    return value


StartTime = Annotated[AwareDatetime, BeforeValidator(_refuse_counts), AfterValidator(_check_year)]


class Request(BaseModel):
    """Base of every kind's request: camelCase in JSON, unknown fields refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    priority: int = Field(default=0, ge=-10, le=10, description="Higher runs first among the jobs that wait.")
    start_at: StartTime | None = Field(
        default=None, description="Not before this time (ISO 8601 with a zone)."
    )
    webhook_url: str | None = Field(
        default=None,
        max_length=2048,
        description="Where to send a signed `job.completed`, `job.failed` or `job.cancelled` when it ends.",
    )


logger = logging.getLogger(__name__)

AnyRequest = TypeVar("AnyRequest", bound=Request)

RENDER_QUEUE = "render"
"""The queue of renders, which have slots and a start rate of their own."""


@dataclass(frozen=True)
class StepPlan:
    """A step as it is shown before it has run.

    Attributes:
        name: Stable; stored with the results.
        title: What people read.
        share: The part of the whole job's progress, 0 to 1; the shares of a kind add up to 1.
    """

    name: str
    title: str
    share: float


@dataclass(frozen=True)
class Admission:
    """A request that was found possible: what the job's row is made from.

    Attributes:
        input: Everything the run needs, as JSON, without secrets.
        project_id: Where its results go.
        asset_id: The asset it works on; it cannot be deleted before the job ends.
        work_seconds: Media seconds to work through, for the estimate.
    """

    input: Output
    project_id: UUID | None = None
    asset_id: UUID | None = None
    work_seconds: float | None = None


class Kind(Generic[AnyRequest]):
    """The contract of a job kind; subclass it and bind an instance to `kind` in the file."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    path: ClassVar[str]
    """The route of its POST."""
    has_door: ClassVar[bool] = True
    """Whether the common POST makes it; False: it has a door of its own, or other jobs alone start it."""
    request: ClassVar[type[Request]]
    example: ClassVar[dict[str, Any]] = {}
    steps: ClassVar[Sequence[StepPlan]]
    queue: ClassVar[str] = "media"
    is_ai: ClassVar[bool] = False
    """Whether it is one of the AI jobs, which have a common list and a common limit per user."""
    first_estimate: ClassVar[float] = 60.0
    """Seconds, before there is any history."""

    def plan(self, job_input: Output) -> Sequence[StepPlan]:
        """Return the steps of one job, where its input decides about them."""
        del job_input
        return self.steps

    def label(self, job_input: Output) -> str | None:
        """Return what a job is about, in the words of its owner, where it is not about one asset."""
        del job_input
        return None

    def missing_message(self) -> str | None:
        """Return the one message for absent required fields, where the kind's contract fixes it."""
        return None

    async def admit(
        self, connection: Connection, owner_id: UUID, request: AnyRequest, settings: Settings
    ) -> Admission:
        """Check a request against what is there, in the transaction that makes the job.

        Raises:
            NotFound: When something it names is missing or somebody else's.
            Refused: When it cannot work, whatever the time.
        """
        raise NotImplementedError

    async def run(self, run: Run) -> Output:
        """Do the work, step by step; return the output."""
        raise NotImplementedError

    async def result(
        self, connection: Connection, owner_id: UUID, output: Output, links: Links
    ) -> Output | None:
        """Return what an output names, with links signed now, for those who are told of the end."""
        del connection, owner_id, output, links
        return None


kinds: Registry[Kind[Any]] = Registry("cutroom.jobs.kinds", "kind")
"""Every job kind, by name."""


def ready_kinds() -> list[Kind[Any]]:
    """Return the kinds that can work here; one that cannot is logged, never a failed start."""
    ready: list[Kind[Any]] = []
    for name in kinds.names():
        try:
            ready.append(kinds.load(name))
        except Unsupported as error:
            logger.warning("A job kind cannot work: %s", error.message, extra={"kind": name})
    return ready


def ai_kinds() -> list[str]:
    """Return the names of the AI kinds."""
    return [kind.name for kind in ready_kinds() if kind.is_ai]
