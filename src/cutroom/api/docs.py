"""The page at /api/docs: every operation on one page, without a script, from the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

_STYLE_PATH = "/api/docs.css"
_STYLE = """:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
details { border: 1px solid #8886; border-radius: .4rem; margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; } code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow-x: auto; background: #8882; padding: .6rem; border-radius: .3rem; }
.method { display: inline-block; min-width: 4.5em; font-weight: 700; }
table { border-collapse: collapse; }
td { padding: .15rem .8rem .15rem 0; text-align: left; vertical-align: top; }
"""
_EXAMPLE_DEPTH = 8


def add_docs(app: FastAPI) -> None:
    """Serve the page and its style sheet."""

    async def page(_request: Request) -> Response:
        return HTMLResponse(render(app.openapi()))

    async def style(_request: Request) -> Response:
        return Response(_STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    app.add_route("/api/docs", page, include_in_schema=False)
    app.add_route(_STYLE_PATH, style, include_in_schema=False)


def render(document: dict[str, Any]) -> str:
    """Write the page of a document."""
    title = escape(document["info"]["title"])
    about = "".join(f"<p>{escape(part)}</p>" for part in document["info"]["description"].split("\n\n"))
    body = "".join(_section(document, tag) for tag in _tags(document))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{_STYLE_PATH}"></head><body><main><h1>{title} API</h1>{about}'
        f'<p>For programs: <a href="/api/openapi.json">openapi.json</a></p>{body}</main></body></html>'
    )


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _tags(document: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(_tag(operation) for _, _, operation in _operations(document)))


def _tag(operation: dict[str, Any]) -> str:
    return next(iter(operation.get("tags", [])), "other")


def _section(document: dict[str, Any], tag: str) -> str:
    entries = "".join(
        _operation(document, path, method, operation)
        for path, method, operation in _operations(document)
        if _tag(operation) == tag
    )
    return f"<section><h2>{escape(tag.capitalize())}</h2>{entries}</section>"


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    lock = "" if "security" in operation else " <small>(no sign-in)</small>"
    summary = escape(operation.get("summary", ""))
    return (
        f'<details id="{escape(operation["operationId"])}"><summary>'
        f'<span class="method">{method.upper()}</span>'
        f"<code>{escape(path)}</code> {summary}{lock}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"{_parameters(operation)}{_body(document, operation)}{_responses(operation)}</details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in operation.get("parameters", [])
    )
    return f"<table>{rows}</table>" if rows else ""


def _body(document: dict[str, Any], operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    return "".join(
        f"<p>Body, <code>{escape(kind)}</code></p><pre>"
        f"{escape(json.dumps(_example(document, part.get('schema', {})), indent=2))}</pre>"
        for kind, part in content.items()
    )


def _responses(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{escape(response.get('description', ''))}</td></tr>"
        for status, response in sorted(operation["responses"].items())
    )
    return f"<table>{rows}</table>"


def _example(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """Return an example of a schema: its own, or one put together from its fields."""
    if depth > _EXAMPLE_DEPTH:
        return "…"
    inner = _inner(document, schema)
    if inner is not None:
        return _example(document, inner, depth + 1)
    if schema.get("examples"):
        return schema["examples"][0]
    if "properties" in schema:
        fields = schema["properties"].items()
        return {name: _example(document, part, depth + 1) for name, part in fields}
    if schema.get("type") == "array":
        return [_example(document, schema.get("items", {}), depth + 1)]
    return schema.get("default", schema.get("const", schema.get("format", schema.get("type", "…"))))


def _inner(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema that another one stands for: a reference's target, a choice's first."""
    if "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = schema.get("anyOf", schema.get("oneOf", []))
    return choices[0] if choices and not schema.get("examples") else None
