"""Texts with `{{ }}` in them: a whole value that keeps its type, or values written into a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cutroom.render.document.expression_values import ExpressionError, Scope, limited, write_text
from cutroom.render.document.expressions import LONGEST, Node, read_expression

_INSIDE = re.compile(r"""(?:[^"'}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\}(?!\}))*\}\}""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with placeholders.

    Attributes:
        parts: Texts that stand for themselves, and what reckons the values between them.
    """

    parts: tuple[str | Node, ...]

    def fill(self, scope: Scope) -> Any:
        """Return what it says: one placeholder alone gives its value as it is, else a text.

        Raises:
            ExpressionError: When a value cannot be reckoned, or written into a text.
        """
        if len(self.parts) == 1 and not isinstance(self.parts[0], str):
            return self.parts[0](scope)
        written = (part if isinstance(part, str) else write_text(part(scope)) for part in self.parts)
        return limited("".join(written), scope)


def has_placeholder(value: object) -> bool:
    """Say whether a value is a text with a placeholder in it."""
    return isinstance(value, str) and "{{" in value


@lru_cache(maxsize=4096)
def read_pattern(written: str) -> Pattern:
    """Read a text with placeholders.

    Raises:
        ExpressionError: When one of them cannot be read.
    """
    parts: list[str | Node] = []
    place = 0
    while (start := written.find("{{", place)) >= 0:
        inside = _INSIDE.match(written, start + 2, start + LONGEST + 6)
        if inside is None:
            hint = "Close it; {{ '{{' }} stands for the braces themselves."
            raise ExpressionError('has "{{" that no "}}" closes', hint)
        if start > place:
            parts.append(written[place:start])
        parts.append(read_expression(inside[0][:-2].strip()))
        place = inside.end()
    if place < len(written):
        parts.append(written[place:])
    return Pattern(tuple(parts))
