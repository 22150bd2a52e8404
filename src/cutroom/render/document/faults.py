"""Everything that is wrong with a document, collected, so that one answer names all of it."""

from __future__ import annotations

import difflib
import itertools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NoReturn, cast

from cutroom.base.errors import Refused

MOST_FAULTS = 100
"""How many are listed; the rest is counted."""
_LONGEST_VALUE = 200
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        path: Where it stands in the document as it was written: `$.tracks[0].clips[2].opacity`.
        value: What stands there, shortened.
        message: What it must be, without the subject: "must be at most 1".
        hint: What to do about it, where the message does not say it already.
    """

    path: str
    value: Any
    message: str
    hint: str | None = None

    def write(self) -> dict[str, Any]:
        """Return it as JSON."""
        written = {"path": self.path, "value": self.value, "message": self.message}
        return written | ({"hint": self.hint} if self.hint else {})


@dataclass
class _LeftOut:
    """Places whose values are left out, and all that lies around one of them."""

    paths: set[str] = field(default_factory=set[str])
    around: set[str] = field(default_factory=set[str])

    def add(self, path: str) -> None:
        if path not in self.paths:
            self.paths.add(path)
            self.around.update(itertools.islice(_stems(path), 1, None))


@dataclass
class Faults:
    """The faults found so far; each place and message once."""

    found: dict[tuple[str, str], Fault] = field(default_factory=dict[tuple[str, str], Fault])
    _paths: set[str] = field(default_factory=set[str])
    _left_out: _LeftOut = field(default_factory=_LeftOut)
    _unreckoned: _LeftOut = field(default_factory=_LeftOut)
    _is_void: bool = False

    def add(self, path: str, value: object, message: str, hint: str | None = None) -> None:
        """Note a fault."""
        self._paths.add(path)
        if (path, message) not in self.found:
            self.found[path, message] = Fault(path, shorten(value), message, hint)

    def covers(self, path: str) -> bool:
        """Say whether a fault at this place follows from one that is known already.

        So it is where a fault was found at the place or around it, and where a value inside of it was left
        out because it could not be reckoned.
        """
        kinds = (self._left_out, self._unreckoned) if self._is_void else (self._left_out,)
        if any(path in left_out.around for left_out in kinds):
            return True
        known = (self._paths, *(left_out.paths for left_out in kinds))
        return any(stem in paths for stem in _stems(path) for paths in known)

    def drop(self, path: str, *, in_void: bool = False) -> None:
        """Let no fault count that follows from a value that is left out.

        Args:
            path: Its place.
            in_void: Whether it is left out only where its clip is too, because nothing is reckoned there.
        """
        (self._unreckoned if in_void else self._left_out).add(path)

    def void(self) -> Faults:
        """Return these faults as they are noted for what is left out of the template."""
        return replace(self, _is_void=True)

    def lies_in(self, path: str) -> bool:
        """Say whether a fault at a place, or inside of it, is known already."""
        return any(known == path or known.startswith((f"{path}.", f"{path}[")) for known in self._paths)

    def check(self) -> None:
        """Raise what was found.

        Raises:
            Refused: With code `bad_template` and every fault in `details`.
        """
        if self.found:
            refuse(list(self.found.values()))


def refuse(faults: Sequence[Fault]) -> NoReturn:
    """Refuse a document.

    Args:
        faults: At least one; the first is named in the error's message.

    Raises:
        Refused: With code `bad_template`, and in `details` their `count` and the first hundred as `errors`.
    """
    first = faults[0]
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults; the first"
    message = f"The template has {count}: {first.path} {first.message}."
    details = {"count": len(faults), "errors": [fault.write() for fault in faults[:MOST_FAULTS]]}
    raise Refused(message, code="bad_template", hint=first.hint, details=details)


def _stems(path: str) -> Iterable[str]:
    yield path
    for match in re.finditer(r"[.\[]", path):
        yield path[: match.start()]


def join_path(path: str, *steps: str | int) -> str:
    """Return a JSONPath (RFC 9535) that goes further, by members and positions."""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _NAME.fullmatch(step):
            path += f".{step}"
        else:
            path += f"[{json.dumps(step, ensure_ascii=False)}]"
    return path


def shorten(value: object) -> Any:
    """Return a value as JSON that is short enough to be shown beside its fault."""
    match value:
        case None | bool():
            short = value
        case int() if abs(value) < 10**18:  # what JSON's readers take exactly is less still
            short = value
        case float() if abs(value) < float("inf"):
            short = value
        case int():
            short = f"a whole number of {value.bit_length()} bits"
        case str() | float() | Fraction():
            text = value if isinstance(value, str) else format(value)
            short = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
        case dict():
            names = [str(name)[:20] for name in cast("dict[Any, Any]", value)]
            short = "{" + ", ".join(names[:8]) + (", …}" if len(names) > 8 else "}")  # noqa: PLR2004 - enough to know it
        case list() | tuple():
            short = f"a list of {len(cast('Sequence[Any]', value))}"
        case _:
            short = type(value).__name__
    return short


def near(name: object, known: Iterable[str]) -> str:
    """Return a hint at what was meant: the nearest of the known names, else all of them."""
    names = sorted(known)
    if isinstance(name, str) and (close := difflib.get_close_matches(name[:100], names, n=2, cutoff=0.6)):
        return f"Did you mean {' or '.join(close)}?"
    return f"Known: {', '.join(names)}." if names else "There is none."
