"""Floor 7: what both doors share: who is asking, origin check, limits, idempotency, the envelope."""

from cutroom.gate.body import streams_body
from cutroom.gate.envelope import Failure, success
from cutroom.gate.idempotency import Once, Single
from cutroom.gate.identity import (
    Caller,
    Operator,
    Visitor,
    accounts_of,
    address_of,
    forget_session,
    keep_session,
    optional_user,
    require_operator,
    require_user,
)
from cutroom.gate.install import install
from cutroom.gate.origin import is_own_site
from cutroom.gate.platform import Platform, platform_of
from cutroom.gate.routing import Router

__all__ = [
    "Caller",
    "Failure",
    "Once",
    "Operator",
    "Platform",
    "Router",
    "Single",
    "Visitor",
    "accounts_of",
    "address_of",
    "forget_session",
    "install",
    "is_own_site",
    "keep_session",
    "optional_user",
    "platform_of",
    "require_operator",
    "require_user",
    "streams_body",
    "success",
]
