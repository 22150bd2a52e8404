"""The door of every job kind: one POST at the path that the kind declares."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from cutroom.api.job_models import OneJob
from cutroom.api.jobs import resources_of
from cutroom.api.model import Success, check_text, type_rule
from cutroom.api.openapi import errors
from cutroom.base.errors import Refused
from cutroom.gate import Caller, Router, Single, success
from cutroom.jobs.kind import Kind, ready_kinds
from cutroom.jobs.kind import Request as KindRequest
from cutroom.jobs.submit import submit
from cutroom.jobs.view import new_job_view

router = Router(tags=["jobs"])


async def read_request(kind: Kind[Any], request: Request) -> KindRequest:
    """Read a kind's request in the contract's order: what is missing first, then what is wrong.

    Raises:
        Refused: With the one sentence of the kind, or of the first field that is wrong.
        RequestValidationError: What pydantic found.
    """
    content = await request.body()
    try:
        body: Any = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError):
        raise Refused("The body is not valid JSON in UTF-8.", code="invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("The body must be a JSON object.", code="invalid_body")
    try:
        check_text(body)
    except ValueError as error:
        raise Refused(f"The body is refused: {error}.", code="invalid_field") from None
    missing = _missing(kind, body)  # pyright: ignore[reportUnknownArgumentType] - any JSON object
    message = kind.missing_message()
    if missing and message:
        raise Refused(message, code="missing_field", details={"fields": missing})
    _refuse_other_types(kind, body)  # pyright: ignore[reportUnknownArgumentType] - any JSON object
    try:
        return kind.request.model_validate(body, by_alias=True, by_name=False)
    except ValidationError as error:
        found = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(found) from None


def _missing(kind: Kind[Any], body: dict[str, Any]) -> list[str]:
    """Return the required fields that are absent, null or empty."""
    fields = kind.request.model_fields
    required = [field.alias or name for name, field in fields.items() if field.is_required()]
    return [name for name in required if body.get(name) is None or body.get(name) == ""]


def _refuse_other_types(kind: Kind[Any], body: dict[str, Any]) -> None:
    # Not in the kind's model: forms of pages send every value as text.
    problems: list[dict[str, Any]] = []
    for name, field in kind.request.model_fields.items():
        key = field.alias or name
        rule = type_rule(field.annotation, body[key]) if key in body else None
        if rule:
            problems.append({"type": "wrong_type", "loc": ("body", key), "msg": rule, "input": body[key]})
    if problems:
        raise RequestValidationError(problems)


def _add(kind: Kind[Any]) -> None:
    async def start_job(request: Request, user: Caller, once: Single) -> Any:
        wanted = await read_request(kind, request)

        async def make(connection: Any) -> dict[str, Any]:
            row = await submit(connection, resources_of(request), kind, user.user_id, wanted)
            return success(job=new_job_view(row))

        return await once.run(make)

    schema = kind.request.model_json_schema(by_alias=True)
    content = {"application/json": {"schema": schema, "example": kind.example}}
    router.add_api_route(
        kind.path,
        start_job,
        name=f"start_{kind.name.replace('-', '_')}",
        methods=["POST"],
        status_code=201,
        summary=kind.title,
        description=kind.summary,
        response_model=Success[OneJob],
        responses=errors(404, 409, 429, 501),
        openapi_extra={"requestBody": {"required": True, "content": content}},
    )


for _kind in ready_kinds():
    if _kind.has_door:
        _add(_kind)
