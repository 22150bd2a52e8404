"""What a job says when a hosted service does not work: the fixed contract's one sentence."""

from __future__ import annotations

from typing import NoReturn

from cutroom.base.errors import CutroomError, Limited, Unavailable

AWAY = "AI service temporarily unavailable"


def raise_explained(error: CutroomError, advice: str) -> NoReturn:
    """Raise an outage as the contract words it; what does not pass by itself is raised as it is.

    Args:
        error: What the engine raised.
        advice: What the user can do, one sentence.

    Raises:
        Unavailable: For an outage; it passes, so the step is tried again.
        CutroomError: `error`.
    """
    if not isinstance(error, Unavailable | Limited):
        raise error
    raise Unavailable(
        AWAY, code=error.code_word, hint=f"{error.message} {advice}", retry_after=error.retry_after
    ) from error
