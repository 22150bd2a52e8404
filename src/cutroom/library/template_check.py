"""Whether a document can be saved as a template: without the values that each film brings."""

from __future__ import annotations

from typing import Any

from cutroom.render.document.reading import check_document


def check(document: dict[str, Any]) -> None:
    """Read a document as it is saved; inputs that need a value are no fault yet. Blocking.

    Raises:
        Refused: With code `bad_template`, naming every fault with its path.
    """
    check_document(document)
