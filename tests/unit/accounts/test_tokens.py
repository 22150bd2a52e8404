"""Tokens: only ours, only fresh, only HS256."""

import base64
import json
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest

from cutroom.accounts.tokens import Claims, read_token, write_token
from cutroom.base.clock import now

KEY = b"k" * 32
CLAIMS = Claims(uuid4(), uuid4())


def content(**changes: object) -> dict:
    whole = {
        "iss": "cutroom",
        "sub": str(CLAIMS.user_id),
        "sid": str(CLAIMS.session_id),
        "iat": now(),
        "exp": now() + timedelta(hours=1),
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def segment(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(algorithm: str) -> str:
    body = {"iss": "cutroom", "sub": str(CLAIMS.user_id), "sid": str(CLAIMS.session_id)}
    body |= {"iat": 0, "exp": 99999999999}
    return f"{segment({'alg': algorithm, 'typ': 'JWT'})}.{segment(body)}."


def test_there_and_back() -> None:
    token = write_token(KEY, CLAIMS, now() + timedelta(minutes=1))
    assert read_token(KEY, token) == CLAIMS


def test_a_little_leeway_and_no_more() -> None:
    assert read_token(KEY, write_token(KEY, CLAIMS, now() - timedelta(seconds=2))) == CLAIMS
    assert read_token(KEY, write_token(KEY, CLAIMS, now() - timedelta(seconds=8))) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "é.é.é",
        unsigned("none"),
        unsigned("None"),
        unsigned("HS256"),
        jwt.encode(content(), b"x" * 32, algorithm="HS256"),
        jwt.encode(content(), KEY * 2, algorithm="HS512"),
        jwt.encode(content(exp=None), KEY),
        jwt.encode(content(sub=None), KEY),
        jwt.encode(content(sid=None), KEY),
        jwt.encode(content(sid="no uuid"), KEY),
        jwt.encode(content(sid=5), KEY),
        jwt.encode(content(iss="elsewhere"), KEY),
        jwt.encode(content(iat=now() + timedelta(hours=1)), KEY),
        write_token(KEY, CLAIMS, now() + timedelta(hours=1))[:-2],
    ],
)
def test_worthless_tokens(token: str) -> None:
    assert read_token(KEY, token) is None


def test_a_changed_user_is_noticed() -> None:
    head, body, signature = write_token(KEY, CLAIMS, now() + timedelta(hours=1)).split(".")
    changed = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed["sub"] = str(uuid4())
    assert read_token(KEY, f"{head}.{segment(changed)}.{signature}") is None
