"""The OpenAPI document: what the routes say, and what the gate adds to all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from cutroom.api.model import Error
from cutroom.gate.idempotency import single
from cutroom.gate.identity import COOKIE
from cutroom.gate.routing import needs_user

Json = dict[str, Any]

_TITLE = "Cutroom"
_DESCRIPTION = """A self-hosted media job platform: every piece of work is a durable job.

Every success is `{"success": true, "data": {...}}`, every error
`{"success": false, "message": "...", "code": "...", "details": {...}?}`. Names are camelCase, times
ISO 8601 in UTC with milliseconds, ids UUIDs. A field without a value is left out. Job status can
also be `cancelled`: clients that poll stop on it too.
"""
_SCHEMES: Json = {
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The session of a page."},
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A session's token, or an API key that begins with `cut_`.",
    },
}
_SECURITY: list[Json] = [{"cookie": []}, {"bearer": []}]
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_ADDED = (400, 401, 403, 409, 413, 500, 503)
_UNSAFE = ("post", "put", "patch", "delete")

_EXAMPLES: dict[int, tuple[str, str, str]] = {
    400: ("The request does not fit.", "name is required.", "missing_field"),
    401: ("Nobody is signed in.", "Authentication required", "authentication_required"),
    403: (
        "The caller may not do this, or another site's page sent it.",
        "Requests from https://elsewhere.example are refused.",
        "cross_site_request",
    ),
    404: (
        "It does not exist, or it is somebody else's.",
        "There is nothing here that you can see.",
        "not_found",
    ),
    405: (
        "The path knows other methods.",
        "PUT is not possible at /api/keys; possible: GET, POST.",
        "method_not_allowed",
    ),
    409: (
        "The state of the object does not allow it.",
        "The state of the object does not allow this.",
        "conflict",
    ),
    413: (
        "The body is too large.",
        "The body is larger than 1 MB, the most this route accepts.",
        "body_too_large",
    ),
    416: (
        "The range lies outside the file.",
        "The file has 1000 bytes; the range begins after its end.",
        "invalid_range",
    ),
    429: (
        "A limit is reached; Retry-After says when to ask again.",
        "Too many failed sign-ins; try again in 15 minutes.",
        "too_many_attempts",
    ),
    500: (
        "A bug of Cutroom.",
        "Cutroom failed; this is a bug, and its log has the trace under the error id.",
        "internal_error",
    ),
    501: ("This installation cannot do it.", "This installation cannot do that.", "unsupported"),
    503: (
        "Something needed does not answer.",
        "The database does not answer at the moment; try again in a few seconds.",
        "database_unavailable",
    ),
    507: ("The disk is full.", "The disk is full: 1 GB are free, 2 GB are needed.", "disk_full"),
}


def errors(*statuses: int, **messages: str) -> dict[int | str, Json]:
    """Describe error answers for a route's `responses`.

    What the gate adds by itself need not be named: 401 and 403 of identity and origin, 400 of
    parameters and bodies, 409 of idempotency, 413, 500 and 503.

    Args:
        statuses: Which ones the route adds.
        messages: Own descriptions, as `_404="No such project."`.
    """
    return {status: _response(status, messages.get(f"_{status}")) for status in statuses}


def inlined(schema: Json) -> Json:
    """Return a model's schema without `$defs`: the document has its definitions elsewhere."""
    definitions: Json = schema.get("$defs", {})

    def resolve(part: Any) -> Any:
        if isinstance(part, list):
            return [resolve(inner) for inner in cast("list[Any]", part)]
        if not isinstance(part, dict):
            return part
        named = cast("Json", part)
        if "$ref" in named:
            rest = {name: inner for name, inner in named.items() if name != "$ref"}
            return resolve(definitions[named["$ref"].rpartition("/")[2]]) | rest
        return {name: resolve(inner) for name, inner in named.items() if name != "$defs"}

    return resolve(schema)


def build(app: FastAPI) -> Json:
    """Make the document of an application, once."""
    if app.openapi_schema is None:
        document = get_openapi(title=_TITLE, version=app.version, description=_DESCRIPTION, routes=app.routes)
        _add_components(document)
        for operation, method, route in _operations(app, document):
            _complete(operation, method, route)
        app.openapi_schema = document
    return app.openapi_schema


def _add_components(document: Json) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Error"] = Error.model_json_schema()
    components["securitySchemes"] = _SCHEMES
    components["responses"] = {f"Error{status}": _response(status) for status in _ADDED}


def _operations(app: FastAPI, document: Json) -> Iterator[tuple[Json, str, APIRoute]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        path = document["paths"].get(context.path_format, {})
        for method in _METHODS:
            if method in path and method.upper() in (route.methods or ()):
                yield path[method], method, route


def _complete(operation: Json, method: str, route: APIRoute) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # validation answers 400 here
    for status in _added(method, route):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/Error{status}"})
    for status, response in responses.items():
        # FastAPI fills an error's content in only where it knows a model.
        if status.startswith(("4", "5")) and not {"content", "$ref"} & response.keys():
            response.update(_response(int(status), response.get("description")))
    if needs_user(route.dependant):
        operation["security"] = _SECURITY
    for parameter in operation.get("parameters", []):
        _say_uuid(parameter)


def _say_uuid(parameter: Json) -> None:
    """Describe `{noun}Id` of a path as the UUID it is; routes read it as text for a clearer message."""
    if parameter["in"] == "path" and parameter["name"].endswith("Id"):
        parameter["schema"]["format"] = "uuid"
        parameter["schema"].pop("maxLength", None)


def _added(method: str, route: APIRoute) -> list[int]:
    found = [400, 500, 503]  # 400: a NUL in the address
    if needs_user(route.dependant):
        found.append(401)
    if method in _UNSAFE:
        found += [403, 413]
    if any(inner.call is single for inner in route.dependant.dependencies):
        found.append(409)
    return found


def _response(status: int, description: str | None = None) -> Json:
    said, message, code = _EXAMPLES[status]
    example = {"success": False, "message": message, "code": code}
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        "description": description or said,
        "content": {"application/json": {"schema": schema, "example": example}},
    }
