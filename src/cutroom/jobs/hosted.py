"""What a job says when a hosted service does not work: the fixed contract's one sentence."""

from __future__ import annotations

from cutroom.base.errors import CutroomError, Limited, Unavailable

AWAY = "AI service temporarily unavailable"


def explain_outage(error: CutroomError, advice: str) -> CutroomError:
    """Return an error as the contract words it; what does not pass by itself stays as it is.

    Args:
        error: What the engine raised.
        advice: What the user can do, one sentence.
    """
    if not isinstance(error, Unavailable | Limited):
        return error
    return Unavailable(
        AWAY, code=error.code_word, hint=f"{error.message} {advice}", retry_after=error.retry_after
    )
