"""The entrance: sign in, register, the one-time link, sign out."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from cutroom.accounts import SignedIn
from cutroom.base.errors import CutroomError, Refused
from cutroom.gate import Router, Visitor, accounts_of, address_of, forget_session, keep_session
from cutroom.gate.identity import COOKIE
from cutroom.web.render import read_form, redirect, render, safe_address

router = Router()


@router.get("/")
async def show_home(user: Visitor) -> Response:
    """Lead to the projects, or to the door."""
    return redirect("/projects" if user else "/sign-in")


@router.get("/sign-in")
async def show_sign_in(
    request: Request,
    user: Visitor,
    token: str | None = None,
    next: str | None = None,  # noqa: A002 - the address's word
) -> Response:
    """Show the door; a one-time link opens it."""
    if token is not None:
        return await _open_by_link(token, request, user)
    if user is not None:
        return redirect(safe_address(next))
    return _door(request, next=safe_address(next))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Check the password."""
    form = await read_form(request)
    email, password = form.get("email", ""), form.get("password", "")
    try:
        signed_in = await accounts_of(request).sign_in(email, password, address_of(request))
    except CutroomError as error:
        return _door(request, error=error, email=email, next=safe_address(form.get("next")))
    return _begin(request, signed_in, safe_address(form.get("next")))


@router.get("/register")
async def show_register(request: Request, user: Visitor) -> Response:
    """Show the form of a new account."""
    if user is not None:
        return redirect("/projects")
    return render(request, "register.html", error=None, email="")


@router.post("/register")
async def register(request: Request) -> Response:
    """Make an account and begin."""
    form = await read_form(request)
    email, password = form.get("email", ""), form.get("password", "")
    try:
        signed_in = await accounts_of(request).register(email, password, address_of(request))
    except CutroomError as error:
        return render(request, "register.html", status=error.status, error=error, email=email)
    return _begin(request, signed_in, "/projects")


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await accounts_of(request).sign_out(request.cookies.get(COOKIE, ""))
    response = redirect("/sign-in", "signed-out")
    forget_session(response, request)
    return response


async def _open_by_link(token: str, request: Request, user: Visitor) -> Response:
    """Use up a one-time link and begin; whoever is signed in already is not bothered by an old one."""
    try:
        signed_in = await accounts_of(request).sign_in_by_link(token)
    except Refused as error:
        if user is not None:
            return redirect("/projects")
        return _door(request, error=error)
    return _begin(request, signed_in, "/projects")


def _begin(request: Request, signed_in: SignedIn, address: str) -> Response:
    response = redirect(address)
    keep_session(response, request, signed_in)
    return response


def _door(
    request: Request,
    *,
    error: CutroomError | None = None,
    email: str = "",
    next: str = "/projects",  # noqa: A002 - the address's word
) -> Response:
    status = error.status if error else 200
    return render(request, "sign_in.html", status=status, error=error, email=email, next=next)
