"""Every error of Cutroom, in one tree, by what its receiver can do about it.

CutroomError
├── Refused            400  change the request
│   ├── Unauthenticated 401 sign in
│   ├── Forbidden      403  ask somebody who may
│   ├── TooLarge       413  send less
│   ├── BrokenMedia    400  choose another file
│   └── Limited        429  wait, then ask again
├── NotFound           404  look elsewhere
├── Conflict           409  look at what is there first
├── Unsupported        501  install something or choose something else
├── Unavailable        503  try again later
└── Failed             500  ours to mend
"""

from __future__ import annotations

from typing import Any, ClassVar


class CutroomError(Exception):
    """Cutroom could not do what was asked."""

    code: ClassVar[str] = "failed"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        hint: str | None = None,
        details: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Make the error.

        Args:
            message: One sentence that says what, which value, and what to do. Default: the
                first line of the class's docstring.
            code: A stable snake_case word that programs may compare. Default: the class's.
            hint: What the receiver can do, where the message does not say it already.
            details: Values for programs; JSON only, never a secret.
            retry_after: Seconds after which a retry makes sense.
        """
        text = message or (type(self).__doc__ or "").partition("\n")[0]
        super().__init__(text)
        self.message = text
        self.code_word = code or type(self).code
        self.hint = hint
        self.details = details
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the trip from a child process with every field."""
        fields = {
            "code": self.code_word,
            "hint": self.hint,
            "details": self.details,
            "retry_after": self.retry_after,
        }
        return (_rebuild, (type(self), self.message, fields))


def _rebuild(kind: type[CutroomError], message: str, fields: dict[str, Any]) -> CutroomError:
    return kind(message, **fields)


class Refused(CutroomError):
    """The request cannot be accepted as it is."""

    code = "refused"
    status = 400


class Unauthenticated(Refused):
    """Authentication required"""  # noqa: D415 - the fixed contract's message has no full stop

    code = "authentication_required"
    status = 401


class Forbidden(Refused):
    """You are not allowed to do this."""

    code = "forbidden"
    status = 403


class TooLarge(Refused):
    """The request is larger than this server accepts."""

    code = "too_large"
    status = 413


class BrokenMedia(Refused):
    """The file cannot be read as audio, video or a picture."""

    code = "broken_media"
    status = 400


class Limited(Refused):
    """Too many requests; wait before the next one."""

    code = "rate_limited"
    status = 429


class NotFound(CutroomError):
    """There is nothing here that you can see."""

    code = "not_found"
    status = 404


class Conflict(CutroomError):
    """The state of the object does not allow this."""

    code = "conflict"
    status = 409


class Unsupported(CutroomError):
    """This installation cannot do that."""

    code = "unsupported"
    status = 501


class Unavailable(CutroomError):
    """A service that is needed does not answer at the moment."""

    code = "unavailable"
    status = 503
    retryable = True


class Failed(CutroomError):
    """Cutroom failed; this is a bug, and the logs have its trace."""

    code = "internal_error"
    status = 500
