"""Rendering: one Jinja2 environment that escapes everything, and what every page knows."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from cutroom.base.errors import Refused
from cutroom.gate import platform_of
from cutroom.jobs.resources import Resources
from cutroom.web import cue_rows, formatting, languages, notices, wording
from cutroom.web.static_files import static_url

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def _make_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("cutroom.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": formatting.clock,
        "duration": formatting.duration,
        "size": formatting.size,
        "ago": formatting.ago,
        "when": formatting.when,
        "decibels": formatting.decibels,
        "cue_markup": cue_rows.cue_markup,
    }
    shared: dict[str, Any] = {
        "static": static_url,
        "status_word": wording.status_word,
        "job_title": wording.job_title,
        "engine_word": wording.engine_word,
        "media_words": wording.media_words,
        "language_word": languages.language_word,
        "spoken": wording.spoken,
    }
    environment.globals.update(shared)
    return environment


_ENVIRONMENT = _make_environment()


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Fill a template; nothing of it may be kept by a shared cache.

    Args:
        request: Who asks; the signed-in user is shown when the route has asked for one.
        template: A file of `templates/`.
        status: The answer's HTTP status.
        **context: What the template names.
    """
    theme = request.cookies.get(THEME_COOKIE, "")
    known = {
        "user": getattr(request.state, "user", None),
        "theme": theme if theme in THEMES else "",
        "path": request.url.path,
        "here": own_address(request),
        "notice": notices.text(request.query_params.get("notice")),
        "is_open": platform_of(request).settings.registration == "open",
    }
    content = _ENVIRONMENT.get_template(template).render(known | context)
    return HTMLResponse(content, status, {"Cache-Control": "no-store"})


def redirect(address: str, notice: str | None = None) -> RedirectResponse:
    """Answer a form: look at `address` next, where a notice says what was done."""
    page, mark, place = address.partition("#")
    if notice:
        page += ("&" if "?" in page else "?") + urlencode({"notice": notice})
    return RedirectResponse(f"{page}{mark}{place}", 303, {"Cache-Control": "no-store"})


def own_address(request: Request) -> str:
    """Return the path and the query of a request, without a notice that was shown."""
    query = urlencode([(k, v) for k, v in request.query_params.multi_items() if k != "notice"])
    path = quote(request.url.path, safe="/:@!$&'()*+,;=~-._")
    return f"{path}?{query}" if query else path


def safe_address(address: str | None, default: str = "/projects") -> str:
    """Return an address of our own, else the default: a link must not lead elsewhere after signing in."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return default
    if any(not c.isprintable() or c == "\\" for c in address):
        return default
    parts = urlsplit(address)
    return default if parts.scheme or parts.netloc else address


def sign_in_address(request: Request) -> str:
    """Return the sign-in page that leads back to a page that was asked for."""
    if request.method != "GET" or request.url.path == "/":
        return "/sign-in"
    return f"/sign-in?{urlencode({'next': own_address(request)})}"


def resources_of(request: Request) -> Resources:
    """Return the open rooms; the platform is one of these."""
    return cast("Resources", platform_of(request))


async def read_form(request: Request) -> dict[str, str]:
    """Return the text fields of a form; of a repeated one the last.

    Raises:
        Refused: With code `invalid_characters`: PostgreSQL's text cannot hold NUL.
    """
    async with request.form(max_files=0) as form:
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    if any("\x00" in text for field in fields.items() for text in field):
        message = "The form contains a NUL character, which no name or text here has."
        raise Refused(message, code="invalid_characters")
    return fields
