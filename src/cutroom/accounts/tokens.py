"""Session tokens: a signed JWT that names a session row (RFC 7519, HS256 only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import jwt

from cutroom.base.clock import now

_ALGORITHM = "HS256"
_ISSUER = "cutroom"
_LEEWAY_SECONDS = 5  # clocks of two machines differ a little


@dataclass(frozen=True)
class Claims:
    """What a genuine token says."""

    session_id: UUID
    user_id: UUID


def write_token(key: bytes, claims: Claims, expires_at: datetime) -> str:
    """Sign a token that is good until `expires_at`."""
    content = {
        "iss": _ISSUER,
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "iat": now(),
        "exp": expires_at,
    }
    return jwt.encode(content, key, algorithm=_ALGORITHM)


def read_token(key: bytes, token: str) -> Claims | None:
    """Return what a token says, or None when it is forged, expired, of another algorithm or no token."""
    try:
        content = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            issuer=_ISSUER,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "sid"]},
        )
        return Claims(UUID(content["sid"]), UUID(content["sub"]))
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        return None
