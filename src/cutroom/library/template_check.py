"""Whether a document can be saved as a template: without the values that each film brings."""

from __future__ import annotations

from typing import Any

from cutroom.render.reading import read_template


def check(document: dict[str, Any]) -> None:
    """Read a document as it is saved. Blocking.

    Raises:
        Refused: With code `bad_template`, naming every fault with its path.
    """
    read_template(document)
