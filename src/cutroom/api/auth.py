"""Register, sign in, sign out, who am I."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import ConfigDict, Field, JsonValue
from pydantic.config import JsonDict

from cutroom.accounts.passwords import LONGEST_BYTES, SHORTEST
from cutroom.accounts.users import Member
from cutroom.api.model import Answer, Body, Moment, Nothing, Success
from cutroom.api.openapi import errors
from cutroom.gate import Caller, Router, accounts_of, address_of, forget_session, keep_session, success
from cutroom.gate.identity import token_of

router = Router(prefix="/api/auth", tags=["auth"])

_EXAMPLE: JsonValue = {"email": "anna@example.com", "password": "correct horse battery"}


# Only described here: the messages of `clean_email` and `check_strength` are clearer than a pattern's.
_EMAIL: JsonDict = {"pattern": r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+$"}
_PASSWORD: JsonDict = {"minLength": SHORTEST}


class Credentials(Body):
    """An e-mail address and a password."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    email: str = Field(max_length=254, description="Not case-sensitive.", json_schema_extra=_EMAIL)
    password: str = Field(max_length=LONGEST_BYTES)


class Registration(Credentials):
    """An e-mail address and a new password."""

    password: str = Field(
        max_length=LONGEST_BYTES,
        description=f"At least {SHORTEST} characters, at most {LONGEST_BYTES} bytes.",
        json_schema_extra=_PASSWORD,
    )


class UserAnswer(Answer):
    """A user, as the user sees it."""

    user_id: UUID
    email: str
    is_operator: bool
    created_at: Moment


class Me(Answer):
    """Who is signed in."""

    user: UserAnswer


class Session(Me):
    """A fresh session; the token also stands in the cookie."""

    token: str = Field(description="For `Authorization: Bearer`, until the session ends.")


def user_view(member: Member) -> dict[str, Any]:
    """Return a user as the API shows it."""
    return {
        "userId": member.user.user_id,
        "email": member.user.email,
        "isOperator": member.user.is_operator,
        "createdAt": member.created_at,
    }


@router.post("/register", status_code=201, response_model=Success[Session], responses=errors(403, 409, 429))
async def register(credentials: Registration, request: Request, response: Response) -> Any:
    """Make an account and sign it in, unless the operator has closed registration."""
    accounts = accounts_of(request)
    signed_in = await accounts.register(credentials.email, credentials.password, address_of(request))
    keep_session(response, request, signed_in)
    return success(user=user_view(signed_in.member), token=signed_in.token)


@router.post("/login", response_model=Success[Session], responses=errors(401, 429))
async def login(credentials: Credentials, request: Request, response: Response) -> Any:
    """Open a session with an e-mail address and a password."""
    accounts = accounts_of(request)
    signed_in = await accounts.sign_in(credentials.email, credentials.password, address_of(request))
    keep_session(response, request, signed_in)
    return success(user=user_view(signed_in.member), token=signed_in.token)


@router.post("/logout", response_model=Success[Nothing])
async def logout(request: Request, response: Response, _user: Caller) -> Any:
    """End the session of the token or cookie; an API key stays, it is deleted at /api/keys."""
    await accounts_of(request).sign_out(token_of(request) or "")
    forget_session(response, request)
    return success()


@router.get("/me", response_model=Success[Me])
async def me(request: Request, user: Caller) -> Any:
    """Say who is asking."""
    return success(user=user_view(await accounts_of(request).member(user)))
