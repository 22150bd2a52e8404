"""Whether the platform works: a summary for everybody, the detail for its operator."""

from __future__ import annotations

from typing import Any, Literal, cast

from fastapi import Request, Response
from pydantic import Field

from cutroom.api.model import Answer, Success
from cutroom.gate import Router, Visitor, platform_of, success
from cutroom.jobs.resources import Resources
from cutroom.monitor import check

router = Router(tags=["operating"])


class HealthAnswer(Answer):
    """The health of the platform."""

    status: Literal["ok", "degraded", "critical"]
    parts: dict[str, dict[str, Any]] | None = Field(None, description="Part by part; for the operator only.")


@router.get(
    "/api/health",
    response_model=Success[HealthAnswer],
    responses={503: {"description": "Something is critical.", "model": Success[HealthAnswer]}},
)
async def health(request: Request, response: Response, user: Visitor) -> Any:
    """Say whether the platform can work right now; 503 when it cannot."""
    resources = cast("Resources", platform_of(request))
    found = await check(resources.database, resources.storage, resources.settings)
    response.status_code = 503 if found.state == "critical" else 200
    return success(status=found.state, parts=found.parts if user and user.is_operator else None)
