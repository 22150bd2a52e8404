"""Which methods a path understands, over all routes of the application."""

from __future__ import annotations

from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.routing import compile_path


def methods_at(request: Request) -> list[str]:
    """Return the methods of every route that fits the request's path, sorted."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        path = route.path
        if path is None or not route.methods:
            continue
        pattern, _, _ = compile_path(path)
        if pattern.match(request.url.path):
            found |= set(route.methods)
    return sorted(found)
