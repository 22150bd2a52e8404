"""A job in the OpenAPI document: the fixed contract's fields, and ours besides."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from cutroom.api.model import Answer, Body, Moment

Status = Literal["pending", "processing", "completed", "failed", "cancelled"]

EXAMPLE_JOB: dict[str, Any] = {
    "jobId": "0199aa00-0000-7000-8000-000000000001",
    "type": "noise-removal",
    "status": "processing",
    "progress": 45,
    "estimatedDuration": 120,
    "createdAt": "2026-11-21T10:30:00.000Z",
    "startedAt": "2026-11-21T10:30:00.015Z",
    "projectId": "0199aa00-0000-7000-8000-000000000002",
    "assetId": "0199aa00-0000-7000-8000-000000000003",
}


class StepState(Answer):
    """A step of a job."""

    name: str
    title: str
    status: Literal["pending", "processing", "completed", "failed", "skipped"]
    progress: int = Field(ge=0, le=100)
    started_at: str | None = None
    completed_at: str | None = None
    attempt: int | None = None
    engine: str | None = None


class Waiting(Answer):
    """Why a job stands still."""

    reason: str
    position: int | None = Field(None, description="Its place in the queue, from 1.")
    until: str | None = None


class JobError(Answer):
    """Why a job failed."""

    code: str
    message: str
    retryable: bool = Field(description="Whether POST .../retry can help without another input.")
    step: str | None = None
    hint: str | None = Field(None, description="What to do.")
    details: dict[str, Any] | None = None


class Job(Answer):
    """A durable piece of work."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_JOB]})

    job_id: UUID
    type: str
    name: str | None = Field(
        None, description="What it is about, where that is not an asset: a video's name."
    )
    status: Status
    progress: int = Field(ge=0, le=100, description="Percent; it never goes back.")
    estimated_duration: int | None = Field(None, description="Seconds in total, learned from history.")
    output_data: dict[str, Any] | None = None
    error_message: str | None = None
    created_at: str
    started_at: str | None = None
    completed_at: str | None = None
    project_id: UUID | None = None
    asset_id: UUID | None = None
    steps: list[StepState] = Field(default_factory=list[StepState])
    message: str | None = Field(None, description="What it is doing now.")
    remaining_seconds: int | None = None
    updated_at: Moment
    waiting: Waiting | None = None
    error: JobError | None = None
    attempt: int
    cost: dict[str, Any] | None = None
    engine: str | None = None


class OneJob(Answer):
    """One job under its noun."""

    job: Job


class JobList(Answer):
    """Jobs, newest first."""

    jobs: list[Job]
    next_cursor: str | None = None


class LogLine(Answer):
    """A line of a job's log."""

    at: str
    level: Literal["info", "warning", "error"]
    message: str
    attempt: int
    step: str | None = None


class JobLog(Answer):
    """A job's log, oldest first."""

    lines: list[LogLine]


class RetryBody(Body):
    """Where to begin again."""

    from_step: str | None = Field(None, description="A step's name; left out: the step that failed.")
