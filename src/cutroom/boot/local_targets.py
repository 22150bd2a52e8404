"""Where the results of a call go: targets that may be written, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from cutroom.base.errors import Refused

OnProgress = Callable[[float, str | None], None]
"""Called with percent, 0 to 100, and what is being done."""


def tell_nobody(percent: float, message: str | None) -> None:
    """Take progress where nobody looks."""
    del percent, message


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


def check_targets(goals: Sequence[Path], *, overwrite: bool) -> None:
    """Make sure that results may be written, each to its own place.

    Raises:
        Refused: With code `same_target`, `target_exists` or `no_such_folder`.
    """
    for number, goal in enumerate(goals):
        if goal.resolve() in {other.resolve() for other in goals[:number]}:
            message = f"{str(goal)!r} is named twice as a target; give each result a name of its own."
            raise Refused(message, code="same_target")
        check_free(goal, overwrite=overwrite)
        if not goal.resolve().parent.is_dir():
            raise Refused(f"There is no folder {str(goal.parent)!r}.", code="no_such_folder")


def check_no_source(goals: Sequence[Path], sources: Iterable[Path]) -> None:
    """Make sure that no result replaces a file that it is made of.

    Raises:
        Refused: With code `target_is_source`.
    """
    taken = {source.resolve() for source in sources}
    for goal in goals:
        if goal.resolve() in taken:
            message = f"{str(goal)!r} is one of the sources itself; choose another name."
            raise Refused(message, code="target_is_source")


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
