"""Whether a document can be saved as a template: without the values that each film brings."""

from __future__ import annotations

from typing import Any

from cutroom.base.errors import Refused
from cutroom.render.faults import Fault, Faults, join_path, refuse
from cutroom.render.input_reading import read_definitions
from cutroom.render.reading import read_template


def check(document: dict[str, Any]) -> None:
    """Read a document as it is saved; inputs that need a value are no fault yet. Blocking.

    Raises:
        Refused: With code `bad_template`, naming every fault with its path.
    """
    try:
        read_template(document)
    except Refused as error:
        found: list[dict[str, Any]] = (error.details or {}).get("errors", [])
        missing = _waiting(document)
        serious = [fault for fault in found if fault["path"] not in missing or fault["value"] is not None]
        if not serious and len(found) == (error.details or {}).get("count"):
            return
        if not serious:
            raise
        refuse([Fault(each["path"], each["value"], each["message"], each.get("hint")) for each in serious])


def _waiting(document: dict[str, Any]) -> set[str]:
    """Return the paths of inputs that each film must give a value for."""
    definitions = read_definitions(document.get("inputs"), Faults())
    return {join_path("$", "inputs", name) for name, each in definitions.items() if each.is_required}
