"""What pydantic found wrong, in one sentence that names the field and the value."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request

Explanation = tuple[str, str, dict[str, Any]]
_LONGEST = 60
_MOST = 20
_PYTHON_TYPES = re.compile("^(Input|String|Tuple|List|Dictionary) ")
_SECRETS = ("password", "token", "secret", "key", "authorization", "cookie")
_PLACES = {"query": "query parameter ", "header": "header ", "cookie": "cookie ", "path": ""}


def explain(request: Request, error: RequestValidationError) -> Explanation:
    """Return message, code and details of a request that does not fit.

    The message is about the first problem; the details list all of them.
    """
    problems = list(error.errors())[:_MOST]
    listed = [_explain_one(request, problem) for problem in problems]
    message, code, field = listed[0]
    if len(listed) > 1:
        message += f" And {len(listed) - 1} more: see details."
    errors = [{"field": name, "code": word, "message": text} for text, word, name in listed]
    return message, code, {"field": field, "errors": errors}


def _explain_one(request: Request, problem: dict[str, Any]) -> tuple[str, str, str]:
    kind, place = str(problem["type"]), tuple(problem["loc"])
    field = _path(place[1:])
    if kind == "json_invalid":
        reason = problem.get("ctx", {}).get("error", "it cannot be read")
        position = place[1] if len(place) > 1 else 0
        return f"The body is not valid JSON: {reason} at character {position}.", "invalid_json", "body"
    if place == ("body",):
        return *_of_whole_body(kind, problem), "body"
    where = _PLACES.get(str(place[0]), "")
    if kind == "missing":
        return f"{where}{field} is required.", "missing_field", field
    if kind == "extra_forbidden":
        return f"There is no field {field}{_known(request, place)}.", "unknown_field", field
    code = "invalid_uuid" if kind.startswith("uuid") else "invalid_field"
    return f"{where}{field} is {_show(field, problem.get('input'))}: {_rule(problem)}.", code, field


def _of_whole_body(kind: str, problem: dict[str, Any]) -> tuple[str, str]:
    if kind == "missing":
        return "A JSON body is required.", "missing_body"
    if kind == "value_error":
        return f"The body cannot be accepted: {_rule(problem)}.", "invalid_body"
    return "The body must be a JSON object, sent with Content-Type: application/json.", "invalid_body"


def _path(place: Sequence[Any]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.lstrip(".")[:_LONGEST] or "body"


def _known(request: Request, place: tuple[Any, ...]) -> str:
    """List the fields there are, where the body is one plain object."""
    route = request.scope.get("route")
    field = route.body_field if isinstance(route, APIRoute) else None
    model = field.field_info.annotation if field else None
    if len(place) != 2 or not isinstance(model, type) or not issubclass(model, BaseModel):  # noqa: PLR2004 - ("body", name)
        return ""
    names = (info.alias or name for name, info in model.model_fields.items())
    return f"; the fields are {', '.join(names)}"


def _show(field: str, value: Any) -> str:
    if any(word in field.lower() for word in _SECRETS):
        return "(hidden)"
    try:
        text = json.dumps(value, ensure_ascii=True)
    except (TypeError, ValueError, RecursionError):
        return f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _rule(problem: dict[str, Any]) -> str:
    rule = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    rule = _PYTHON_TYPES.sub("", rule).replace(" after validation", "")
    return rule[:1].lower() + rule[1:]
