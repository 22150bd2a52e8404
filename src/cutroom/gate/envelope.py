"""The envelope: what every success and every error looks like, and the one handler of errors."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from cutroom.base.errors import CutroomError, Failed, TooLarge
from cutroom.gate import limits, validation
from cutroom.gate.paths import methods_at

_log = logging.getLogger("cutroom.gate")
_CLIENT_CLOSED = 499  # nginx's number for a client that went away; nobody reads the answer


@dataclass(frozen=True)
class Failure:
    """An error as the outside sees it."""

    status: int
    message: str
    code: str
    details: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def body(self) -> dict[str, Any]:
        """The envelope."""
        content: dict[str, Any] = {"success": False, "message": self.message, "code": self.code}
        return {**content, "details": self.details} if self.details else content


ErrorPage = Callable[[Request, Failure], Awaitable[Response | None]]
"""Turns a failure into a page for people; None: the envelope after all."""


def success(**data: Any) -> dict[str, Any]:
    """Return `{"success": true, "data": {...}}`."""
    return {"success": True, "data": data}


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer any error: as a page where people look, as the envelope everywhere else."""
    failure = describe(request, error)
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page is not None and _wants_page(request):
        response = await page(request, failure)
        if response is not None:
            for name, value in failure.headers.items():
                response.headers.setdefault(name, value)
            return response
    return envelope(failure)


def envelope(failure: Failure) -> Response:
    """Write a failure as JSON."""
    return JSONResponse(failure.body, failure.status, failure.headers)


def describe(request: Request, error: BaseException) -> Failure:
    """Say what an error is to the outside, and log what is ours to mend."""
    if isinstance(error, CutroomError):
        return _of_cutroom(error)
    if isinstance(error, RequestValidationError):
        return Failure(400, *validation.explain(request, error))
    if isinstance(error, ClientDisconnect):
        return Failure(_CLIENT_CLOSED, "The request was cut off.", "client_disconnected")
    if isinstance(error, HTTPException):
        return _of_http(request, error)
    return _of_bug(error)


def _of_cutroom(error: CutroomError) -> Failure:
    if error.status == Failed.status:
        return _of_bug(error)
    details = dict(error.details or {})
    headers = limits.headers_of(details)
    if error.hint:
        details["hint"] = error.hint
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooLarge):
        headers["Connection"] = "close"  # the rest of the body is not wanted
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("%s", error.message, extra={"code": error.code_word}, exc_info=error.__cause__)
    return Failure(error.status, error.message, error.code_word, details or None, headers)


def _of_http(request: Request, error: HTTPException) -> Failure:
    if isinstance(error.__cause__, CutroomError | ClientDisconnect):
        return describe(request, error.__cause__)
    if isinstance(error.__cause__, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        return Failure(400, "The body is not valid JSON in UTF-8.", "invalid_json")
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Failure(404, f"There is nothing at {request.url.path[:200]}.", "not_found")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(methods_at(request))
        message = f"{request.method} is not possible at {request.url.path[:200]}; possible: {allowed}."
        return Failure(405, message, "method_not_allowed", None, {"Allow": allowed})
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return Failure(error.status_code, str(error.detail or phrase), code, None, dict(error.headers or {}))


def _of_bug(error: BaseException) -> Failure:
    error_id = uuid4().hex
    _log.error("A request failed: %s", error, exc_info=error, extra={"error_id": error_id})
    message = "Cutroom failed; this is a bug, and its log has the trace under the error id."
    return Failure(500, message, Failed.code, {"errorId": error_id})


def _wants_page(request: Request) -> bool:
    is_program = request.url.path.startswith(("/api/", "/metrics", "/ws"))
    return not is_program and "text/html" in request.headers.get("accept", "")
