"""Where the results of a call go: targets that may be written, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cutroom.base.errors import Refused

OnProgress = Callable[[float, str | None], None]
"""Called with percent, 0 to 100, and what is being done."""


def check_target(goal: Path, source: Path, *, overwrite: bool) -> None:
    """Make sure that a result may be written.

    Raises:
        Refused: With code `target_is_source`, `target_exists` or `no_such_folder`.
    """
    if goal.exists() and goal.samefile(source):
        raise Refused(f"{str(goal)!r} is the source itself; choose another name.", code="target_is_source")
    check_free(goal, overwrite=overwrite)
    if not goal.parent.is_dir():
        raise Refused(f"There is no folder {str(goal.parent)!r}.", code="no_such_folder")


def check_free(goal: Path, *, overwrite: bool) -> None:
    """Refuse a target that is there already.

    Raises:
        Refused: With code `target_exists`.
    """
    if goal.exists() and not overwrite:
        message = (
            f"{str(goal)!r} is there already; choose another name, or --force (overwrite=True) to replace it."
        )
        raise Refused(message, code="target_exists")
