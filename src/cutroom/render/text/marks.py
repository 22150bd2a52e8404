"""Words between asterisks."""

from __future__ import annotations

import re

_PART = re.compile(r"\\([\\*])|(\*)")


def read_marks(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    r"""Return a text without its asterisks, and which stretches stood between them.

    An asterisk without a partner stands for itself, as `\*` does.
    """
    pieces: list[str] = []
    places: list[int] = []
    length = at = 0
    for match in _PART.finditer(text):
        pieces.append(text[at : match.start()])
        length += match.start() - at
        at = match.end()
        if match[2]:
            places.append(length)
        else:
            pieces.append(match[1])
            length += 1
    pieces.append(text[at:])
    plain = "".join(pieces)
    if len(places) % 2:
        last = places.pop()
        plain = plain[:last] + "*" + plain[last:]
    pairs = zip(places[::2], places[1::2], strict=True)
    return plain, tuple((start, end) for start, end in pairs if start < end)
