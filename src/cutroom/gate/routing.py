"""Routes that ask who it is before they read a body, and leave fields without a value out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from cutroom.gate.identity import require_operator, require_user


def needs_user(dependant: Dependant) -> bool:
    """Say whether a route, or something it depends on, requires a signed-in user."""
    if dependant.call in {require_user, require_operator}:
        return True
    return any(needs_user(inner) for inner in dependant.dependencies)


class Route(APIRoute):
    """FastAPI reads and parses a body before it asks who sent it; this route asks first."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the question in front."""
        handler = super().get_route_handler()
        if not needs_user(self.dependant):
            return handler

        async def ask_first(request: Request) -> Response:
            await require_user(request)
            return await handler(request)

        return ask_first


class Router(APIRouter):
    """A router of such routes; operation ids are the functions' names in camelCase."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("generate_unique_id_function", _operation_id)
        super().__init__(route_class=Route, redirect_slashes=False, **options)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route; `response_model_exclude_none` is always on."""
        options["response_model_exclude_none"] = True
        super().add_api_route(path, endpoint, **options)


def _operation_id(route: APIRoute) -> str:
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)
