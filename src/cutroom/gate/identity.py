"""Who is asking: a bearer token, an API key or the cookie `authToken`."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from cutroom.accounts import Accounts, SignedIn, User
from cutroom.accounts.keys import is_key
from cutroom.base.errors import Forbidden, Unauthenticated
from cutroom.base.settings import Settings
from cutroom.gate.platform import platform_of

COOKIE = "authToken"
_DAY = 24 * 3600


def accounts_of(request: HTTPConnection) -> Accounts:
    """Return the accounts of the platform that answers a request."""
    return cast("Accounts", request.app.state.accounts)


def address_of(request: HTTPConnection) -> str | None:
    """Return the caller's network address; behind a trusted proxy the server has set it already."""
    return request.client.host if request.client else None


def token_of(request: HTTPConnection) -> str | None:
    """Return the bearer token if there is one, else the cookie's.

    A bearer token wins and is never helped out by the cookie: a program that sends a wrong key must
    not become the person whose browser it runs in. Other schemes belong to a proxy in front.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    return request.cookies.get(COOKIE)


async def optional_user(request: HTTPConnection) -> User | None:
    """Return who is asking, or None without valid credentials. Asked once per request."""
    if not hasattr(request.state, "user"):
        request.state.user = await _find(request)
    return cast("User | None", request.state.user)


async def require_user(request: HTTPConnection) -> User:
    """Return who is asking.

    Raises:
        Unauthenticated: Without valid credentials.
    """
    user = await optional_user(request)
    if user is None:
        raise Unauthenticated
    return user


async def require_operator(request: HTTPConnection) -> User:
    """Return who is asking, who must be the operator.

    Raises:
        Unauthenticated: Without valid credentials.
        Forbidden: With code `operator_only` for everybody else.
    """
    user = await require_user(request)
    if not user.is_operator:
        raise Forbidden("Only the operator can see this.", code="operator_only")
    return user


Caller = Annotated[User, Depends(require_user)]
Operator = Annotated[User, Depends(require_operator)]
Visitor = Annotated[User | None, Depends(optional_user)]


def keep_session(response: Response, request: HTTPConnection, signed_in: SignedIn) -> None:
    """Put a session into the cookie."""
    settings = platform_of(request).settings
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=settings.session_days * _DAY,
        path="/",
        httponly=True,
        secure=_is_secure(request, settings),
        samesite="none" if settings.allowed_origins else "lax",
    )


def forget_session(response: Response, request: HTTPConnection) -> None:
    """Take the cookie away."""
    settings = platform_of(request).settings
    response.delete_cookie(
        COOKIE,
        path="/",
        httponly=True,
        secure=_is_secure(request, settings),
        samesite="none" if settings.allowed_origins else "lax",
    )


async def _find(request: HTTPConnection) -> User | None:
    token = token_of(request)
    if not token:
        return None
    accounts = accounts_of(request)
    return await (accounts.keys.find(token) if is_key(token) else accounts.sessions.find(token))


def _is_secure(request: HTTPConnection, settings: Settings) -> bool:
    # Browsers refuse SameSite=None without Secure; on http://localhost they accept Secure.
    is_https = request.url.scheme == "https" or settings.base_url.startswith("https://")
    return is_https or bool(settings.allowed_origins)
